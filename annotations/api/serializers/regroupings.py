"""What the API takes and gives of regroupings of taxa."""

from rest_framework import serializers

from annotations.regroupings.models import OtherTaxa, Regrouping
from annotations.regroupings.rows import LONGEST


class GroupedTaxonIn(serializers.Serializer):
    taxon = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    group = serializers.CharField(allow_blank=True, max_length=LONGEST, help_text="empty takes the row away")


class TaxonGroupOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    is_left_out = serializers.BooleanField(help_text="of results: neither counted nor in a share")


class TaxonGroupIn(serializers.Serializer):
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    name = serializers.CharField(max_length=LONGEST)
    is_left_out = serializers.BooleanField()


class GroupedTaxonOut(serializers.Serializer):
    taxon = serializers.IntegerField(source="taxon_id")
    name = serializers.CharField(source="taxon.display_name")
    group = serializers.IntegerField(source="group_id")


class RegroupingOut(serializers.ModelSerializer):
    class Meta:
        model = Regrouping
        fields = ["id", "name", "others", "source", "revision", "changed", "is_retired"]


class OneRegroupingOut(RegroupingOut):
    groups = TaxonGroupOut(many=True)
    rows = GroupedTaxonOut(many=True)

    class Meta(RegroupingOut.Meta):
        fields = [*RegroupingOut.Meta.fields, "groups", "rows"]


class RegroupingIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    others = serializers.ChoiceField(choices=OtherTaxa.choices, default=OtherTaxa.TOGETHER)
    rows = GroupedTaxonIn(many=True)
    left_out = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST), default=list, help_text="names of groups"
    )


class RegroupingPatch(serializers.Serializer):
    revision = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        help_text="that the change is of: 409 where another changed it since",
    )
    name = serializers.CharField(required=False, max_length=100)
    others = serializers.ChoiceField(required=False, choices=OtherTaxa.choices)
    rows = GroupedTaxonIn(many=True, required=False, help_text="of taxa whose group changes")
    groups = TaxonGroupIn(many=True, required=False, help_text="that change")


class RegroupingConflictOut(serializers.Serializer):
    detail = serializers.CharField()
