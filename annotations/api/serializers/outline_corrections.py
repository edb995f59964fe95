"""What the API takes and gives of corrections of outlines."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.api.serializers.scans import VisibleObjectOut
from annotations.deletions.immediate import MOST_AT_ONCE
from annotations.scans.corrections.actions import MOST_MERGED
from annotations.scans.corrections.models import CorrectionKind

MOST_POINTS = 5000
FARTHEST = 100_000  # pixels from the corner of a scan


class ExpectedOutlineIn(serializers.Serializer):
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    revision = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, help_text="of its outline, as you saw it"
    )


class OutlineCorrectionIn(serializers.Serializer):
    kind = serializers.ChoiceField(CorrectionKind.choices)
    objects = ExpectedOutlineIn(
        many=True,
        required=False,
        default=list,
        max_length=MOST_AT_ONCE,
        help_text=f"cut and reshape take one, merge 2 to {MOST_MERGED} of which the first stays, delete up to "
        f"{MOST_AT_ONCE}, draw none",
    )
    line = serializers.ListField(
        child=serializers.ListField(
            child=NumberField(min_value=-FARTHEST, max_value=FARTHEST), min_length=2, max_length=2
        ),
        required=False,
        default=list,
        max_length=MOST_POINTS,
        help_text="[[x, y], …] in pixels of the scan: across the object that is cut; of draw and reshape all around "
        "the new outline, its first point not repeated",
    )
    taxon = serializers.IntegerField(required=False, allow_null=True, default=None, help_text="of draw alone")


class OutlineOutcomeOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(CorrectionKind.choices)
    words = serializers.CharField()
    objects = VisibleObjectOut(many=True, help_text="as they lie on the scan now")
    removed = serializers.ListField(child=serializers.IntegerField(), help_text="objects, now in the bin")


class UndoneOut(serializers.Serializer):
    who = serializers.CharField(allow_null=True)
    when = serializers.DateTimeField()


class OutlineCorrectionOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(CorrectionKind.choices)
    words = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    created = serializers.DateTimeField()
    undone = UndoneOut(allow_null=True)
    may_undo = serializers.BooleanField(help_text="whether you may take it back, as far as your role goes")
    objects = serializers.ListField(child=serializers.IntegerField())


class OutlineCorrectionsOut(serializers.Serializer):
    results = OutlineCorrectionOut(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="`before` of the next page")
