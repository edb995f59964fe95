"""The marks that people drew on pictures, beside the classes: their labels are classes of their own."""

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

    def annotations_of(self, image_id: int) -> list[dict]:
        """As COCO has them; `category_id` is the number of the label."""
        if image_id not in self.images:
            return []
        marks = Mark.objects.filter(image_id=image_id, removed=None).order_by("id")
        related = marks.select_related("label", "author", "object__acquisition")
        return [coco_annotation(mark) for mark in related]
