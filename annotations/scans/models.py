"""Whole scans and frames, as the viewer shows them, and the outlines of the objects that were found on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotations.samples.models import Object, ParentImage
from annotations.scans.tiling import TILE_SIZE


class Scan(models.Model):
    """A larger picture (`ParentImage`) that one can look at by tiles.

    What it was taken of and how (size of a pixel, volume, fraction, position) stands at its acquisition and sample.
    """

    parent = models.OneToOneField(
        ParentImage, primary_key=True, on_delete=models.CASCADE, related_name="scan"
    )
    tile_size = models.IntegerField(default=TILE_SIZE, db_default=TILE_SIZE)  # pixels, without an overlap
    levels = models.IntegerField(
        default=0, db_default=0
    )  # 0: there are no tiles; else the last one is full size
    tiles_prefix = models.CharField(max_length=80, blank=True, default="", db_default="")
    tiles_format = models.CharField(max_length=4, default="webp", db_default="webp")
    page = models.IntegerField(default=0, db_default=0)  # of a file of several, from 0
    channels = models.IntegerField(default=1, db_default=1)  # 1 of grey, 3 of colour
    # what the resolution in the file's header comes to, in micrometres: proposed to people, believed by nobody
    header_pixel_um = models.FloatField(null=True)
    # of a frame of a camera: where and when it was, which goes before what its sample says
    latitude = models.FloatField(null=True)  # decimal degrees, north and east are positive
    longitude = models.FloatField(null=True)
    depth_min = models.FloatField(null=True)  # metres
    depth_max = models.FloatField(null=True)
    taken_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(levels=0, tiles_prefix="") | (Q(levels__gt=0) & ~Q(tiles_prefix="")),
                name="scan_tiles_have_levels",
            )
        ]

    def __str__(self) -> str:
        return f"scan {self.pk}"

    @property
    def has_tiles(self) -> bool:
        return self.levels > 0


class OutlineSource(models.TextChoices):
    """How an outline came about. What a person drew is never replaced by a recipe or a model."""

    RECIPE = "recipe", "by a recipe"
    MODEL = "model", "by a model"
    DRAWN = "drawn", "drawn by a person"
    IMPORTED = "imported", "imported"


class Outline(models.Model):
    """Where an object lies on a scan, pixel by pixel.

    `counts` are run lengths as COCO compresses them (`pycocotools`), of the mask within the box alone: `height` ×
    `width` pixels, column by column. The box is in pixels of the scan, from its upper left corner.
    """

    object = models.OneToOneField(Object, primary_key=True, on_delete=models.CASCADE, related_name="outline")
    parent = models.ForeignKey(ParentImage, on_delete=models.RESTRICT, related_name="outlines")
    x = models.IntegerField()
    y = models.IntegerField()
    width = models.IntegerField()
    height = models.IntegerField()
    counts = models.BinaryField()
    source = models.CharField(max_length=10, choices=OutlineSource)
    revision = models.IntegerField(default=1, db_default=1)  # goes up with each correction

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(x__gte=0, y__gte=0, width__gt=0, height__gt=0), name="outline_has_area"
            )
        ]

    def __str__(self) -> str:
        return f"outline of object {self.pk}"
