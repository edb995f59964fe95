"""What the API takes and gives of whole scans."""

from rest_framework import serializers

from annotations.api.serializers.fields import NumberField
from annotations.imports.origins.urls import MOST_URL
from annotations.scans.frame_options import OPTIONS
from annotations.scans.sampling_fields import FIELDS


class ScanOut(serializers.Serializer):
    id = serializers.IntegerField()
    file_name = serializers.CharField()
    width = serializers.IntegerField(help_text="pixels, upright")
    height = serializers.IntegerField()
    sample = serializers.IntegerField()
    acquisition = serializers.IntegerField()
    pixel_um = NumberField(allow_null=True, help_text="side of a pixel, micrometres")
    header_pixel_um = NumberField(
        allow_null=True, help_text="what the file's header says, which may be wrong"
    )
    objects = serializers.IntegerField(help_text="that were cut from it")
    tiles = serializers.CharField(
        help_text="address with {level}, {column} and {row}; empty where there are none"
    )
    tile_size = serializers.IntegerField()
    levels = serializers.IntegerField(
        help_text="the last one, levels - 1, is of full size; each before is half as large"
    )
    missing = serializers.CharField(help_text="what results will lack, in words")
    latitude = NumberField(allow_null=True, help_text="of a frame, where its table or video says it")
    longitude = NumberField(allow_null=True)
    depth_min = NumberField(allow_null=True, help_text="metres")
    depth_max = NumberField(allow_null=True)
    taken_at = serializers.DateTimeField(allow_null=True)


class ScansOut(serializers.Serializer):
    results = ScanOut(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="`before` of the next page")


class ScanIn(serializers.Serializer):
    package = serializers.FileField(
        required=False, help_text="a scan, a video, or a zip of scans or frames and their table"
    )
    upload = serializers.UUIDField(
        required=False, help_text="a resumable upload of yours that has arrived whole"
    )
    source = serializers.CharField(required=False, help_text="for administrators: a path on the server")
    folder = serializers.CharField(required=False, help_text="a folder that is open to imports; with `path`")
    bucket = serializers.CharField(required=False, help_text="a bucket that is open to imports; with `path`")
    path = serializers.CharField(required=False, allow_blank=True, max_length=4000, trim_whitespace=False)
    url = serializers.CharField(
        required=False, max_length=MOST_URL, help_text="of a zip that anybody can download"
    )

    def get_fields(self) -> dict:
        """What may be metadata of all scans that come in, and what is asked of videos, as texts."""
        metadata = {
            field.name: serializers.CharField(
                required=False,
                default="",
                allow_blank=True,
                max_length=255,
                help_text=f"{field.label}. {field.help}",
            )
            for field in (*FIELDS, *OPTIONS)
        }
        return super().get_fields() | metadata


class VisibleObjectOut(serializers.Serializer):
    id = serializers.IntegerField()
    box = serializers.ListField(
        child=serializers.IntegerField(), help_text="x, y, width, height in pixels of the scan"
    )
    taxon = serializers.DictField(allow_null=True)
    state = serializers.CharField()
    original_id = serializers.CharField()
    revision = serializers.IntegerField(
        help_text="of the outline, goes up with each correction; 0 where the region is all that is known"
    )
    outline = serializers.DictField(
        allow_null=True, help_text="`counts`, COCO's packed run lengths of the mask within its `box`"
    )


class VisibleCellOut(serializers.Serializer):
    x = NumberField()
    y = NumberField()
    objects = serializers.IntegerField()


class VisibleOut(serializers.Serializer):
    objects = VisibleObjectOut(many=True)
    cells = VisibleCellOut(many=True, help_text="in the place of objects, where there are more than 1,500")
    cell = NumberField(help_text="side of a cell, pixels")
