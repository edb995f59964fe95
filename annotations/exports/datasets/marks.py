"""The marks that people drew on pictures, beside the classes: their labels are classes of their own."""

from collections import defaultdict

from annotations.exports.datasets.vignettes import Vignette
from annotations.marks.exporting import coco_annotation
from annotations.marks.models import Mark
from annotations.marks.queries import labels_of
from annotations.projects.models import Project

CHUNK = 500  # pictures whose marks are read at once


class PictureMarks:
    """Asks once which pictures have any, for most have none; then for the marks of many, in the order of the export."""

    def __init__(self, project: Project):
        self.labels = {label.pk: label.key for label in labels_of(project)}
        marks = Mark.objects.filter(project=project, removed=None)
        images = marks.order_by("object_id", "image__rank").values_list("image_id", flat=True)
        self.images = list(dict.fromkeys(images))
        self.places = {image: place for place, image in enumerate(self.images)}
        self.chunk: dict[int, list[dict]] = {}

    def annotations_of(self, vignette: Vignette) -> list[dict]:
        """As COCO has them, with boxes that end where the picture does; `category_id` is the number of the label."""
        place = self.places.get(vignette.image_id)
        if place is None:
            return []
        if vignette.image_id not in self.chunk:
            self.chunk = self._read(self.images[place : place + CHUNK])
        annotations = self.chunk[vignette.image_id]
        return [{**each, "bbox": _within(vignette, *each["bbox"])} for each in annotations]

    @staticmethod
    def _read(images: list[int]) -> dict[int, list[dict]]:
        marks = Mark.objects.filter(image__in=images, removed=None).order_by("id")
        annotations: defaultdict[int, list[dict]] = defaultdict(list, {image: [] for image in images})
        for mark in marks.select_related("label", "author", "object__acquisition"):
            annotations[mark.image_id].append(coco_annotation(mark))
        return annotations


def _within(vignette: Vignette, x: float, y: float, width: float, height: float) -> list[float]:
    """Of an ellipse only the middle has to lie in its picture."""
    right, bottom = min(x + width, vignette.width), min(y + height, vignette.height)
    left, top = max(x, 0), max(y, 0)
    return [left, top, round(right - left, 2), round(bottom - top, 2)]
