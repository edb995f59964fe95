"""Corrections, headings and lines in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.metadata.columns import FIELD, OWN, CorrectableColumn
from annotations.metadata.models import CorrectedValue, Correction
from annotations.metadata.table import KEY, heading_of
from annotations.samples.naming import readable_id

COUNTED = {"objects": "Objects", "validated": "Validated", "acquisitions": "Acquisitions"}
UNSORTED = {"acquisitions"}
NUMBERS = {"latitude", "longitude", "depth_min", "depth_max", *COUNTED}


@dataclass(frozen=True)
class Heading:
    """Of a column of the table; `address` sorts by it, or turns its order round."""

    key: str
    title: str
    address: str
    sorted: str  # as aria-sort says it, empty where the table is sorted by another column

    @property
    def is_number(self) -> bool:
        return self.key in NUMBERS


def headings(form: Any) -> list[Heading]:
    """Those of the table that `form` (a valid SampleTableForm) asks for."""
    query, chosen = form.query(), form.cleaned_data["column"]
    titles = {column.key: column.title for column in OWN.values()} | COUNTED
    titles |= {column.key: column.title for column in chosen}
    return [
        Heading(
            key,
            title,
            "" if key in UNSORTED else form.address(order=f"-{key}" if query.order == key else key),
            ("descending" if query.is_downwards else "ascending") if query.key == key else "",
        )
        for key, title in titles.items()
    ]


def with_cells(row: dict, columns: Sequence[CorrectableColumn]) -> dict:
    """The row with its cells in the order of the columns: what is stored, and what is shown of it."""
    return row | {"cells": [_cell(row, column) for column in columns]}


def _cell(row: dict, column: CorrectableColumn) -> dict:
    text = display = row["values"].get(column.key, "")
    if column.key == "name":
        display = row["name"]
    elif column.key == "taken_at" and row["taken_last"]:
        last = row["taken_last"]
        display = f"{text} – {last.removeprefix(text[:11])}"
    elif column.key in NUMBERS and text:
        display = f"{float(text):.8g}"
    return {"column": column, "text": text, "display": display, "is_number": column.key in NUMBERS}


def title_of(key: str) -> str:
    return OWN[key].title if key in OWN else key.removeprefix(FIELD)


def sentence_of(correction: Correction) -> str:
    """`12 samples change in 2 columns (Latitude, °; tot_vol)`; of what was applied, `changed`."""
    count, columns = correction.samples, correction.columns
    verb = "changed" if correction.applied else "change" if count != 1 else "changes"
    names = "; ".join(title_of(key) for key in columns[:4]) + (" …" if len(columns) > 4 else "")
    samples = f"{count:,} sample{'' if count == 1 else 's'}"
    return f"{samples} {verb} in {len(columns)} column{'' if len(columns) == 1 else 's'} ({names})"


def value_lines(values: Iterable[CorrectedValue]) -> list[dict]:
    return [
        {
            "sample": readable_id(value.sample.original_id),
            "column": title_of(value.column),
            "old": value.old,
            "new": value.new,
        }
        for value in values
    ]


def table_lines(rows: Iterable[dict], columns: Iterable[CorrectableColumn]) -> Iterator[Sequence[object]]:
    """The table that one downloads: what can be corrected under the headings by which it is taken back."""
    columns = [column for column in columns if column.key != "name"]
    yield [KEY, *(heading_of(column) for column in columns), "taken_last", *COUNTED]
    for row in rows:
        values = row["values"]
        cells = [values.get(column.key, "") for column in columns]
        yield [values["name"], *cells, row["taken_last"], *(row[key] for key in COUNTED)]
