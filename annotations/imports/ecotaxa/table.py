"""Reads one table: the header, the row of types, and each line as a `TableLine`.

The format is EcoTaxa's: tab separated, `"` quotes, columns called prefix_name, types `[f]` and `[t]` in
line 2. A table is read as a stream: it may have millions of lines.
"""

import math
import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache, partial
from itertools import islice

from annotations.common.problems import Problems
from annotations.imports import values
from annotations.imports.archive import Package
from annotations.imports.days import DayColumn, OpenDayError
from annotations.imports.ecotaxa.columns import CELL_READERS, CLOCKS, DAYS, Header, picker
from annotations.imports.names import FileMatch
from annotations.imports.records import RecordLabel
from annotations.imports.table_text import encoding_of, rows_of
from annotations.taxonomy.actions import TaxonName


@dataclass(slots=True)
class TableLine:
    """One line of a table: one picture of one object."""

    number: int
    values: dict[str, object]
    numbers: list[float | None]  # free columns of the object, in the order of `Table.number_names`
    cells: list[str]
    table: "Table"

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cells[place] for place, name in self.table.text_places if self.cells[place]}

    def real(self, name: str) -> float | None:
        """The number in a column that every package may have, such as `object_lat`."""
        value = self.values.get(name)
        return value if isinstance(value, int | float) else None

    def parent(self, level: str) -> dict[str, str]:
        """Free columns of the line's sample, acq or process, without the empty ones."""
        return {
            name: self.cells[place] for place, name in self.table.parent_places[level] if self.cells[place]
        }

    @property
    def taken_at(self) -> datetime | None:
        return _moment(self.values.get("object_date"), self.values.get("object_time"))

    @property
    def history(self) -> tuple[RecordLabel, ...]:
        """Earlier labels of the object, the oldest first."""
        labels = self.values.get("object_seston_history")
        return labels if isinstance(labels, tuple) else ()

    @property
    def labelled_at(self) -> datetime | None:
        return _moment(self.values.get("object_annotation_date"), self.values.get("object_annotation_time"))


def _moment(day: object, clock: object) -> datetime | None:
    if not isinstance(day, date):
        return None
    return datetime.combine(day, clock if isinstance(clock, time) else time(), UTC)


def taxon_name(line: TableLine) -> TaxonName | None:
    """The taxon of a line as the package names it."""
    name = line.values.get("object_annotation_category") or ""
    ecotaxa_id = line.values.get("object_annotation_category_id")
    if not name and ecotaxa_id is None:
        return None
    lineage = line.values.get("object_annotation_hierarchy") or line.values.get("object_seston_lineage") or ()
    taxon = _taxon(name, lineage, ecotaxa_id)
    return (
        taxon if taxon.name or ecotaxa_id is not None else None
    )  # a name of blanks that nobody sees is none


_taxon = lru_cache(1000)(TaxonName)  # cleaning a name takes time, and most lines repeat one


@dataclass(slots=True)
class _Column:
    """Reads one known column. Neighbouring lines mostly repeat a cell: the last one is remembered."""

    name: str
    place: int
    read: Callable
    last: str | None = None
    value: object = None


@dataclass
class Table:
    """A table of the package. Tells `problems` what is wrong: with the header at once, with lines as read.

    Lines are read whatever is wrong with the header, so that all is told at once; only a table without any header is
    not `is_readable`.
    """

    name: str
    package: Package
    problems: Problems
    needs_pictures: bool = True  # an update does without
    header: Header = field(init=False)
    is_readable: bool = False

    def __post_init__(self) -> None:
        self.folder = posixpath.dirname(self.name)
        self._prefix = self.folder and f"{self.folder}/"
        self._encoding = encoding_of(self.package, self.name)
        rows = self._rows(Problems())  # what is wrong with the text is said when its lines are read
        (first, names), (second, kinds) = next(rows, (1, [])), next(rows, (2, []))
        needs, names = self.needs_pictures, list(map(self.package.column, names))
        self.header = Header(
            self.name, names, kinds, self.problems, lines=(first, second), needs_pictures=needs
        )
        self.is_readable = self.header.is_readable
        self.types, self.parent_places = self.header.types, self.header.parent_places
        self.number_names, self.text_places = self.header.number_names, self.header.text_places
        self.named = frozenset(self.header.columns)
        self._pick_numbers = picker(self.header.number_places)
        self.pick_parents = picker(self.header.all_parent_places)
        self.object_columns = tuple(self.header.object_places)  # those that `pick_object` gives
        self.pick_object = picker(list(self.header.object_places.values()))
        self._longest_clocks: dict[int, int] = {}

    @property
    def columns(self) -> list[str]:
        return self.header.columns

    @property
    def number_columns(self) -> list[str]:
        return [self.columns[place] for place in self.header.number_places]

    @property
    def speaks_of_acquisitions(self) -> bool:
        """Whether it has values of acquisitions or processes, beside their ids."""
        own = {"acq_instrument", "process_id"} & self.named
        return bool(own or self.parent_places["acq"] or self.parent_places["process"])

    def find_picture(self, file_name: str) -> FileMatch:
        """Where in the package a picture lies: relative to the table, or where alone it can be."""
        if "/" not in file_name and (path := self._prefix + file_name) in self.package:
            return FileMatch(path)
        path = posixpath.normpath(posixpath.join(self.folder, file_name))
        return FileMatch(path) if path in self.package else self.package.names.find(self.folder, file_name)

    # --- Lines ----------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[TableLine]:
        """Lines with converted cells. A cell that cannot be read is reported and left out."""
        width = len(self.columns)
        all_named = all(self.columns)
        fixed = self._fixed_columns()
        rows = islice(self._rows(self.problems), self.header.height, None)
        for number, cells in self._without_headers(rows):
            if len(cells) != width or not all_named:
                cells = self._fitted(number, cells)
            yield TableLine(
                number, self._values(number, cells, fixed), self._numbers(number, cells), cells, self
            )

    def _values(self, number: int, cells: list[str], fixed: list[_Column]) -> dict[str, object]:
        read: dict[str, object] = {}
        for column in fixed:
            cell = cells[column.place]
            try:
                if cell != column.last:
                    column.value, column.last = column.read(cell), cell
                read[column.name] = column.value
            except OpenDayError as error:
                self.problems.ask(str(error), self.name, number, column.name, cell=cell)
            except ValueError as error:
                self.problems.add(str(error), self.name, number, column.name, cell=cell)
        return read

    def _without_headers(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """Names the column names that stand there once more, where tables were put below one another."""
        repeats = False
        for number, cells in rows:
            cells = list(map(str.strip, cells))
            is_types = repeats and cells[0].lower() in ("[t]", "[f]")
            repeats = cells[0].lower() == self.columns[0] and self._is_header(cells)
            if repeats:
                message = (
                    "The column names stand here once more, as if two tables were put below one another. Remove "
                    "this line, and its line of types, or make two tables of it."
                )
                self.problems.add(message, self.name, number)
            elif not is_types:
                yield number, cells

    def _is_header(self, cells: list[str]) -> bool:
        return [cell.lower() for cell in cells[: len(self.columns)]] == self.columns

    def _fixed_columns(self) -> list[_Column]:
        return [
            _Column(name, place, self._reader(name, place))
            for place, name in enumerate(self.columns)
            if name in CELL_READERS
        ]

    def _reader(self, name: str, place: int) -> Callable:
        if name in CLOCKS:
            return partial(self._clock, place)
        if name in DAYS:
            report = partial(self.problems.warn, file=self.name, line=self.header.lines[0], column=name)
            return DayColumn(self.package.date_order, lambda: self._cells_of(place), report).read
        return CELL_READERS[name]

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
                cell=nameless[0],
            )
        return cells[:width] + [""] * (width - len(cells))

    def _numbers(self, number: int, cells: list[str]) -> list[float | None]:
        picked = self._pick_numbers(cells)
        try:
            numbers = [float(cell) if cell else None for cell in picked]
            if math.isfinite(math.fsum(filter(None, numbers))) and "_" not in "".join(picked):
                return numbers
        except (ValueError, OverflowError):
            pass  # something in the line is no plain number: cell by cell then
        return [self._number(number, place, cells[place]) for place in self.header.number_places]

    def _number(self, number: int, place: int, cell: str) -> float | None:
        try:
            if values.is_failed(cell):
                message = f"{cell!r} is no measurement: the value was left empty."
                self.problems.warn(message, self.name, number, self.columns[place])
            return values.measure(cell)
        except ValueError as error:
            self.problems.add(str(error), self.name, number, self.columns[place], cell=cell)
            return None

    def _clock(self, place: int, cell: str) -> time | None:
        """A time of few digits means what the longest of its column says: 930 is 09:30, or 00:09:30 beside 093000."""
        if values.is_whole_clock(cell):
            return values.whole_clock(cell)
        is_short = 0 < values.clock_digits(cell) <= values.HOURS_AND_MINUTES
        longest = self._longest_clock(place) if is_short else None
        return values.clock(cell, longest)

    def _longest_clock(self, place: int) -> int:
        """Digits of the longest time of a column; the table is read once more for it, where it has short ones."""
        if place not in self._longest_clocks:
            longest = 0
            for cell in self._cells_of(place):
                longest = max(longest, values.clock_digits(cell))
                if longest > values.HOURS_AND_MINUTES:
                    break
            self._longest_clocks[place] = longest
        return self._longest_clocks[place]

    def _cells_of(self, place: int) -> Iterator[str]:
        """Of one column, its name and type among them: the table is read once more for it."""
        rows = rows_of(self.package, self.name, self._encoding, Problems())
        return (cells[place].strip() for _, cells in rows if place < len(cells))

    def _rows(self, problems: Problems) -> Iterator[tuple[int, list[str]]]:
        """Those that hold anything: empty lines count for nothing, before the column names too."""
        rows = rows_of(self.package, self.name, self._encoding, problems)
        return ((number, cells) for number, cells in rows if any(map(str.strip, cells)))
