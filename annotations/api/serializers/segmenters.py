"""What the API takes and gives of segmenters."""

from rest_framework import serializers

from annotations.api.serializers.backbones import BackboneChange
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.unet import UNET

PLAIN = (
    "name",
    "project",
    "kind",
    "is_ready",
    "created",
    "archived",
    "settings",
    "scans",
    "taxa",
    "history",
    "metrics",
    "recipe_figures",
)


class SegmenterIn(serializers.Serializer):
    scans = serializers.ListField(
        child=serializers.IntegerField(),
        allow_empty=False,
        help_text="to learn from: what is not outlined on them, or for a detector is no object, counts as background",
    )
    held_out = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        help_text="scan that it is measured on; left out: the last of several",
    )
    kind = serializers.ChoiceField(choices=sorted(KINDS), required=False, default=UNET.name)
    least_per_taxon = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        help_text="taxa of as many validated objects are told apart; left out: none",
    )
    recipe = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        help_text="whose threshold it is compared with on the held-out scan",
    )
    name = serializers.CharField(required=False, allow_blank=True)
    settings = serializers.DictField(
        required=False,
        default=dict,
        help_text="of its kind; what is left out has its default. "
        + "; ".join(f"{name}: {', '.join(kind.settings)}" for name, kind in KINDS.items()),
    )


class SegmenterScan(serializers.Serializer):
    scan = serializers.IntegerField()
    file_name = serializers.CharField()
    objects = serializers.IntegerField(
        help_text="that are outlined on it; for a detector also those with a box alone"
    )
    by_people = serializers.IntegerField(help_text="of these that people validated, drew or brought in")
    held_out = serializers.BooleanField(help_text="it is measured on, and not learnt from")


class SegmenterOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    project = serializers.IntegerField()
    kind = serializers.CharField()
    is_ready = serializers.BooleanField()
    job = serializers.IntegerField(allow_null=True)
    created = serializers.DateTimeField()
    archived = serializers.DateTimeField(allow_null=True)
    settings = serializers.DictField()
    scans = SegmenterScan(many=True)
    taxa = serializers.DictField(
        help_text="its classes by their names, with taxa; empty: organisms and the background"
    )
    history = serializers.ListField(child=serializers.DictField(), help_text="an entry an epoch: loss, dice")
    metrics = serializers.DictField(
        help_text="`held_out` has `objects` and, of outlines, `pixels` of the scan that it had not seen: precision, "
        "recall, f1, mean_iou with intervals, and iou"
    )
    recipe = serializers.IntegerField(allow_null=True, help_text="that it is compared with")
    recipe_figures = serializers.DictField(
        allow_null=True, help_text="what its threshold makes of the same scan, as `held_out` of `metrics`"
    )


class SegmenterImportIn(serializers.Serializer):
    folder = serializers.FileField(help_text="the zip of an exported segmenter")


class SegmenterPage(serializers.Serializer):
    results = SegmenterOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`cursor` of those before them")


class SegmenterChange(BackboneChange):
    """The same as of a backbone."""


def serialize_segmenter(segmenter: Segmenter) -> dict:
    plain = {name: getattr(segmenter, name) for name in PLAIN if name != "project"}
    return {"id": segmenter.pk, "project": segmenter.project_id, "job": segmenter.job_id} | {
        "recipe": segmenter.recipe_id,
        **plain,
    }
