"""Pictures with their classes, for machine learning: how they are written stands in `exports/datasets/`."""

from annotations.exports.options import LEARNING_SET
from annotations.exports.registry import ExportFormat, export_format
from annotations.exports.request import ExportRequest, ImageChoice
from annotations.labels.tally import project_counts
from annotations.learning.models import LearningSet
from annotations.learning.queries import sets_seen_by

ALSO = "A table of the objects, a data dictionary and a card lie beside them."


def chosen_set(request: ExportRequest) -> LearningSet | None:
    """The learning set whose split is taken. Raises LookupError in words for one that the person can't use."""
    number = request.options.get("learning_set", "").strip()
    if not number:
        return None
    sets = sets_seen_by(request.user) if request.user else LearningSet.objects.all()
    learning_set = (
        sets.filter(pk=int(number), projects=request.project).first() if _is_number(number) else None
    )
    if learning_set is None:
        raise LookupError(f"There is no learning set {number} of this project that you may see.")
    if not learning_set.is_frozen:
        raise LookupError(f"{learning_set.name} is not frozen yet: wait until its job is done.")
    return learning_set


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


class DatasetFormat(ExportFormat):
    takes = ("images",)
    options = (LEARNING_SET,)
    needs_pictures = True

    def losses(self, request: ExportRequest) -> list[str]:
        losses = [
            "Places, times, traits and free columns: a table holds them, the names of the objects join both."
        ]
        unlabelled = sum(count for taxon, _, count in project_counts(request.project.pk) if taxon is None)
        if unlabelled:
            losses.append("Objects without a taxon: they have no class, and are left out.")
        if not request.options.get("learning_set"):
            losses.append("A split: choose a learning set to take its own along.")
        return losses

    def obstacles(self, request: ExportRequest) -> list[str]:
        if self.needs_pictures and request.images == ImageChoice.NONE:
            return [f"{self.title} are pictures: choose which images go along."]
        try:
            chosen_set(request)
        except LookupError as error:
            return [str(error.args[0])]
        return []


@export_format
class CocoFormat(DatasetFormat):
    name = "coco"
    title = "COCO"
    help = (
        "Pictures with one JSON file a fold: of each object a box, which is its whole picture, and the marks that "
        f"people drew on it, as boxes, polygons, masks and keypoints. {ALSO}"
    )
    written_by = "annotations.exports.datasets.coco:write_coco"
    needs_pictures = False


@export_format
class YoloFormat(DatasetFormat):
    name = "yolo"
    title = "YOLO"
    help = (
        "Pictures with a text file of boxes each, and data.yaml: the whole picture is of the object's taxon, marks "
        f"with an area are boxes of their own classes. {ALSO}"
    )
    written_by = "annotations.exports.datasets.yolo:write_yolo"


@export_format
class FoldersFormat(DatasetFormat):
    name = "folders"
    title = "Folders of classes"
    help = f"A folder a taxon with its pictures, as torchvision’s ImageFolder and Keras read them. {ALSO}"
    written_by = "annotations.exports.datasets.folders:write_folders"


@export_format
class WebdatasetFormat(DatasetFormat):
    name = "webdataset"
    title = "WebDataset shards"
    help = (
        "Tar files of up to 10,000 pictures, each with its class and a JSON of what it is, for reading in a stream. "
        f"{ALSO}"
    )
    written_by = "annotations.exports.datasets.shards:write_shards"
