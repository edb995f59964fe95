"""What several formats ask: each declares those of these that it knows."""

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
    "The number of a frozen one: its objects, its labels and its split into train, tune and test. Without one the "
    "labels are those of now, and nothing is split.",
)


def column_names(request: ExportRequest) -> list[str]:
    return [name for text in request.options.get("columns", "").split(",") if (name := text.strip())]
