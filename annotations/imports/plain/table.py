"""Reads a table of any program as a stream: a header, then a line for each picture of an object."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.constants import COLUMNS as RECORD_COLUMNS
from annotations.imports.entries import ending_of
from annotations.imports.names import FileMatch
from annotations.imports.plain.roles import roles_of
from annotations.imports.table_text import encoding_of, rows_of
from annotations.imports.values import DECIMAL_COMMA
from annotations.taxonomy.names import clean_name

PARQUET = ".parquet"
DELIMITERS = "\t;,|"
DECIMAL_COMMA_BESIDE = {"\t", ";", "|"}
ROLE_COLUMNS = {**RECORD_COLUMNS, "date": RECORD_COLUMNS["taken_at"], "time": "object_time"}
SPOKEN = "sep="  # Excel's first line that says how cells are separated
HEAD = 65_536  # bytes in which the column names end


class PlainLine(NamedTuple):
    """Cells of the columns that have a role, by it, and of the others by the columns' names."""

    number: int
    roles: dict[str, str]
    free: dict[str, str]


@dataclass
class PlainTable:
    """A table of the package; `problems` is told what is wrong with its header at once."""

    name: str
    package: Package
    problems: Problems
    chosen: dict[str, str]
    needs_pictures: bool = True  # else a column of ids is enough
    columns: list[str] = field(default_factory=list)
    is_readable: bool = False

    def __post_init__(self) -> None:
        self._is_text = ending_of(self.name) != PARQUET
        self._encoding = encoding_of(self.package, self.name) if self._is_text else ""
        self.delimiter = self._find_delimiter() if self._is_text else ""
        # a text that is damaged is told of with its lines, a Parquet file has none then
        self.header_line, names = next(self._rows(Problems() if self._is_text else self.problems), (1, []))
        if not (names or self._is_text):
            return
        self.columns = [self.package.column(clean_name(name)) for name in names]
        try:
            self.roles = roles_of(self.columns, self.chosen)
        except ValidationError as error:
            self.problems.add(" ".join(error.messages), self.name, self.header_line)
            return
        self.counts_lines = len(self.columns) > 1 and not self.columns[0]
        self.column_of = {role: column for column, role in self.roles.items()}
        self.is_readable = self._check_header()

    @property
    def record_columns(self) -> frozenset[str]:
        """Those whose empty cells empty a value, as an EcoTaxa table calls them."""
        named = {ROLE_COLUMNS[role] for role in self.column_of if role in ROLE_COLUMNS}
        if "depth_min" in self.column_of:
            named.add(ROLE_COLUMNS["depth_max"])  # a single depth is both
        free = {f"object_{column}" for column in self.columns if column and column not in self.roles}
        return frozenset(named | (free - set(ROLE_COLUMNS.values())))

    def find_picture(self, file_name: str) -> FileMatch:
        return self.package.names.find(posixpath.dirname(self.name), file_name)

    def lines(self) -> Iterator[PlainLine]:
        rows = self._rows(self.problems)
        next(rows, None)
        for number, cells in rows:
            line = PlainLine(number, {}, {})
            for column, cell in zip(self.columns, self._fitted(number, cells), strict=True):
                if role := self.roles.get(column):
                    line.roles[role] = cell
                elif column:
                    line.free[column] = cell
            yield line

    def cells_of(self, role: str) -> Iterator[str]:
        """Of one column, whose table is read once more for it; days alone of dates that have their time behind."""
        rows = self._rows(Problems())
        next(rows, None)
        place = self.columns.index(self.column_of[role])
        return (cells[place].replace("T", " ").partition(" ")[0] for _, cells in rows if place < len(cells))

    def number_text(self, cell: str) -> str:
        """Tables whose cells no comma separates come from countries whose decimal point is a comma."""
        is_comma = self.delimiter in DECIMAL_COMMA_BESIDE and DECIMAL_COMMA.match(cell)
        return cell.replace(",", ".") if is_comma else cell

    def _fitted(self, number: int, cells: list[str]) -> list[str]:
        """As many cells as columns; those without a column must be empty."""
        width = len(self.columns)
        for place, cell in enumerate(cells):
            if place == 0 and self.counts_lines:
                continue
            if cell and (place >= width or not self.columns[place]):
                words = "stands in a column without a name. Name the column, or empty the cell."
                message = f"The cell {cell[:40]!r} {words}"
                self.problems.add(message, self.name, number, fault="nameless", cell=cell)
        return cells[:width] + [""] * (width - len(cells))

    def _check_header(self) -> bool:
        if self.counts_lines:
            message = "The first column has no name, as where programs count lines: it was left out."
            self.problems.warn(message, self.name, self.header_line)
        if self._has_types():
            message = (
                "This is a table for EcoTaxa: below its column names stand their types. Save it as tab-separated text, "
                "and call it ecotaxa_….tsv."
            )
            self.problems.add(message, self.name, self.header_line)
            return False
        repeated = sorted({column for column in self.columns if column and self.columns.count(column) > 1})
        for column in repeated:
            message = "The column occurs twice. Rename or remove one."
            self.problems.add(message, self.name, self.header_line, column)
        names_objects = "picture" in self.column_of or (not self.needs_pictures and "id" in self.column_of)
        if not names_objects:
            there = ", ".join(filter(None, self.columns)) or "none"
            message = (
                f"No column names the pictures; the columns are {there}. Call one of them `file`, or say which it is "
                "under *Columns*: picture=…, or take the table out of the package if it is about something else."
            )
            self.problems.add(message, self.name, self.header_line)
        return not repeated and names_objects

    def _has_types(self) -> bool:
        rows = self._rows(Problems())
        next(rows, None)
        _, cells = next(rows, (0, []))
        return bool(cells) and {cell.lower() for cell in cells} <= {"[t]", "[f]", ""}

    def _find_delimiter(self) -> str:
        """The sign that stands most often in the line of column names."""
        with self.package.stream(self.name) as file:
            head = (
                file.read(HEAD)
                .decode(self._encoding, errors="replace")
                .lstrip("\ufeff \r\n")
                .partition("\n")[0]
            )
        if head.lower().startswith(SPOKEN) and (spoken := head[len(SPOKEN) :].strip("\r ")[:1]):
            return spoken if spoken in DELIMITERS else "\t"
        return max(DELIMITERS, key=head.count)

    def _rows(self, problems: Problems) -> Iterator[tuple[int, list[str]]]:
        """Those that hold anything, their cells without spaces around them."""
        rows = self._texts(problems) if self._is_text else self._parquet(problems)
        stripped = ((number, [cell.strip() for cell in cells]) for number, cells in rows)
        return ((number, cells) for number, cells in stripped if any(cells))

    def _texts(self, problems: Problems) -> Iterator[tuple[int, list[str]]]:
        rows = rows_of(self.package, self.name, self._encoding, problems, self.delimiter)
        return ((number, cells) for number, cells in rows if not _speaks_of_delimiter(number, cells))

    def _parquet(self, problems: Problems) -> Iterator[tuple[int, list[str]]]:
        from annotations.imports.plain.parquet import parquet_rows  # pyarrow, which no web process loads

        return parquet_rows(self.package, self.name, problems)


def _speaks_of_delimiter(number: int, cells: list[str]) -> bool:
    return number == 1 and bool(cells) and cells[0].lower().startswith(SPOKEN) and not any(cells[1:])
