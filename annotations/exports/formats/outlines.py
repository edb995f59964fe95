"""Outlines on larger pictures: how they are written stands in `exports/outlines/`."""

from annotations.exports.registry import ExportFormat, export_format
from annotations.exports.request import ExportRequest
from annotations.samples.models import Image

WITHOUT = (
    "Traits, marks, places, times and free columns: a table holds them, the names of the objects join both."
)


class OutlineFormat(ExportFormat):
    takes = ()

    def losses(self, request: ExportRequest) -> list[str]:
        return [WITHOUT, "Objects that were not cut out of a larger picture are left out."]

    def obstacles(self, request: ExportRequest) -> list[str]:
        if Image.objects.filter(object__project=request.project, parent__isnull=False).exists():
            return []
        return [
            "No object of the project was cut out of a larger picture: choose COCO or folders of classes."
        ]


@export_format
class GeoJsonFormat(OutlineFormat):
    name = "geojson"
    title = "GeoJSON of QuPath"
    help = (
        "Scans and other larger pictures with a .geojson each: the outline of every object on it, with its taxon. "
        "QuPath opens them, and they come back in as they were."
    )
    written_by = "annotations.exports.outlines.geojson:write_geojson"


@export_format
class LabelImagesFormat(OutlineFormat):
    name = "label_images"
    title = "Label images"
    help = (
        "Scans and other larger pictures with a label image each, a PNG of 16 bits whose numbers are objects, and "
        "labels.csv that says what they are."
    )
    written_by = "annotations.exports.outlines.label_images:write_label_images"

    def losses(self, request: ExportRequest) -> list[str]:
        return [*super().losses(request), "Where two objects overlap the later one hides the other."]
