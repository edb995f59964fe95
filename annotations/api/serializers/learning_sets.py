"""What the API takes and gives of learning sets."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.api.serializers.taxa import TaxonOut
from annotations.learning.sets.recipe import (
    HELD_OUT,
    LEAST_PER_TAXON,
    LEAVE_OUT,
    MOST_MACHINE_WEIGHT,
    PARENT,
    TUNE,
)


class SourceIn(serializers.Serializer):
    project = serializers.IntegerField()
    filter = serializers.DictField(required=False, default=dict, help_text="as of projects/{id}/objects/")


class LearningSetIn(serializers.Serializer):
    name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    projects = SourceIn(many=True, allow_empty=False)
    taxa = serializers.ListField(child=serializers.IntegerField(), required=False, allow_null=True)
    least_per_taxon = serializers.IntegerField(
        required=False, help_text=f"rarer taxa are not learnt ({LEAST_PER_TAXON})"
    )
    rest = serializers.ChoiceField(
        [LEAVE_OUT, PARENT],
        required=False,
        help_text="what becomes of rarer taxa: nothing, or their ancestor",
    )
    leave_out = serializers.ListField(child=serializers.IntegerField(), required=False)
    merge = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="{taxon: what it is learnt as}"
    )
    cap = serializers.IntegerField(required=False, allow_null=True, help_text="at most so many of a taxon")
    caps = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="{taxon: at most}"
    )
    traits = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, help_text="keys; null: all"
    )
    split = serializers.ChoiceField(
        ["sample", "object"],
        required=False,
        help_text=f"what stays together: {HELD_OUT:.0%} are to test, {TUNE:.0%} to tune on",
    )
    duplicates = serializers.BooleanField(required=False, help_text="look for them (true)")
    unlabelled = serializers.BooleanField(
        required=False, help_text="with objects that nobody has settled: no label, fold `unlabelled` (false)"
    )
    machine_weight = NumberField(
        required=False,
        min_value=0,
        max_value=MOST_MACHINE_WEIGHT,
        help_text="what a machine-validated object counts for in training, beside 1 of a validated one; it is never "
        "held out nor counted (0: they are left out)",
    )
    seed = serializers.IntegerField(required=False)
    tested_as = serializers.IntegerField(
        required=False,
        allow_null=True,
        help_text="a frozen set: what is tested there is tested here, and nothing else, so that models stay comparable",
    )


class LearningSetOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    projects = serializers.ListField(child=serializers.IntegerField())
    is_frozen = serializers.BooleanField()
    job = serializers.IntegerField(allow_null=True)
    created = serializers.DateTimeField()
    recipe = serializers.DictField()
    facts = serializers.DictField(
        help_text="counts, folds, duplicates, contradictions, what was left out, versions"
    )


class LabelChangeOut(serializers.Serializer):
    to = TaxonOut()
    count = serializers.IntegerField()

    def get_fields(self) -> dict:
        return {"from": TaxonOut(), **super().get_fields()}


class ChangedObjectOut(serializers.Serializer):
    id = serializers.IntegerField()
    to = TaxonOut()

    def get_fields(self) -> dict:
        return {"from": TaxonOut(), **super().get_fields()}


class ChangesOut(serializers.Serializer):
    count = serializers.IntegerField()
    taxa = LabelChangeOut(many=True)
    objects = ChangedObjectOut(many=True, help_text="the first 60")


class TaxonCountsOut(serializers.Serializer):
    taxon = TaxonOut()
    a = serializers.IntegerField(help_text="objects of the set `a`")
    b = serializers.IntegerField(help_text="objects of the set `b`")


class SetComparisonOut(serializers.Serializer):
    only_a = serializers.IntegerField()
    only_b = serializers.IntegerField()
    both = serializers.IntegerField()
    other_fold = serializers.IntegerField()
    changed = ChangesOut()
    taxa = TaxonCountsOut(many=True)
