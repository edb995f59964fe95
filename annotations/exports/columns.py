"""The columns of a project in tables that leave the site: name, type, where PostgreSQL finds it, what it means."""

from collections.abc import Iterable
from typing import NamedTuple

from annotations.imports.ecotaxa.pixel_columns import speaks_of_pixels
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, FreeColumn, State

# EcoTaxa reads HHMMSS and leaves a fraction of a second out; our import keeps it
CLOCK = (
    "CASE WHEN {0} = {0}::timestamptz(0) THEN to_char({0}, 'HH24MISS') ELSE to_char({0}, 'HH24MISS.US') END"
)


def _of_label(column: str, standing: str) -> str:
    """Of a label that waits for its name all or nothing: no score of a model stands at its taxon."""
    return f"CASE WHEN k.object_id IS NULL THEN {standing} ELSE k.{column} END"


LABELLED = _of_label("labelled_at", "o.labelled_at")
# both as one text, with {{between}} between them: half the work of two
DAY_AND_TIME = (
    "COALESCE(to_char({at}, CASE WHEN {only_day} THEN 'YYYYMMDD{{between}}' "
    "WHEN {at} = ({at})::timestamptz(0) THEN 'YYYYMMDD{{between}}HH24MISS' "
    "ELSE 'YYYYMMDD{{between}}HH24MISS.US' END), '{{between}}')"
)
DAYS_AND_TIMES = {
    ("object_date", "object_time"): DAY_AND_TIME.format(at="o.taken_at", only_day="NOT o.has_time"),
    ("object_annotation_date", "object_annotation_time"): DAY_AND_TIME.format(at=LABELLED, only_day="FALSE"),
}
STATE = _of_label("state", "o.state")
# EcoTaxa has no state for what nobody looked at, but predicted
ECOTAXA_STATES = (
    f"CASE {STATE} "
    "WHEN 'P' THEN 'predicted' WHEN 'M' THEN 'predicted' WHEN 'D' THEN 'dubious' WHEN 'V' THEN 'validated' END"
)
IN_WORDS = " ".join(f"WHEN '{state.value}' THEN '{state.word}'" for state in State)
STATES = f"CASE {STATE} {IN_WORDS} END"
STATUS = "object_annotation_status"


class TableColumn(NamedTuple):
    """`kind` is `f` of numbers (double precision), `t` of texts. `sql` stands in the query of `lines.py`; where it has
    a %s, `parameter` fills it."""

    name: str
    kind: str
    sql: str
    meaning: str = ""
    unit: str = ""
    parameter: str | None = None


OF_OBJECTS = [
    TableColumn("object_id", "t", "w.original_id", "name of the object, once in a project"),
    TableColumn("img_file_name", "t", "{file_name}", "name of the picture"),
    TableColumn(
        "img_rank", "f", "i.rank", "place of the picture among those of the object; the lowest is shown"
    ),
    TableColumn("object_lat", "f", "o.latitude", "latitude, WGS 84, north positive", "degrees"),
    TableColumn("object_lon", "f", "o.longitude", "longitude, WGS 84, east positive", "degrees"),
    TableColumn("object_date", "t", "to_char(o.taken_at, 'YYYYMMDD')", "day of sampling, UTC", "YYYYMMDD"),
    TableColumn(
        "object_time",
        "t",
        f"CASE WHEN o.has_time THEN {CLOCK.format('o.taken_at')} END",
        "time of sampling, UTC; empty where only the day is known",
        "HHMMSS",
    ),
    TableColumn("object_depth_min", "f", "o.depth_min", "upper end of the depth, positive downwards", "m"),
    TableColumn("object_depth_max", "f", "o.depth_max", "lower end of the depth, positive downwards", "m"),
    TableColumn(STATUS, "t", ECOTAXA_STATES, "state of the label: who looked at it"),
    TableColumn("object_annotation_category", "t", "t.name", "taxon"),
    TableColumn("object_annotation_category_id", "t", "t.ecotaxa_id", "number of the taxon in EcoTaxa"),
    TableColumn("object_annotation_person_name", "t", "{person}", "who gave the label"),
    TableColumn("object_annotation_person_email", "t", "{email}", "their address, where it may go out"),
    TableColumn(
        "object_annotation_date", "t", f"to_char({LABELLED}, 'YYYYMMDD')", "day of the label, UTC", "YYYYMMDD"
    ),
    TableColumn("object_annotation_time", "t", CLOCK.format(LABELLED), "time of the label, UTC", "HHMMSS"),
    # EcoTaxa refuses a package with a column object_annotation_hierarchy, and takes a column of ours as a free one
    TableColumn("object_seston_lineage", "t", "t.lineage", "taxa from the root down, between >"),
    TableColumn(
        "object_seston_score",
        "f",
        _of_label("score", "o.score"),
        "calibrated probability of the taxon, by a model",
        "1",
    ),
    TableColumn(
        "object_seston_margin",
        "f",
        _of_label("margin", "o.margin"),
        "score less that of the second taxon",
        "1",
    ),
    TableColumn(
        "object_seston_entropy",
        "f",
        _of_label("entropy", "o.entropy"),
        "entropy of all scores, as a share of a blind guess: 0 is sure",
        "1",
    ),
]
IMAGE_PATH = TableColumn(
    "img_path", "t", "{path}", "the picture within the archive; empty where none goes along"
)
# texts that a spreadsheet takes for no formula, as they are made here
MADE_HERE = {
    *("img_path", "object_date", "object_time", STATUS, "object_annotation_category_id"),
    *("object_annotation_date", "object_annotation_time"),
}
OF_LEVELS = {  # what every sample, acquisition and process has, before its free columns
    "sample": [TableColumn("sample_id", "t", "s.original_id", "name of the sample")],
    "acq": [
        TableColumn("acq_id", "t", "a.original_id", "name of the acquisition"),
        TableColumn("acq_instrument", "t", "a.instrument", "instrument"),
    ],
    "process": [TableColumn("process_id", "t", "a.process_original_id", "name of the process")],
}
# of what did not come as an EcoTaxa package: there no free column says it
PIXEL_SIZE = TableColumn("process_pixel_um", "f", "a.pixel_um", "side of a pixel", "µm")
TEXTS = "texts ->> %s"  # of an object, by its name
FIELDS = {"sample": "s.fields", "acq": "a.fields", "process": "a.process_fields"}


def package_columns(project: Project) -> list[TableColumn]:
    """All columns of the project, as EcoTaxa's packages order them: fixed, numbers, texts, then those of the levels."""
    free = list(FreeColumn.objects.filter(project=project))
    objects = [column for column in free if column.level == "object"]
    numbers = sorted((c for c in objects if c.is_number), key=lambda c: c.position or 0)
    columns = [*OF_OBJECTS, *map(_number, numbers), *(_text(c) for c in objects if not c.is_number)]
    for level, fixed in OF_LEVELS.items():
        columns += [*fixed, *(_of_level(column) for column in free if column.level == level)]
    return [*columns, PIXEL_SIZE] if _needs_pixel_size(project, free) else columns


def _needs_pixel_size(project: Project, free: Iterable[FreeColumn]) -> bool:
    """Whether acquisitions have a pixel's size, and none of their columns says it."""
    if any(column.level in ("acq", "process") and speaks_of_pixels(f"acq_{column.name}") for column in free):
        return False
    return Acquisition.objects.filter(sample__project=project, pixel_um__isnull=False).exists()


def table_columns(project: Project) -> list[TableColumn]:
    """The same for tables that say states in our own words, and where the picture lies beside them."""
    columns = package_columns(project)
    named = next(place for place, column in enumerate(columns) if column.name == "img_file_name") + 1
    columns = [*columns[:named], IMAGE_PATH, *columns[named:]]
    return [column._replace(sql=STATES) if column.name == STATUS else column for column in columns]


def chosen_columns(columns: Iterable[TableColumn], names: Iterable[str]) -> list[TableColumn]:
    """Those of these names, in the order of the names; all where there are none. Raises KeyError for an unknown one."""
    by_name = {column.name: column for column in columns}
    return [by_name[name] for name in dict.fromkeys(names)] or list(by_name.values())


def _number(column: FreeColumn) -> TableColumn:
    sql = f"w.numbers[{(column.position or 0) + 1}]"
    return TableColumn(f"object_{column.name}", "f", sql, "free column of the object")


def _text(column: FreeColumn) -> TableColumn:
    name = column.name if column.name == "complement_info" else f"object_{column.name}"
    return TableColumn(name, "t", TEXTS, "free column of the object", parameter=column.name)


def _of_level(column: FreeColumn) -> TableColumn:
    level = column.level
    meaning = f"free column of the {FreeColumn.Level(level).label.lower()}"
    return TableColumn(
        f"{level}_{column.name}", "t", f"{FIELDS[level]} ->> %s", meaning, parameter=column.name
    )
