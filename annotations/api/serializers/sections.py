"""What the API gives of sections."""

from rest_framework import serializers


class SectionCellOut(serializers.Serializer):
    at = serializers.FloatField(
        help_text="kilometres from the first station, or the day as a proleptic ordinal"
    )
    place = serializers.CharField()
    depths = serializers.ListField(child=serializers.FloatField(), help_text="from and to, metres")
    samples = serializers.ListField(child=serializers.IntegerField())
    objects = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True, help_text="over the samples; null where one has no volume")


class SectionOut(serializers.Serializer):
    unit = serializers.CharField()
    cells = SectionCellOut(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
