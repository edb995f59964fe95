"""What the API gives of size spectra."""

from rest_framework import serializers


class SpectrumGroupOut(serializers.Serializer):
    id = serializers.IntegerField(
        help_text="sample, upper end of a layer in metres, letter of the sun as a code point, taxon, "
        "below zero a group of a regrouping; 0 for all"
    )
    name = serializers.CharField()


def _interval() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.FloatField(), help_text="low and high, 95 %", min_length=2, max_length=2
    )


class SpectrumLineOut(serializers.Serializer):
    slope = serializers.FloatField(help_text="of log10 of the measure over log10 of the volume in mm³")
    slope_interval = _interval()
    intercept = serializers.FloatField(help_text="of log10, at 1 mm³")
    intercept_interval = _interval()
    r_squared = serializers.FloatField(allow_null=True)
    classes = serializers.IntegerField()
    interval_by = serializers.CharField()


class SizeClassOut(serializers.Serializer):
    from_mm3 = serializers.FloatField()
    to_mm3 = serializers.FloatField(help_text="the class ends below it")
    objects = serializers.IntegerField()
    abundance = serializers.FloatField(allow_null=True, help_text="m⁻³")
    biovolume = serializers.FloatField(allow_null=True, help_text="mm³ m⁻³")
    nass = serializers.FloatField(allow_null=True, help_text="m⁻³ mm⁻³")
    nbss = serializers.FloatField(allow_null=True, help_text="mm³ m⁻³ mm⁻³")
    in_line = serializers.BooleanField()


class SpectrumOut(serializers.Serializer):
    group = SpectrumGroupOut()
    samples = serializers.IntegerField(help_text="over which it is the mean")
    objects = serializers.IntegerField()
    line = SpectrumLineOut(allow_null=True)
    classes = SizeClassOut(many=True)
    warning = serializers.CharField()
