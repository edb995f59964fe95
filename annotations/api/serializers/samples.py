"""What the API takes and gives of samples and their corrections."""

from rest_framework import serializers

from annotations.api.serializers.objects import WithFields
from annotations.metadata.models import Correction
from annotations.metadata.queries import SHOWN_VALUES
from annotations.samples.models import FreeColumn

MOST_SAMPLES = 5000  # a request


class SampleOut(WithFields):
    id = serializers.IntegerField()
    original_id = serializers.CharField()
    name = serializers.CharField(help_text="as pages show it")
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)


class CellsField(serializers.DictField):
    child = serializers.CharField(allow_blank=True, allow_null=True, max_length=10_000)


class SampleIn(serializers.Serializer):
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    set = CellsField(
        help_text="by column: `latitude`, `longitude`, `taken_at`, `depth_min`, `depth_max`, `new_sample_id`, or "
        "`sample_` and the name of a free column, which is made where the project has none; empty or null: no value"
    )
    was = CellsField(
        required=False, help_text="what you saw in some of these columns: refused where it is not so any more"
    )


class SamplesIn(serializers.Serializer):
    samples = SampleIn(many=True, allow_empty=False, max_length=MOST_SAMPLES)
    dry_run = serializers.BooleanField(default=False, help_text="only says what would change")


class RowsIn(serializers.Serializer):
    rows = SampleIn(many=True, required=False, allow_empty=False, max_length=MOST_SAMPLES)
    filter = serializers.DictField(required=False, help_text="of objects: conditions as those of `objects/`")
    set = CellsField(
        required=False, help_text="with `filter`: one column, and the value that all objects get"
    )
    dry_run = serializers.BooleanField(default=False, help_text="only says what would change")


class ChangeOut(serializers.Serializer):
    row = serializers.CharField(required=False, help_text="its name; of samples it is `sample`")
    sample = serializers.CharField(required=False, help_text="its name")
    column = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class CorrectionOut(serializers.Serializer):
    id = serializers.IntegerField(allow_null=True, help_text="null of what was only tried")
    what = serializers.CharField(help_text="in words")
    user = serializers.CharField(allow_null=True)
    how = serializers.ChoiceField(
        Correction.CorrectionSource.choices, help_text="cell, form, file, api, or undo"
    )
    applied = serializers.DateTimeField(allow_null=True)
    level = serializers.ChoiceField(
        FreeColumn.Level.choices, help_text="whose rows: sample, acq, process or object"
    )
    rows = serializers.IntegerField(help_text="how many it changes")
    samples = serializers.IntegerField(allow_null=True, help_text="of samples the same")
    job = serializers.IntegerField(allow_null=True, help_text="that corrects many objects")
    is_undone = serializers.BooleanField()


class CorrectedOut(CorrectionOut):
    changes = ChangeOut(many=True, help_text=f"the first {SHOWN_VALUES}")
    stay = serializers.IntegerField(help_text="cells that an undo leaves, for they were changed since")


class CorrectionsOut(serializers.Serializer):
    results = CorrectionOut(many=True)
    next = serializers.CharField(allow_null=True)
