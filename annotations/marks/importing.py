"""Reads marks from COCO JSON or CSV, and checks everything before anything is written."""

import csv
import io
from collections.abc import Callable

import orjson
from django.core.exceptions import ValidationError

from annotations.common.problems import Problems
from annotations.common.spreadsheet import original
from annotations.jobs.errors import JobError
from annotations.marks.actions import CHUNK, NewMark
from annotations.marks.coco import filled, read_coco
from annotations.marks.figures import ParsedFigure, ParsedMarks
from annotations.marks.geometry import checked
from annotations.marks.image_lookup import ImageLookup
from annotations.marks.models import MarkLabel
from annotations.marks.scaling import scaled
from annotations.projects.models import Project
from annotations.samples.models import Image

NEEDED = ["object", "label", "kind", "geometry"]


def read_marks(
    *, project: Project, content: bytes, name: str, on_checked: Callable[[int, int], None] | None = None
) -> tuple[list[NewMark], list[dict]]:
    """The figures of a file called `name`, checked against the project, and warnings. Raises JobError with all that is
    wrong in it.

    `on_checked` is told how many of how many are checked.
    """
    reading = _read(content)
    drawn = _resolved(project, reading, on_checked or _nobody)
    problems = Problems(thing="file")
    for warning in reading.warnings:
        problems.warn(warning["message"], name, warning["line"], warning["column"], fault=warning["message"])
    for wrong in sorted(reading.errors, key=lambda error: error["line"] or 0):
        problems.add(wrong["message"], name, wrong["line"], wrong["column"])
    if problems:
        raise JobError(problems.sentence, problems.listed, problems.warnings.listed)
    return drawn, problems.warnings.listed


def _nobody(done: int, total: int) -> None:
    pass


def _read(content: bytes) -> ParsedMarks:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        reading = ParsedMarks()
        reading.wrong("This is no text in UTF-8: save it as COCO JSON or CSV in UTF-8.")
        return reading
    return read_coco(text) if text.lstrip()[:1] in ("{", "[") else _read_csv(text)


# --- CSV --------------------------------------------------------------------------------------------------------------


def _read_csv(text: str) -> ParsedMarks:
    reading = ParsedMarks()
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


def _read_row(reading: ParsedMarks, row: dict, line: int) -> None:
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
    figure = ParsedFigure(
        line, "geometry", original(row["label"]), row["kind"], geometry, original(row["object"]), int(rank)
    )
    reading.figures.append(figure)


# --- Against the project ----------------------------------------------------------------------------------------------


def _resolved(
    project: Project, reading: ParsedMarks, on_checked: Callable[[int, int], None]
) -> list[NewMark]:
    """The figures with their image and label. What is wrong goes to `reading.errors`."""
    labels = {key: label for label in project.mark_labels.all() for key in (label.name.lower(), label.key)}
    images = ImageLookup(project, reading.figures)
    drawn: list[NewMark] = []
    for place, figure in enumerate(reading.figures):
        if place % CHUNK == 0:
            on_checked(place, len(reading.figures))
        image, label = images.of(reading, figure), _label(reading, figure, labels)
        if image and label:
            drawn += _checked(reading, figure, image, label)
    return drawn


def _checked(reading: ParsedMarks, figure: ParsedFigure, image: Image, label: MarkLabel) -> list[NewMark]:
    try:
        kind, geometry = _fitted(reading, figure, image)
        geometry = checked(kind, geometry, image.width, image.height)
    except ValidationError as error:
        reading.wrong(error.messages[0], line=figure.line, column=figure.column)
        return []
    return [NewMark(image, label, kind, geometry)]


def _fitted(reading: ParsedMarks, figure: ParsedFigure, image: Image) -> tuple[str, dict]:
    """The figure in pixels of the image that is here."""
    size, geometry = (image.width, image.height), figure.geometry
    if figure.drawn_on is not None and figure.drawn_on != size:
        geometry = scaled(figure.kind, geometry, figure.drawn_on, size)
        reading.warn(
            f"Drawn on a copy of {image.file_name} of {figure.drawn_on[0]} × {figure.drawn_on[1]} pixels: scaled "
            f"to the {size[0]} × {size[1]} of the picture here.",
            column=figure.column,
        )
    if figure.kind == "parts":
        return "mask", filled(geometry["parts"], size)
    return figure.kind, geometry


def _label(reading: ParsedMarks, figure: ParsedFigure, labels: dict[str, MarkLabel]) -> MarkLabel | None:
    label = labels.get(figure.label) or labels.get(figure.label.lower())
    if label is not None and label.is_active:
        return label
    keys = ", ".join(sorted({each.key for each in labels.values() if each.is_active})) or "none"
    reading.wrong(
        f"The project has no label {figure.label!r} in use: add it, or use one of its own ({keys}).",
        line=figure.line,
        column="label" if figure.line else figure.column,
    )
    return None
