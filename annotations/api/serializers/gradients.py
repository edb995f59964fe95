"""What the API gives of profiles and time series."""

from rest_framework import serializers

from annotations.api.serializers.results import ResultTaxon


class GradientRowOut(serializers.Serializer):
    place = serializers.CharField(help_text="the layer in metres, the day, the month")
    taxon = ResultTaxon()
    samples = serializers.ListField(
        child=serializers.IntegerField(), help_text="that lie there, also those without the taxon"
    )
    objects = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True, help_text="over the samples; null where one has no volume")
    least = serializers.FloatField(allow_null=True)
    most = serializers.FloatField(allow_null=True)


class GradientOut(serializers.Serializer):
    unit = serializers.CharField()
    rows = GradientRowOut(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
