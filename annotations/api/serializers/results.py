"""What the API takes and gives of tables of results."""

from rest_framework import serializers

from annotations.volumes.models import VolumeSettings, VolumeUnit


class NamedRow(serializers.Serializer):
    id = serializers.IntegerField()
    original_id = serializers.CharField()


class ResultTaxon(serializers.Serializer):
    id = serializers.IntegerField(allow_null=True, help_text="null for a group of a regrouping")
    name = serializers.CharField()
    taxon_group = serializers.CharField(
        allow_null=True, help_text="of a group what the filter's `taxon_group` takes"
    )


class ResultRowOut(serializers.Serializer):
    sample = NamedRow(allow_null=True)
    acquisition = NamedRow(allow_null=True)
    layer = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="its ends, metres; null where nobody knows",
    )
    taxon = ResultTaxon()
    state = serializers.CharField(help_text="of the objects that count; corrected, of estimates")
    value = serializers.FloatField(
        allow_null=True, help_text="null where it can't be worked out: see `warning`"
    )
    unit = serializers.CharField()
    low = serializers.FloatField(allow_null=True, help_text="of an interval of 95 %, where there is one")
    high = serializers.FloatField(allow_null=True)
    warning = serializers.CharField()


class VolumeSettingsOut(serializers.ModelSerializer):
    class Meta:
        model = VolumeSettings
        fields = ["volume_unit", "coefficient", "volume", "individual_volume"]


class VolumeSettingsIn(serializers.Serializer):
    volume_unit = serializers.ChoiceField(
        required=False,
        allow_blank=True,
        choices=VolumeUnit.choices,
        help_text="in which the samples' volumes are",
    )
    coefficient = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="what share of a sample was looked at"
    )
    volume = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="of water that a sample is of"
    )
    individual_volume = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="of one object, mm³"
    )
