"""What the API takes and gives of where the hours go."""

from rest_framework import serializers


class EffortIn(serializers.Serializer):
    days = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=36_500, help_text="null: all"
    )


class EffortOut(serializers.Serializer):
    report = serializers.DictField(
        allow_null=True,
        help_text="`people`, `total`, `models`, `taxa` and `weeks` with `answered` and `corrected` predictions, "
        "`samples` with the distance of their embeddings' middle; null before there is one",
    )
    made = serializers.DateTimeField(allow_null=True)
