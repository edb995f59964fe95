"""What several formats ask: each declares those of these that it knows."""

from collections.abc import Iterable

from annotations.exports.registry import ExportOption
from annotations.exports.request import ExportRequest

COLUMNS = ExportOption(
    "columns",
    "Columns",
    "Names between commas, as object_id, object_depth_min; all columns where it is empty.",
)
LAYOUT = ExportOption(
    "layout",
    "Folders of the images",
    "Their names are the numbers of object and image.",
    {"sample": "one a sample", "taxon": "one a taxon", "flat": "all in one"},
    "sample",
)
LEARNING_SET = ExportOption(
    "learning_set",
    "Learning set",
    "A frozen one: its objects, its labels and its split into train, tune and test. Without one the "
    "labels are those of now, and nothing is split.",
    option_list="learning-sets-of-project",
)

# what stands under vignettes, as columns
CAPTIONS = {
    "original_id": ["object_id"],
    "sample": ["sample_id"],
    "date": ["object_date", "object_time"],
    "depth": ["object_depth_min", "object_depth_max"],
    "place": ["object_lat", "object_lon"],
    "annotator": ["object_annotation_person_name"],
    "labelled": ["object_annotation_date", "object_annotation_time"],
}


def columns_under_vignettes(captions: Iterable[str]) -> str:
    """As COLUMNS takes them, behind the object's name and label; empty where nothing stands there."""
    names = [
        column
        for caption in captions
        for column in CAPTIONS.get(caption, [f"object_{caption[6:]}"] if caption.startswith("field:") else [])
    ]
    first = ["object_id", "object_annotation_category", "object_annotation_status"]
    return ",".join(dict.fromkeys([*first, *names])) if names else ""


def column_names(request: ExportRequest) -> list[str]:
    return [name for text in request.options.get("columns", "").split(",") if (name := text.strip())]
