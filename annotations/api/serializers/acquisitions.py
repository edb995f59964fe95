"""What the API takes and gives of acquisitions."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField


class AcquisitionOut(serializers.Serializer):
    id = serializers.IntegerField()
    original_id = serializers.CharField()
    sample = serializers.IntegerField(source="sample_id")
    instrument = serializers.CharField()
    pixel_um = serializers.FloatField(
        allow_null=True, help_text="side of a pixel, µm; null where nobody knows"
    )
    pixel_source = serializers.CharField(help_text="where that is from, for people")


class AcquisitionPage(serializers.Serializer):
    results = AcquisitionOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class PixelSizeIn(serializers.Serializer):
    acquisitions = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=2**63 - 1))
    pixel_um = NumberField(allow_null=True)
