"""Corrections, headings and lines in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.metadata.columns import FIELD, OWN_OF, CorrectableColumn
from annotations.metadata.levels import Level, level_of
from annotations.metadata.models import Correction
from annotations.metadata.table import SAMPLE, heading_of
from annotations.samples.naming import readable_id

COUNTED = {"objects": "Objects", "validated": "Validated", "acquisitions": "Acquisitions"}
UNSORTED = {"acquisitions"}
NUMBERS = {"latitude", "longitude", "depth_min", "depth_max", "pixel_um", *COUNTED}


@dataclass(frozen=True)
class Heading:
    """Of a column of the table; `address` sorts by it, or turns its order round."""

    key: str
    title: str
    address: str
    sorted: str  # as aria-sort says it, empty where the table is sorted by another column
    is_number: bool


def headings(form: Any, level: Level) -> list[Heading]:
    """Those of the columns that `form`, a valid CorrectableTableForm, lists; what is counted of samples stands before
    the free ones. Samples alone are sorted by them."""
    own = [column for column in form.listed if not column.field]
    free = [column for column in form.listed if column.field]
    titles = {column.key: column.title for column in own}
    titles |= COUNTED if level.key == SAMPLE.key else {}
    titles |= {column.key: column.title for column in free}
    numbers = {column.key for column in form.listed if _is_number(column)} | {*COUNTED}
    order = form.cleaned_data["order"] if level.key == SAMPLE.key else None
    return [_heading(form, key, title, order, key in numbers) for key, title in titles.items()]


def _heading(form: Any, key: str, title: str, order: str | None, is_number: bool) -> Heading:
    if order is None or key in UNSORTED:
        return Heading(key, title, "", "", is_number)
    way = "descending" if order.startswith("-") else "ascending"
    is_sorted = order.removeprefix("-") == key
    address = form.address(order=f"-{key}" if order == key else key)
    return Heading(key, title, address, way if is_sorted else "", is_number)


def with_cells(row: dict, columns: Sequence[CorrectableColumn]) -> dict:
    """The row with its cells in the order of the columns, the free ones apart: what is stored, and what is shown."""
    own = [_cell(row, column) for column in columns if not column.field]
    return row | {"cells": own, "free_cells": [_cell(row, column) for column in columns if column.field]}


def _cell(row: dict, column: CorrectableColumn) -> dict:
    text = display = row["values"].get(column.key, "")
    if column.key == "name":
        display = readable_id(text) if text else ""
    elif column.key == "taken_at":
        display = _span(text, row.get("taken_last", ""))
    is_number = _is_number(column)
    if is_number and text:
        display = f"{float(text):.8g}"
    return {"column": column, "text": text, "display": display, "is_number": is_number}


def _span(first: str, last: str) -> str:
    """From when to when, to the second: the day is said once where both have it."""
    start, end = (text.partition(".")[0] for text in (first, last))
    return start if end in ("", start) else f"{start} – {end.removeprefix(start[:11])}"


def _is_number(column: CorrectableColumn) -> bool:
    return column.key in NUMBERS or column.position is not None


def title_of(key: str, level: str) -> str:
    own = OWN_OF[level]
    return own[key].title if key in own else key.removeprefix(FIELD)


def sentence_of(correction: Correction) -> str:
    """`12 samples change in 2 columns (Latitude, °; tot_vol)`; `changed` by what was applied, `put back` by an undo."""
    count, columns, level = correction.rows, correction.columns, level_of(correction.level)
    many = "" if count == 1 else "s"
    verb = "changed" if correction.applied else "change" if many else "changes"
    if correction.applied and correction.source == Correction.CorrectionSource.UNDO:
        verb = "put back"
    names = "; ".join(title_of(key, level.key) for key in columns[:4]) + (" …" if len(columns) > 4 else "")
    rows = f"{count:,} {level.many if many else level.one}"
    return f"{rows} {verb} in {len(columns)} column{'' if len(columns) == 1 else 's'} ({names})"


def value_lines(level: str, changes: Iterable[Any]) -> list[dict]:
    """Of CorrectedValue or CellDifference."""
    values = list(changes)
    names = level_of(level).names([value.row_id for value in values])
    return [
        {
            "row": names.get(value.row_id, "gone by now"),
            "column": title_of(value.column, level),
            "old": value.old,
            "new": value.new,
        }
        for value in values
    ]


def rows_with_cells(level: Level, ids: Sequence[int], columns: Sequence[CorrectableColumn]) -> list[dict]:
    """The rows of these numbers, in their order, with a cell a column."""
    names, cells = level.names(ids), level.cells(ids, columns)
    rows = [
        {"id": pk, "name": names[pk], "values": {c.key: cells[pk, c.key].text for c in columns}}
        for pk in ids
        if pk in names
    ]
    return [with_cells(row, columns) for row in rows]


def lines_of_rows(
    level: Level, batches: Iterable[Sequence[int]], columns: Sequence[CorrectableColumn]
) -> Iterator[Sequence[object]]:
    """The table that one downloads, a batch of rows at a time, under the headings by which it is taken back."""
    others = [column for column in columns if column.key != "name" or level.key == "process"]
    yield [level.heading, *(heading_of(column, level) for column in others)]
    for ids in batches:
        names, cells = level.stored_names(ids), level.cells(ids, others)
        for pk in ids:
            yield [names[pk], *(cells[pk, column.key].text for column in others)]


def table_lines(rows: Iterable[dict], columns: Iterable[CorrectableColumn]) -> Iterator[Sequence[object]]:
    """The table that one downloads: what can be corrected under the headings by which it is taken back."""
    columns = [column for column in columns if column.key != "name"]
    yield [SAMPLE.heading, *(heading_of(column) for column in columns), "taken_last", *COUNTED]
    for row in rows:
        values = row["values"]
        cells = [values.get(column.key, "") for column in columns]
        yield [values["name"], *cells, row["taken_last"], *(row[key] for key in COUNTED)]
