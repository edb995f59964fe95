"""A table of corrections that somebody brings: a line a row, a column a field."""

from collections.abc import Iterator
from difflib import get_close_matches

from annotations.common.problems import Problems
from annotations.common.tables import SpreadsheetLine, lines_of, text_of
from annotations.metadata.columns import CorrectableColumn, free_column
from annotations.metadata.levels import Level, level_of
from annotations.metadata.planning import CellChange

SAMPLE = level_of("sample")
# what the house's own tables and EcoTaxa's packages call the columns
ALIASES = {
    "latitude": "latitude",
    "object_lat": "latitude",
    "longitude": "longitude",
    "object_lon": "longitude",
    "taken_at": "taken_at",
    "depth_min": "depth_min",
    "object_depth_min": "depth_min",
    "depth_max": "depth_max",
    "object_depth_max": "depth_max",
}
HEADINGS = {"acq": {"instrument": "acq_instrument"}}  # by level, where the key is not the heading
# of the table that one downloads, which no correction changes
ONLY_COUNTED = {"taken_last", "objects", "validated", "acquisitions"}


def heading_of(column: CorrectableColumn, level: Level = SAMPLE) -> str:
    """As the table that one downloads names it, so that it can be brought back."""
    if column.field:
        return f"{level.prefix}{column.field}"
    if column.key == "name":
        return "process_id" if level.key == "process" else f"new_{level.heading}"
    return HEADINGS.get(level.key, {}).get(column.key, column.key)


def by_heading(columns: dict[str, CorrectableColumn], level: Level = SAMPLE) -> dict[str, CorrectableColumn]:
    """The columns by what a table may call them, in small letters."""
    names = {heading_of(column, level).lower(): column for column in columns.values()}
    return names | {alias: columns[key] for alias, key in ALIASES.items() if key in columns}


def read_changes(
    content: bytes,
    file: str,
    columns: dict[str, CorrectableColumn],
    rows: dict[str, int | None],
    *,
    empties: bool,
    problems: Problems,
    level: Level = SAMPLE,
) -> list[CellChange]:
    """What the table says of `rows` (numbers by name); with `empties` an empty cell empties the value, else it says
    nothing. `problems` gets every line and column that can't be understood.
    """
    table, lines = open_table(content, file, columns, level, problems)
    return [change for line in lines for change in table.changes(line, rows, empties)] if table else []


def open_table(
    content: bytes, file: str, columns: dict[str, CorrectableColumn], level: Level, problems: Problems
) -> tuple["CorrectionTable | None", Iterator[SpreadsheetLine]]:
    """The table by its first line, and the lines behind it, one after the other; None where there is none."""
    lines = lines_of(text_of(content, problems, file), problems, file)
    head = next(lines, None)
    if head is None:
        if not problems:
            first = next(iter(columns.values()))
            names = f"{level.heading}, {heading_of(first, level)}, …"
            problems.add(f"The table is empty. Its first line names the columns: {names}", file)
        return None, lines
    return CorrectionTable(file, head, columns, level, problems), lines


class CorrectionTable:
    """Knows which column of the table is which of the project."""

    def __init__(
        self,
        file: str,
        head: SpreadsheetLine,
        columns: dict[str, CorrectableColumn],
        level: Level,
        problems: Problems,
    ):
        self.file, self.problems, self.level = file, problems, level
        self.names = [cell.strip().lower() for cell in head.cells]
        self.by_name = by_heading(columns, level)
        self.by_name |= {
            c.field.lower(): c for c in columns.values() if c.field and c.field.lower() not in self.by_name
        }
        self.columns = [self._column(head.number, name) for name in self.names]
        self.seen: dict[int, int] = {}
        if level.heading not in self.names:
            sentence = f"No column is called {level.heading}: it says which {level.one} a line is about."
            self._add(head.number, None, sentence)

    def _column(self, line: int, name: str) -> CorrectableColumn | None:
        if self.names.count(name) > 1 and name:
            self._add(line, name, "The column occurs twice. Rename or remove one.")
        if name in (self.level.heading, "") or name in ONLY_COUNTED:
            return None
        if name in self.by_name:
            return self.by_name[name]
        prefix = self.level.prefix
        if self.level.makes_columns and name.startswith(prefix):
            return free_column(name.removeprefix(prefix), is_new=True)
        close = get_close_matches(name, self.by_name, 1)
        hint = f" Did you mean {close[0]}?" if close else ""
        remedy = f" Write {prefix}{name} to make a new one." if self.level.makes_columns else ""
        self._add(line, name, f"There is no such column.{hint}{remedy}")
        return None

    def name_in(self, line: SpreadsheetLine) -> str:
        """Which row a line is about."""
        return dict(zip(self.names, line.cells, strict=False)).get(self.level.heading, "")

    def changes(
        self, line: SpreadsheetLine, rows: dict[str, int | None], empties: bool
    ) -> Iterator[CellChange]:
        cells = line.cells + [""] * (len(self.names) - len(line.cells))
        if any(cells[len(self.names) :]):
            self._add(
                line.number, None, "The line has more cells than there are columns. Remove what is too much."
            )
            return
        row = self._row(line.number, self.name_in(line), rows)
        if row is None:
            return
        for column, heading, text in zip(self.columns, self.names, cells, strict=False):
            if column is not None and (text or empties):
                yield CellChange(row, column, text, line.number, heading=heading)

    def _row(self, line: int, name: str, rows: dict[str, int | None]) -> int | None:
        key, one = self.level.heading, self.level.one
        if key not in self.names:
            return None
        row = rows.get(name)
        if row is None:
            absent = f"The project has no {one} {name!r}." if name else "The cell is empty."
            several = f"Several samples have {name!r}: correct it in the table of the page."
            self._add(line, key, several if name in rows else absent)
            return None
        if (first := self.seen.setdefault(row, line)) != line:
            self._add(line, key, f"Line {first} is about {name!r} as well. Remove one of them.")
            return None
        return row

    def _add(self, line: int, column: str | None, message: str) -> None:
        self.problems.add(message, self.file, line, column)
