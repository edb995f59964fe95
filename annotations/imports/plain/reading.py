"""Makes a record of a line; a cell that can't be read is told, and left out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property, partial
from typing import Any

from annotations.imports import values
from annotations.imports.days import DayColumn, OpenDayError
from annotations.imports.plain.table import PlainLine, PlainTable
from annotations.imports.records import Record, RecordLabel
from annotations.imports.unknown_values import warn_of_unknown_place
from annotations.samples.models import State
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.names import clean_name

MOST_ID = 255
OTHER_STATES = {"unclassified": "", "machine-validated": "P"}  # nobody looked at what a rule accepted


def state_letter(text: str) -> str:
    """A state's letter; the words of our own tables, too."""
    word = text.lower()
    return OTHER_STATES[word] if word in OTHER_STATES else values.state(text)


READERS: dict[str, Callable[[str], Any]] = {
    "latitude": values.latitude,
    "longitude": values.longitude,
    "depth_min": values.depth,
    "depth_max": values.depth,
    "score": values.share,
    "status": state_letter,
    "id": values.name_of(MOST_ID),
    "sample": values.name_of(MOST_ID),
    "taxon": values.text_of(200),
    "annotator": values.text_of(150),
    "picture": values.file_name,
}
NUMBERS = ("latitude", "longitude", "depth_min", "depth_max", "score")
PLACES = {"latitude", "longitude", "depth_min", "depth_max"}
NO_PICTURE = "The cell is empty, or no name. Every line names a picture."
LINEAGE = re.compile(r"[>|;/]")  # between its names, the root first


@dataclass(frozen=True)
class LineReader:
    """What the lines of a table are read as.

    A line without a picture is one of an object that has an id.

    `types` says of each free column whether it is a number, `state` is that of labels where the table has no status,
    `sample` that of objects where it has no samples.
    """

    table: PlainTable
    types: dict[str, bool]
    state: State
    sample: str

    @cached_property
    def _days(self) -> DayColumn:
        """Those of the column of dates; what its dates tell is said once, before lines are read."""
        column = self.table.column_of.get("date")
        report = partial(
            self.table.problems.warn, file=self.table.name, line=self.table.header_line, column=column
        )
        return DayColumn(self.table.package.date_order, partial(self.table.cells_of, "date"), report)

    @cached_property
    def columns(self) -> frozenset[str]:
        return self.table.record_columns

    def record(self, line: PlainLine) -> Record | None:
        """None where the line names no object, which has been told."""
        cells = {role: self._cell(line, role) for role in READERS if role in line.roles}
        file_name = cells.get("picture") or ""
        if not (file_name or cells.get("id")):
            self._report(line, "picture", NO_PICTURE)
            return None
        taken_at, has_time = self._moment(line)
        return Record(
            object_id=cells.get("id") or file_name[-MOST_ID:],
            path=(file_name and self.table.find_picture(file_name).path) or "",
            file_name=file_name[-MOST_ID:],
            sample=cells.get("sample") or self.sample,
            label=self._label(line, cells),
            latitude=cells.get("latitude"),
            longitude=cells.get("longitude"),
            depth_min=cells.get("depth_min"),
            depth_max=cells.get("depth_max", cells.get("depth_min")),
            taken_at=taken_at,
            has_time=has_time,
            numbers={name: self._number(line, name) for name in line.free if self.types.get(name)},
            texts={name: cell for name, cell in line.free.items() if cell and not self.types.get(name)},
            columns=self.columns,
            file=self.table.name,
            line=line.number,
        )

    def _cell(self, line: PlainLine, role: str) -> Any:
        cell = line.roles[role]
        return self._read(
            line, role, self.table.number_text(cell) if role in NUMBERS else cell, READERS[role]
        )

    def _number(self, line: PlainLine, name: str) -> float | None:
        cell = line.free[name]
        if values.is_failed(cell):
            message = f"{cell!r} is no measurement: the value was left empty."
            self.table.problems.warn(message, self.table.name, line.number, name)
        try:
            return values.measure(self.table.number_text(cell))
        except ValueError as error:
            self.table.problems.add(str(error), self.table.name, line.number, name, cell=cell)
            return None

    def _label(self, line: PlainLine, cells: dict[str, Any]) -> RecordLabel | None:
        state = State(cells["status"]) if cells.get("status") else self.state
        names = tuple(filter(None, map(clean_name, LINEAGE.split(line.roles.get("lineage", "")))))
        name = clean_name(cells.get("taxon") or "")
        is_unclassified = cells.get("status") == "" and bool(line.roles["status"])  # it says so
        if not name or is_unclassified:
            return None
        lineage = names if names and names[-1] == name else (*names, name)
        score = cells.get("score") if state == State.PREDICTED else None
        annotator = cells.get("annotator") or ""
        return RecordLabel(state, TaxonName(name, lineage if names else ()), score, annotator=annotator)

    def _moment(self, line: PlainLine) -> tuple[datetime | None, bool]:
        """The moment in UTC, and whether its time of day is known. A date may have its time behind a T or a space."""
        day_text, _, behind = line.roles.get("date", "").replace("T", " ").partition(" ")
        day = self._read(line, "date", day_text, self._days.read)
        clock = self._read(
            line, "time" if line.roles.get("time") else "date", line.roles.get("time") or behind, values.clock
        )
        return (datetime.combine(day, clock or time(), UTC), clock is not None) if day else (None, True)

    def _read(self, line: PlainLine, role: str, text: str, reader: Callable[[str], Any]) -> Any:
        try:
            value = reader(text.strip())
        except OpenDayError as error:
            self._report(line, role, str(error), self.table.problems.ask)
        except ValueError as error:
            self._report(line, role, str(error))
        else:
            if value is None and text and role in PLACES:
                where = (self.table.name, line.number, self.table.column_of.get(role))
                warn_of_unknown_place(text, self.table.problems, *where)
            return value
        return None

    def _report(
        self, line: PlainLine, role: str, message: str, report: Callable[..., None] | None = None
    ) -> None:
        column = self.table.column_of.get(role)
        cell = line.roles.get(role, "")
        (report or self.table.problems.add)(message, self.table.name, line.number, column, cell=cell)
