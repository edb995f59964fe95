"""What the API takes and gives of labels and their batches."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.api.serializers.taxa import TaxonOut
from annotations.common.numbers import is_whole
from annotations.labels.targets import Target


class TargetIn(serializers.Serializer):
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


@extend_schema_field(TargetIn(many=True))
class Targets(serializers.Field):
    """A list of {id, version}: as `TargetIn(many=True)`, without a serializer for each of 10,000."""

    def to_internal_value(self, data: object) -> list[Target]:
        if not isinstance(data, list) or not data:
            raise serializers.ValidationError(
                "This takes a list of objects with id and version, at least one."
            )
        return [self._target(place, entry) for place, entry in enumerate(data)]

    @staticmethod
    def _target(place: int, entry: object) -> Target:
        match entry:
            case {"id": row_id, "version": version} if is_whole(row_id) and is_whole(version):
                if 0 < row_id < 2**63 and 0 <= version < 2**31:
                    return Target(row_id, version)
        raise serializers.ValidationError(
            f"Entry {place} is no object: it takes whole numbers for `id` and `version`, as pages give them."
        )


class AnnotationIn(serializers.Serializer):
    objects = Targets(required=False)
    filter = serializers.DictField(
        required=False, help_text="in place of `objects`, all that match: conditions as those of `objects/`"
    )
    expected = serializers.IntegerField(
        required=False, help_text="how many objects must match the filter, or nothing is done"
    )
    taxon = serializers.IntegerField(required=False, help_text="its number: `taxa/?q=` looks it up")
    taxa = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text="in place of `taxon`, each object's own by its id: they are validated as these, in one batch",
    )
    state = serializers.ChoiceField(
        ["unclassified", "predicted", "dubious", "validated"],
        required=False,
        help_text="`predicted` resets what is validated, dubious or machine-validated, and takes no taxon",
    )


class ConflictOut(serializers.Serializer):
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    taxon = TaxonOut(allow_null=True)
    state = serializers.CharField()
    annotator = serializers.CharField(allow_null=True)


class LabelOut(ConflictOut):
    score = serializers.FloatField(allow_null=True)


class LabelThenOut(serializers.Serializer):
    taxon = TaxonOut(allow_null=True)
    state = serializers.CharField()


class LabelHistoryOut(serializers.Serializer):
    """One change of a label: from what to what, by whom or which model."""

    id = serializers.IntegerField()
    batch = serializers.IntegerField(
        allow_null=True, help_text="what it was done with: all of it can be undone"
    )
    kind = serializers.CharField()
    when = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    model = serializers.IntegerField(allow_null=True, help_text="its number; null where a person did it")
    to = LabelThenOut()
    score = serializers.FloatField(allow_null=True)
    version = serializers.IntegerField(help_text="of the label since then")

    def get_fields(self) -> dict:
        return {**super().get_fields(), "from": LabelThenOut()}


class BatchOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    undoes = serializers.IntegerField(allow_null=True, source="undoes_id")
    changed = serializers.IntegerField()
    created = serializers.DateTimeField()


class ReplacedOut(serializers.Serializer):
    taxon = TaxonOut(help_text="that was asked for")
    by = TaxonOut(help_text="that was given")


class ValueBesideOut(serializers.Serializer):
    trait = serializers.CharField(help_text="its key")
    changed = serializers.IntegerField()
    inapplicable = serializers.IntegerField(help_text="objects to which the trait does not apply: left out")
    conflicts = serializers.ListField(
        child=serializers.DictField(),
        help_text="what people have said otherwise, as `trait-values/` gives it: it stays",
    )


class OutcomeOut(serializers.Serializer):
    batch = serializers.IntegerField(allow_null=True)
    changed = serializers.IntegerField()
    conflicts = ConflictOut(many=True)
    replaced = ReplacedOut(
        required=False, help_text="where the taxon was merged into another one: that was given instead"
    )
    gone = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="where some of the objects are not in the project any more, their ids: nothing was saved for them",
    )
    traits = ValueBesideOut(
        many=True,
        required=False,
        help_text="where values of traits were given with the label: what came of each",
    )
