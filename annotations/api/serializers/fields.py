from rest_framework import serializers


class NumberField(serializers.FloatField):
    """A number, and so neither true nor false, which Python takes for 1 and 0."""

    def to_internal_value(self, data: object) -> float:
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)
