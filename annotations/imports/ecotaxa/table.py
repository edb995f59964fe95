"""Reads one table: the header, the row of types, and each line as a `Line`.

The format is EcoTaxa's: tab separated, `"` quotes, columns called prefix_name, types `[f]` and `[t]` in line 2.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import PurePosixPath

from annotations.imports.ecotaxa import values
from annotations.imports.ecotaxa.problems import Problems

PREFIXES = ("object", "sample", "acq", "process", "img")
KNOWN: dict[str, Callable] = {
    "object_id": values.text_cell,
    "img_file_name": values.text_cell,
    "img_rank": values.number,
    "object_lat": values.latitude,
    "object_lon": values.longitude,
    "object_date": values.day,
    "object_time": values.clock,
    "object_depth_min": values.number,
    "object_depth_max": values.number,
    "object_annotation_status": values.state,
    "object_annotation_category": values.text_cell,
    "object_annotation_category_id": values.whole,
    "object_annotation_hierarchy": values.text_cell,
    "object_annotation_person_name": values.text_cell,
    "object_annotation_person_email": values.text_cell,
    "object_annotation_date": values.day,
    "object_annotation_time": values.clock,
    "object_seston_score": values.share,
    "object_seston_margin": values.share,
    "sample_id": values.text_cell,
    "acq_id": values.text_cell,
    "acq_instrument": values.text_cell,
    "process_id": values.text_cell,
}
ALWAYS_TEXT = {"object_link", "complement_info"}
BOM = b"\xef\xbb\xbf"
csv.field_size_limit(10_000_000)


@dataclass
class Line:
    """One line of a table: one picture of one object."""

    number: int
    known: dict[str, object] = field(default_factory=dict)
    numbers: dict[str, float | None] = field(default_factory=dict)  # free columns of the object
    texts: dict[str, str] = field(default_factory=dict)
    sample: dict[str, str] = field(default_factory=dict)
    acq: dict[str, str] = field(default_factory=dict)
    process: dict[str, str] = field(default_factory=dict)

    @property
    def taken_at(self) -> datetime | None:
        return _moment(self.known.get("object_date"), self.known.get("object_time"))

    @property
    def labelled_at(self) -> datetime | None:
        return _moment(self.known.get("object_annotation_date"), self.known.get("object_annotation_time"))


def _moment(day: object, clock: object) -> datetime | None:
    return datetime.combine(day, clock or time(), UTC) if day else None  # type: ignore[arg-type]


def decode(content: bytes) -> str:
    """UTF-8 where it is that, with or without a byte order mark; else Latin-1, EcoTaxa's own."""
    if content.startswith(BOM):
        return content.decode("utf-8-sig", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


class Table:
    """A table of the package. `problems` collects what is wrong with the header at once, and with lines as read."""

    def __init__(self, name: str, content: bytes, problems: Problems):
        self.name = name
        self.folder = str(PurePosixPath(name).parent)
        self.problems = problems
        self._text = decode(content)
        self.columns: list[str] = []
        self.types: dict[str, bool] = {}  # free columns of the object: is it a number?
        self.is_readable = self._read_head()

    def picture_path(self, file_name: str) -> str:
        """Where in the package a picture lies: relative to the table."""
        name = file_name.replace("\\", "/")
        return name if self.folder == "." else f"{self.folder}/{name}"

    def lines(self) -> Iterator[Line]:
        """Lines with converted cells. A cell that cannot be read is reported and left out."""
        rows = self._rows()
        next(rows), next(rows)
        setters = [self._setter(column) for column in self.columns]
        for number, cells in rows:
            if not any(cells):
                continue
            line = Line(number)
            if len(cells) > len(self.columns) and any(cells[len(self.columns) :]):
                self.problems.add(
                    f"The line has {len(cells)} cells, but there are {len(self.columns)} columns. "
                    "Give the extra cells a column name, or remove them.",
                    self.name,
                    number,
                )
            for column, setter, cell in zip(self.columns, setters, cells, strict=False):
                try:
                    setter(line, cell.strip())
                except ValueError as error:
                    self.problems.add(str(error), self.name, number, column)
            yield line

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter="\t", quotechar='"')
        for cells in reader:
            yield reader.line_num, cells

    def _read_head(self) -> bool:
        rows = self._rows()
        try:
            _, header = next(rows)
        except StopIteration:
            self.problems.add("The table is empty. Write the column names in line 1, the types in line 2.", self.name)
            return False
        self.columns = [cell.strip().lower() for cell in header]
        while self.columns and not self.columns[-1]:
            self.columns.pop()
        types = [cell.strip().lower() for cell in next(rows, (0, []))[1]]
        before = self.problems.count
        self._check_columns()
        self._read_types(types)
        return self.problems.count == before

    def _check_columns(self) -> None:
        for column in self.columns:
            prefix, _, rest = column.partition("_")
            if column == "complement_info":
                continue
            if not rest:
                self._bad_column(column, "Column names are prefix_name, for example object_area.")
            elif prefix not in PREFIXES:
                self._bad_column(column, f"The prefix {prefix!r} is unknown. Use one of {', '.join(PREFIXES)}.")
        for column in sorted({c for c in self.columns if self.columns.count(c) > 1}):
            self._bad_column(column, "The column occurs twice. Rename or remove one.")
        for needed in ("object_id", "img_file_name"):
            if needed not in self.columns:
                self._bad_column(needed, "The column is missing. Every table needs it.")
        for prefix in ("sample", "acq", "process"):
            if f"{prefix}_id" not in self.columns and any(c.startswith(f"{prefix}_") for c in self.columns):
                self._bad_column(f"{prefix}_id", f"The column is missing, but there are other {prefix}_ columns. Add it.")

    def _read_types(self, types: list[str]) -> None:
        for place, column in enumerate(self.columns):
            if not self._is_free(column):
                continue
            kind = types[place] if place < len(types) else ""
            if kind not in ("[f]", "[t]"):
                self.problems.add(
                    f"The type is {kind!r}. Line 2 takes [f] for a number or [t] for text.", self.name, 2, column
                )
            self.types[column.removeprefix("object_")] = kind == "[f]" and column not in ALWAYS_TEXT

    def _bad_column(self, column: str, message: str) -> None:
        self.problems.add(message, self.name, 1, column)

    @staticmethod
    def _is_free(column: str) -> bool:
        return column not in KNOWN and (column.startswith("object_") or column == "complement_info")

    def _setter(self, column: str) -> Callable[[Line, str], None]:
        if column in KNOWN:
            read = KNOWN[column]
            return lambda line, cell: line.known.__setitem__(column, read(cell))
        prefix, _, name = column.partition("_")
        if self._is_free(column):
            name = column.removeprefix("object_")
            if self.types.get(name):
                return lambda line, cell: line.numbers.__setitem__(name, values.number(cell))
            return lambda line, cell: line.texts.__setitem__(name, values.text_cell(cell)) if cell else None
        if prefix in ("sample", "acq", "process"):
            return lambda line, cell: getattr(line, prefix).__setitem__(name, values.text_cell(cell)) if cell else None
        return lambda line, cell: None
