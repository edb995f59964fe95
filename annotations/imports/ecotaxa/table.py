"""Reads one table: the header, the row of types, and each line as a `Line`.

The format is EcoTaxa's: tab separated, `"` quotes, columns called prefix_name, types `[f]` and `[t]` in
line 2. A table is read as a stream: it may have millions of lines.
"""

import codecs
import csv
import io
import math
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from operator import itemgetter

from annotations.common.problems import Problems
from annotations.imports.ecotaxa import values
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.problems import PackageError

PREFIXES = ("object", "sample", "acq", "process", "img")
PARENTS = ("sample", "acq", "process")
KNOWN: dict[str, Callable] = {
    "object_id": values.text_of(255),
    "img_file_name": values.file_name,
    "img_rank": values.rank,
    "object_lat": values.latitude,
    "object_lon": values.longitude,
    "object_date": values.day,
    "object_time": values.clock,
    "object_depth_min": values.number,
    "object_depth_max": values.number,
    "object_annotation_status": values.state,
    "object_annotation_category": values.text_of(200),
    "object_annotation_category_id": values.whole,
    "object_annotation_hierarchy": values.lineage,
    "object_annotation_person_name": values.text_of(150),
    "object_annotation_person_email": values.text_of(254),
    "object_annotation_date": values.day,
    "object_annotation_time": values.clock,
    "object_seston_lineage": values.lineage,
    "object_seston_score": values.share,
    "object_seston_margin": values.share,
    "object_seston_entropy": values.share,
    "sample_id": values.text_of(255),
    "acq_id": values.text_of(255),
    "acq_instrument": values.text_of(255),
    "process_id": values.text_of(255),
}
ALWAYS_TEXT = {"object_link", "complement_info"}  # whatever type line 2 gives them
csv.field_size_limit(10_000_000)


@dataclass(slots=True)
class Line:
    """One line of a table: one picture of one object."""

    number: int
    known: dict[str, object]
    numbers: list[float | None]  # free columns of the object, in the order of `Table.number_names`
    cells: list[str]
    table: "Table"

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cells[place] for place, name in self.table.text_places if self.cells[place]}

    def parent(self, level: str) -> dict[str, str]:
        """Free columns of the line's sample, acq or process, without the empty ones."""
        return {
            name: self.cells[place] for place, name in self.table.parent_places[level] if self.cells[place]
        }

    @property
    def taken_at(self) -> datetime | None:
        return _moment(self.known.get("object_date"), self.known.get("object_time"))

    @property
    def labelled_at(self) -> datetime | None:
        return _moment(self.known.get("object_annotation_date"), self.known.get("object_annotation_time"))


def _moment(day: object, clock: object) -> datetime | None:
    return datetime.combine(day, clock or time(), UTC) if day else None  # type: ignore[arg-type]


def encoding_of(package: Package, name: str) -> str:
    """UTF-8 where it is that, with or without a byte order mark; else Latin-1, EcoTaxa's own."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with package.stream(name) as file:
        block = file.read(2**20)
        if block.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise PackageError(f"{name} is in UTF-16. Save the table as UTF-8.")
        try:
            while block:
                decoder.decode(block)
                block = file.read(2**20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8"


class _Lines:
    """Physical lines for the csv reader; knows when the reader has asked for more than there are."""

    def __init__(self, text: io.TextIOBase):
        self.text = text
        self.is_over = False
        self.has_nul = False

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            if "\x00" in line:
                self.has_nul = True
                line = line.replace("\x00", "")
            yield line
        self.is_over = True


@dataclass
class _Column:
    """Reads one known column. Neighbouring lines mostly repeat a cell: the last one is remembered."""

    name: str
    place: int
    read: Callable
    last: str | None = None
    value: object = None

    def __call__(self, cell: str) -> object:
        if cell != self.last:
            self.value = self.read(cell)
            self.last = cell
        return self.value


@dataclass
class Table:
    """A table of the package. Tells `problems` what is wrong: with the header at once, with lines as read."""

    name: str
    package: Package
    problems: Problems
    columns: list[str] = field(default_factory=list)
    types: dict[str, bool] = field(default_factory=dict)  # free columns of the object: is it a number?
    number_names: list[str] = field(default_factory=list)
    text_places: list[tuple[int, str]] = field(default_factory=list)
    parent_places: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    is_readable: bool = False

    def __post_init__(self) -> None:
        self.folder = posixpath.dirname(self.name)
        self._encoding = encoding_of(self.package, self.name)
        self.is_readable = self._read_head()
        self._place_columns()

    def picture_path(self, file_name: str) -> str:
        """Where in the package a picture lies: relative to the table."""
        return posixpath.normpath(posixpath.join(self.folder, file_name))

    # --- Lines ----------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[Line]:
        """Lines with converted cells. A cell that cannot be read is reported and left out."""
        width = len(self.columns)
        known = [
            _Column(name, place, KNOWN[name]) for place, name in enumerate(self.columns) if name in KNOWN
        ]
        rows = self._rows()
        next(rows), next(rows, None)
        for number, cells in rows:
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if len(cells) != width or not self._all_named:
                cells = self._fitted(number, cells)
            line = Line(number, {}, [], cells, self)
            for column in known:
                try:
                    line.known[column.name] = column(cells[column.place])
                except ValueError as error:
                    cell = cells[column.place]
                    self.problems.add(str(error), self.name, number, column.name, cell=cell)
            line.numbers = self._numbers(number, cells)
            yield line

    def _fitted(self, number: int, cells: list[str]) -> list[str]:
        """As many cells as columns; those without a column must be empty."""
        width = len(self.columns)
        nameless = [
            cell for place, cell in enumerate(cells) if cell and (place >= width or not self.columns[place])
        ]
        if nameless:
            self.problems.add(
                f"The cell {nameless[0][:40]!r} stands in a column without a name. "
                "Name the column, or empty the cell.",
                self.name,
                number,
            )
        return cells[:width] + [""] * (width - len(cells))

    def _numbers(self, number: int, cells: list[str]) -> list[float | None]:
        try:
            found = [float(cell) if cell else None for cell in self._pick_numbers(cells)]
            if math.isfinite(math.fsum(filter(None, found))):
                return found
        except (ValueError, OverflowError):
            pass  # something in the line is no plain number: cell by cell then
        return [self._number(number, place, cells[place]) for place in self._number_places]

    def _number(self, number: int, place: int, cell: str) -> float | None:
        try:
            return values.measure(cell)
        except ValueError as error:
            self.problems.add(str(error), self.name, number, self.columns[place], cell=cell)
            return None

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """(number of the line it begins in, cells)"""
        with (
            self.package.stream(self.name) as raw,
            io.TextIOWrapper(raw, self._encoding, errors="replace", newline="") as text,
        ):
            lines, start = _Lines(text), 1
            reader = csv.reader(iter(lines), delimiter="\t", quotechar='"')
            try:
                for cells in reader:
                    if lines.is_over:
                        message = 'A quotation mark (") opens a cell and is never closed. Close or remove it.'
                        self.problems.add(message, self.name, start)
                    yield start, cells
                    start = reader.line_num + 1
            except csv.Error as error:
                self.problems.add(
                    f"The line cannot be read ({error}). Save the table again.", self.name, start
                )
            if lines.has_nul:
                message = "The table holds NUL characters: it is damaged, or no text. Save it again as UTF-8."
                self.problems.add(message, self.name)

    # --- Header ---------------------------------------------------------------------------------------------

    def _read_head(self) -> bool:
        rows = self._rows()
        before = self.problems.count
        _, header = next(rows, (0, None))
        if header is None:
            self.problems.add(
                "The table is empty. Write the column names in line 1, the types in line 2.", self.name
            )
            return False
        self.columns = [cell.strip().lower() for cell in header]
        while self.columns and not self.columns[-1]:
            self.columns.pop()
        types = [cell.strip().lower() for cell in next(rows, (0, []))[1]]
        self._check_columns()
        self._read_types(types)
        return self.problems.count == before

    def _check_columns(self) -> None:
        for column in filter(None, self.columns):
            prefix, _, rest = column.partition("_")
            if len(column) > 255:
                self._bad_column(column[:40] + "…", "The name is longer than 255 characters. Shorten it.")
            elif column == "complement_info":
                continue
            elif not rest:
                self._bad_column(column, "Column names are prefix_name, for example object_area.")
            elif prefix not in PREFIXES:
                self._bad_column(
                    column, f"The prefix {prefix!r} is unknown. Use one of {', '.join(PREFIXES)}."
                )
        for column in sorted({c for c in self.columns if c and self.columns.count(c) > 1}):
            self._bad_column(column, "The column occurs twice. Rename or remove one.")
        for needed in ("object_id", "img_file_name"):
            if needed not in self.columns:
                self._bad_column(needed, "The column is missing. Every table needs it.")
        for prefix in PARENTS:
            if f"{prefix}_id" not in self.columns and any(c.startswith(f"{prefix}_") for c in self.columns):
                self._bad_column(
                    f"{prefix}_id", f"The column is missing, but there are other {prefix}_ columns. Add it."
                )

    def _read_types(self, types: list[str]) -> None:
        if not any(kind.startswith("[") for kind in types):
            message = (
                "Line 2 holds no types. Put a line of [f] (number) and [t] (text) below the column names."
            )
            self.problems.add(message, self.name, 2)
            return
        for place, column in enumerate(self.columns):
            if not column or not _is_free(column):
                continue
            kind = types[place] if place < len(types) else ""
            if kind not in ("[f]", "[t]") and column not in ALWAYS_TEXT:
                message = f"The type is {kind!r}. Line 2 takes [f] for a number or [t] for text."
                self.problems.add(message, self.name, 2, column)
            self.types[column.removeprefix("object_")] = kind == "[f]" and column not in ALWAYS_TEXT

    def _place_columns(self) -> None:
        free = [
            (place, c.removeprefix("object_")) for place, c in enumerate(self.columns) if c and _is_free(c)
        ]
        numbers = [(place, name) for place, name in free if self.types.get(name)]
        self.text_places = [(place, name) for place, name in free if not self.types.get(name)]
        self.number_names = [name for _, name in numbers]
        self._number_places = [place for place, _ in numbers]
        self._pick_numbers = _picker(self._number_places)
        self._all_named = all(self.columns)
        for level in PARENTS:
            named = [
                (place, c)
                for place, c in enumerate(self.columns)
                if c.startswith(f"{level}_") and c not in KNOWN
            ]
            self.parent_places[level] = [(place, c.removeprefix(f"{level}_")) for place, c in named]

    def _bad_column(self, column: str, message: str) -> None:
        self.problems.add(message, self.name, 1, column)


def _is_free(column: str) -> bool:
    return column not in KNOWN and (column.startswith("object_") or column == "complement_info")


def _picker(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    if len(places) < 2:  # itemgetter gives a tuple only for two or more
        return lambda cells: tuple(cells[place] for place in places)
    return itemgetter(*places)
