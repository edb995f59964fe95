"""The marks that people drew on pictures, beside the classes: their labels are classes of their own."""

from annotations.exports.datasets.vignettes import Vignette
from annotations.marks.exporting import coco_annotation
from annotations.marks.models import Mark
from annotations.marks.queries import labels_of
from annotations.projects.models import Project


class PictureMarks:
    """Asks once which pictures have any: most have none."""

    def __init__(self, project: Project):
        self.labels = {label.pk: label.key for label in labels_of(project)}
        marks = Mark.objects.filter(project=project, removed=None)
        self.images = set(marks.values_list("image_id", flat=True))

    def annotations_of(self, vignette: Vignette) -> list[dict]:
        """As COCO has them, with boxes that end where the picture does; `category_id` is the number of the label."""
        if vignette.image_id not in self.images:
            return []
        marks = Mark.objects.filter(image_id=vignette.image_id, removed=None).order_by("id")
        related = marks.select_related("label", "author", "object__acquisition")
        annotations = map(coco_annotation, related)
        return [{**each, "bbox": _within(vignette, *each["bbox"])} for each in annotations]


def _within(vignette: Vignette, x: float, y: float, width: float, height: float) -> list[float]:
    """Of an ellipse only the middle has to lie in its picture."""
    right, bottom = min(x + width, vignette.width), min(y + height, vignette.height)
    left, top = max(x, 0), max(y, 0)
    return [left, top, round(right - left, 2), round(bottom - top, 2)]
