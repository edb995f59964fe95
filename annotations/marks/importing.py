"""Reads marks from COCO JSON or CSV, and checks everything before anything is written."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.core.exceptions import ValidationError

from annotations.common.problems import Problems
from annotations.common.spreadsheet import original
from annotations.jobs.errors import JobError
from annotations.marks.actions import CHUNK, Drawn
from annotations.marks.geometry import checked
from annotations.marks.models import MarkLabel
from annotations.projects.models import Project
from annotations.samples.models import Image

NEEDED = ["object", "label", "kind", "geometry"]
COMPRESSED = (
    "`counts` is compressed text: write the run lengths as a list of numbers, as by pycocotools' "
    "`mask.decode` and annotations/marks/measuring.py's `encoded`"
)


@dataclass
class _Found:
    """A figure as the file has it, and where it stands there."""

    line: int | None
    column: str | None  # of a table; else the path in the file
    label: str
    kind: str
    geometry: Any
    object: str | None = None  # original_id
    rank: int = 0
    file_name: str | None = None


@dataclass
class _Reading:
    found: list[_Found] = field(default_factory=list)
    errors: list[dict] = field(default_factory=list)  # [{line, column, message}]

    def wrong(self, message: str, *, line: int | None = None, column: str | None = None) -> None:
        self.errors.append({"line": line, "column": column, "message": message})


def read_marks(
    *, project: Project, content: bytes, name: str, on_checked: Callable[[int, int], None] | None = None
) -> list[Drawn]:
    """The figures of a file called `name`, checked against the project. Raises JobError with all that is wrong in it.

    `on_checked` is told how many of how many are checked.
    """
    reading = _read(content)
    drawn = _resolved(project, reading, on_checked or _nobody)
    problems = Problems(thing="file")
    for wrong in sorted(reading.errors, key=lambda error: error["line"] or 0):
        problems.add(wrong["message"], name, wrong["line"], wrong["column"])
    if problems:
        raise JobError(problems.sentence, problems.shown)
    return drawn


def _nobody(done: int, total: int) -> None:
    pass


def _read(content: bytes) -> _Reading:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        reading = _Reading()
        reading.wrong("This is no text in UTF-8: save it as COCO JSON or CSV in UTF-8.")
        return reading
    return _read_coco(text) if text.lstrip()[:1] in ("{", "[") else _read_csv(text)


# --- CSV --------------------------------------------------------------------------------------------------------------


def _read_csv(text: str) -> _Reading:
    reading = _Reading()
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in NEEDED if name not in (rows.fieldnames or [])]
    if missing:
        reading.wrong(
            f"The first line names no column {', '.join(missing)}: needed are {', '.join(NEEDED)}.", line=1
        )
        return reading
    csv.field_size_limit(2**31 - 1)  # a mask is a long cell
    try:
        for row in rows:
            _read_row(reading, row, rows.line_num)
    except csv.Error as error:
        reading.wrong(f"This is no CSV: {error}. Quote cells with a comma in them.", line=rows.line_num)
    return reading


def _read_row(reading: _Reading, row: dict, line: int) -> None:
    if None in row or None in row.values():
        return reading.wrong(
            "This line has not as many cells as the first: quote cells with a comma.", line=line
        )
    rank = row.get("image") or "0"
    if not rank.isdecimal() or len(rank) > 9:
        return reading.wrong(
            f"`image` is {rank!r}, but takes the image's rank: 0 for the first.", line=line, column="image"
        )
    try:
        geometry = orjson.loads(row["geometry"])
    except orjson.JSONDecodeError:
        return reading.wrong(
            "`geometry` is no JSON: write it as the export does, with doubled quotes.",
            line=line,
            column="geometry",
        )
    found = _Found(
        line, "geometry", original(row["label"]), row["kind"], geometry, original(row["object"]), int(rank)
    )
    reading.found.append(found)


# --- COCO -------------------------------------------------------------------------------------------------------------


def _read_coco(text: str) -> _Reading:
    reading = _Reading()
    try:
        file = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        reading.wrong(f"This is no JSON: {error.msg}.", line=error.lineno)
        return reading
    lists: dict[str, list[dict]] = {}
    for name in ("images", "categories", "annotations"):
        entries = file.get(name) if isinstance(file, dict) else None
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            lists[name] = entries
        else:
            reading.wrong(f"COCO has a list of objects {name!r}: this file has none.", column=name)
    if reading.errors:
        return reading
    images = {_id(entry.get("id")): entry for entry in lists["images"]}
    categories = {_id(entry.get("id")): str(entry.get("name")) for entry in lists["categories"]}
    for place, entry in enumerate(lists["annotations"]):
        _read_annotation(reading, entry, f"annotations[{place}]", images, categories)
    return reading


def _id(given: object) -> str:
    return repr(given)  # whatever an id may be, a list too


def _read_annotation(reading: _Reading, entry: dict, path: str, images: dict, categories: dict) -> None:
    image, label = images.get(_id(entry.get("image_id"))), categories.get(_id(entry.get("category_id")))
    if image is None:
        reading.wrong(
            f"There is no image {entry.get('image_id')!r} among `images`.", column=f"{path}.image_id"
        )
    if label is None:
        reading.wrong(
            f"There is no category {entry.get('category_id')!r} among `categories`.",
            column=f"{path}.category_id",
        )
    try:
        where, kind, geometry = _figure(entry)
    except ValidationError as error:
        return reading.wrong(error.messages[0], column=path)
    if image is None or label is None:
        return
    rank = image.get("rank", 0)
    found = _Found(None, f"{path}.{where}", label, kind, geometry)
    found.object = str(image["object"]) if "object" in image else None
    found.file_name = str(image.get("file_name"))
    found.rank = rank if isinstance(rank, int) else -1
    reading.found.append(found)


def _figure(entry: dict) -> tuple[str, str, object]:
    """Where it stands, its kind and its geometry: as Seston wrote it, or as any COCO file has it."""
    match entry:
        case {"attributes": {"kind": str(kind), "geometry": dict(geometry)}}:
            return "attributes.geometry", kind, geometry
        case {"segmentation": {"counts": str()}}:
            raise ValidationError(f"{COMPRESSED}.")
        case {"segmentation": dict(geometry)}:
            return "segmentation", "mask", geometry
        case {"segmentation": [list(numbers)]}:
            return "segmentation[0]", "polygon", {"points": _pairs(numbers, 2)}
        case {"segmentation": [_, _, *_]}:
            raise ValidationError(
                "This segmentation has several parts: give each an annotation of its own, or write a mask."
            )
        case {"keypoints": [_, *_] as numbers}:
            seen = [point[:2] for point in _pairs(numbers, 3) if point[2:] != [0]]
            return "keypoints", "point", {"points": seen}
        case {"bbox": [x, y, width, height]}:
            return "bbox", "box", {"x": x, "y": y, "width": width, "height": height}
    raise ValidationError("This annotation draws nothing: it takes a segmentation, keypoints or a bbox.")


def _pairs(numbers: list, width: int) -> list[list]:
    if len(numbers) % width:
        raise ValidationError(f"This list of coordinates has {len(numbers)} numbers, no multiple of {width}.")
    return [numbers[start : start + width] for start in range(0, len(numbers), width)]


# --- Against the project ----------------------------------------------------------------------------------------------


def _resolved(project: Project, reading: _Reading, on_checked: Callable[[int, int], None]) -> list[Drawn]:
    """The figures with their image and label. What is wrong goes to `reading.errors`."""
    labels = {key: label for label in project.mark_labels.all() for key in (label.name.lower(), label.key)}
    image_of = _images(project, reading.found)
    drawn = []
    for place, found in enumerate(reading.found):
        if place % CHUNK == 0:
            on_checked(place, len(reading.found))
        told = len(reading.errors)
        image, label = image_of(reading, found), _label(reading, found, labels)
        if told == len(reading.errors) and image and label:
            drawn += _checked(reading, found, image, label)
    return drawn


def _checked(reading: _Reading, found: _Found, image: Image, label: MarkLabel) -> list[Drawn]:
    try:
        geometry = checked(found.kind, found.geometry, image.width, image.height)
    except ValidationError as error:
        reading.wrong(error.messages[0], line=found.line, column=found.column)
        return []
    return [Drawn(image, label, found.kind, geometry)]


def _label(reading: _Reading, found: _Found, labels: dict[str, MarkLabel]) -> MarkLabel | None:
    label = labels.get(found.label) or labels.get(found.label.lower())
    if label is not None and label.is_active:
        return label
    known = ", ".join(sorted({each.key for each in labels.values() if each.is_active})) or "none"
    reading.wrong(
        f"The project has no label {found.label!r} in use: add it, or use one of its own ({known}).",
        line=found.line,
        column="label" if found.line else found.column,
    )
    return None


def _images(project: Project, found: list[_Found]) -> Callable[[_Reading, _Found], Image | None]:
    """How to find the image of a figure: by its object and rank, else by the name of its file."""
    of_project = Image.objects.filter(object__project=project).select_related("object__wide")
    objects = _names(each.object for each in found)
    files = _names(each.file_name for each in found if each.object is None)
    by_object = {
        (image.object.wide.original_id, image.rank): image
        for names in _chunks(objects)
        for image in of_project.filter(object__wide__project=project, object__wide__original_id__in=names)
    }
    by_file: dict[str, list[Image]] = {}
    for names in _chunks(files):
        for image in of_project.filter(file_name__in=names):
            by_file.setdefault(image.file_name, []).append(image)

    def image_of(reading: _Reading, one: _Found) -> Image | None:
        if one.object is not None:
            named = [by_object[one.object, one.rank]] if (one.object, one.rank) in by_object else []
            what = f"no object {one.object!r} with an image {one.rank}"
        else:
            named = by_file.get(one.file_name or "", [])
            what = f"{len(named) or 'no'} images {one.file_name!r}"
        if len(named) == 1:
            return named[0]
        reading.wrong(
            f"The project has {what}: name the object by its original id, and the image by its rank.",
            line=one.line,
            column="object" if one.line else one.column,
        )
        return None

    return image_of


def _names(given: Iterable[str | None]) -> list[str]:
    """What may be looked for: PostgreSQL has no name with a zero byte in it."""
    return sorted({name for name in given if name is not None and "\0" not in name})


def _chunks(values: list) -> Iterator[list]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
