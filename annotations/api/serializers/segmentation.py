"""What the API takes and gives of segmentation: recipes, trials on a crop, runs."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.api.serializers.serving import field_of
from annotations.scans.segmentation.forms import SIDE, SIDES
from annotations.scans.segmentation.models import SavedRecipe, SegmentationRun
from annotations.scans.segmentation.recipes import MOST_LETTERS
from classifier.contract.segmentation import RECIPE_OFFERED

RUN_FIGURES = ("segments", "new", "written", "named", "left_out", "stayed", "replaced")


class RecipeIn(serializers.Serializer):
    name = serializers.CharField(max_length=MOST_LETTERS, help_text="one that is there gets another revision")

    def get_fields(self) -> dict:
        return super().get_fields() | {s.name: field_of(s) for s in RECIPE_OFFERED.values()}


class RecipeOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    revision = serializers.IntegerField()
    settings = serializers.DictField()
    author = serializers.CharField(allow_null=True)
    created = serializers.DateTimeField()


class TrialIn(serializers.Serializer):
    settings = serializers.DictField(help_text="of a recipe; what is left out has its default")
    x = serializers.IntegerField(required=False, min_value=0, help_text="left side of the crop, pixels")
    y = serializers.IntegerField(required=False, min_value=0, help_text="upper side of the crop, pixels")
    side = serializers.IntegerField(
        required=False, min_value=SIDES[0], max_value=SIDES[-1], help_text=f"of the crop, pixels ({SIDE})"
    )
    has_picture = serializers.BooleanField(required=False, default=False, help_text="send the crop, too")
    has_overview = serializers.BooleanField(
        required=False, default=False, help_text="send the whole scan, small, too"
    )


class TrialOutline(serializers.Serializer):
    lines = serializers.ListField(
        child=serializers.ListField(child=NumberField()),
        help_text="[x1, y1, x2, y2, …] in pixels of the crop",
    )
    area = serializers.IntegerField(help_text="pixels")
    several = NumberField(help_text="how probably these are several organisms, 0 to 1")


class TrialOut(serializers.Serializer):
    x = serializers.IntegerField()
    y = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    objects = serializers.IntegerField()
    area_share = NumberField(help_text="of the crop that objects cover, 0 to 1")
    threshold = NumberField(allow_null=True, help_text="greys from the background")
    outlines = TrialOutline(many=True)
    picture = serializers.CharField(required=False, help_text="a data URL of the crop")
    overview = serializers.CharField(required=False, help_text="a data URL of the whole scan, small")


class SegmentationIn(serializers.Serializer):
    scans = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)
    acquisition = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        help_text="all of its scans, as the frames of a video, besides those in `scans`",
    )
    recipe = serializers.IntegerField()
    segmenter = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        help_text="finds objects in the place of the recipe's threshold; sizes, border and vignettes are the recipe's",
    )
    replace = serializers.BooleanField(
        required=False,
        default=False,
        help_text="objects of earlier runs that nobody touched may go into the bin; without it a run of a scan that "
        "has some waits to be applied",
    )


class SegmentationOut(serializers.Serializer):
    id = serializers.IntegerField()
    scan = serializers.IntegerField()
    recipe = serializers.IntegerField()
    segmenter = serializers.IntegerField(
        allow_null=True, help_text="that finds objects; null: the recipe does"
    )
    job = serializers.IntegerField(allow_null=True)
    created = serializers.DateTimeField()
    applied = serializers.DateTimeField(allow_null=True)
    segments = serializers.IntegerField(
        allow_null=True, help_text="how many were found; null: not all of the scan was looked at"
    )
    new = serializers.IntegerField(help_text="objects that it makes")
    written = serializers.IntegerField(help_text="of these so far")
    named = serializers.IntegerField(help_text="of these that the segmenter named: predictions")
    left_out = serializers.IntegerField(help_text="that overlap an object that stays")
    stayed = serializers.IntegerField(help_text="that people labelled, corrected or drew")
    replaced = serializers.IntegerField(help_text="of earlier runs, now in the bin")
    preview = serializers.CharField(required=False, help_text="what applying it would do, while it waits")


class SegmentationPage(serializers.Serializer):
    results = SegmentationOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="`cursor` of those before them")


def serialize_recipe(recipe: SavedRecipe) -> dict:
    plain = {name: getattr(recipe, name) for name in ("name", "revision", "settings", "created")}
    return {"id": recipe.pk, "author": recipe.author.display_name if recipe.author else None, **plain}


def serialize_run(run: SegmentationRun) -> dict:
    plain = {name: getattr(run, name) for name in ("created", "applied", *RUN_FIGURES)}
    return {"id": run.pk, "scan": run.scan_id, "recipe": run.recipe_id, "job": run.job_id} | {
        "segmenter": run.segmenter_id,
        **plain,
    }
