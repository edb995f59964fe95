"""What the API takes and gives of traits, their values and tables."""

from rest_framework import serializers

from annotations.api.serializers.labels import Targets
from annotations.traits.models import TRAIT_KINDS, FromMarks, Icon


class TraitIn(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(TRAIT_KINDS)
    group = serializers.CharField(max_length=60, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=20, required=False, allow_blank=True)
    choices = serializers.ListField(
        required=False, help_text="names, or {key, name}: a key is kept when its name changes"
    )
    help = serializers.CharField(required=False, allow_blank=True)
    icon = serializers.ChoiceField(Icon.choices, required=False, allow_blank=True)
    quick_key = serializers.CharField(max_length=1, required=False, allow_blank=True)
    default = serializers.JSONField(required=False, allow_null=True)
    concept = serializers.URLField(required=False, allow_blank=True)
    applies_to = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        help_text="taxa, with those below; none, and no `applies_to_names`: all",
    )
    applies_to_names = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        help_text="names of `pending-names/` that a package brought: they hold for no object until they are "
        "settled, and can only be taken out",
    )
    only_if = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, help_text="key of another trait"
    )
    only_if_choices = serializers.ListField(child=serializers.CharField(), required=False)
    mark_label = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        help_text="key of a label of marks that give the value",
    )
    mark_measure = serializers.ChoiceField(FromMarks.choices, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)

    def validate_choices(self, choices: list) -> list:
        if not all(isinstance(choice, str | dict) for choice in choices):
            raise serializers.ValidationError("A choice is a name, or {key, name}.")
        return choices


class TraitOut(TraitIn):
    id = serializers.IntegerField()
    key = serializers.CharField()
    only_if = serializers.CharField(source="only_if.key", allow_null=True, default=None)


class TraitSetIn(serializers.Serializer):
    name = serializers.CharField()


class VocabularyOut(serializers.Serializer):
    number = serializers.IntegerField()
    created = serializers.DateTimeField()
    user = serializers.CharField(source="user.display_name", allow_null=True, default=None)
    content = serializers.ListField()


class TraitValueIn(serializers.Serializer):
    trait = serializers.CharField(help_text="its key")
    objects = Targets(required=False)
    filter = serializers.DictField(required=False)
    expected = serializers.IntegerField(required=False)
    value = serializers.JSONField(
        required=False, allow_null=True, help_text='`"yes"`, `["a", "b"]`, 3.5, words, or {"hidden": true}'
    )
    state = serializers.ChoiceField(["unclassified", "dubious", "validated"], required=False)


class TraitValueOut(serializers.Serializer):
    id = serializers.IntegerField()
    trait = serializers.IntegerField()
    version = serializers.IntegerField(help_text="of the value; 0 where there never was one")
    value = serializers.JSONField(allow_null=True)
    state = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    annotator = serializers.CharField(allow_null=True)
    model = serializers.IntegerField(allow_null=True)
    when = serializers.DateTimeField(allow_null=True)


class TraitOutcomeOut(serializers.Serializer):
    batch = serializers.IntegerField(allow_null=True)
    changed = serializers.IntegerField()
    inapplicable = serializers.IntegerField(help_text="objects to which the trait does not apply: left out")
    conflicts = TraitValueOut(many=True)
    gone = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="where some of the objects are not in the project any more, their ids: nothing was saved for them",
    )


class TraitValueCount(serializers.Serializer):
    value = serializers.JSONField(allow_null=True)
    state = serializers.CharField()
    count = serializers.IntegerField()


class ObjectTraitValues(serializers.Serializer):
    traits = serializers.DictField()
    history = serializers.ListField()


class TraitTableRow(serializers.Serializer):
    group = serializers.ListField(child=serializers.DictField(), help_text="{by, key, name} for each of `by`")
    objects = serializers.IntegerField(help_text="to which the trait applies")
    looked_at = serializers.IntegerField()
    hidden = serializers.IntegerField(help_text="looked at, and not to be seen")
    seen = serializers.IntegerField()
    choices = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="{key, name, count, share, low, high}"
    )
    figures = serializers.DictField(required=False, help_text="mean, sd, min, q1, median, q3, max")


class TraitTable(serializers.Serializer):
    trait = serializers.CharField()
    unit = serializers.CharField()
    by = serializers.ListField(child=serializers.CharField())
    states = serializers.ListField(child=serializers.CharField())
    vocabulary = serializers.IntegerField(allow_null=True, help_text="number of its version")
    rows = TraitTableRow(many=True)
