"""A table that somebody brings: a line a sample, a column a field; comma, semicolon or tab, in any common encoding."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from annotations.common.problems import Problems
from annotations.common.spreadsheet import original
from annotations.metadata.columns import CorrectableColumn, free_column
from annotations.metadata.planning import SampleChange

KEY = "sample_id"
# what the house's own tables and EcoTaxa's packages call the columns
ALIASES = {
    "new_sample_id": "name",
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
HEADINGS = {"name": "new_sample_id"}  # the other way round, where the key is not the heading
# of the table that one downloads, which no correction changes
ONLY_COUNTED = {"taken_last", "objects", "validated", "acquisitions"}
MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
SEPARATORS = "\t;,"


@dataclass(frozen=True)
class SampleTableLine:
    number: int
    cells: list[str]


def heading_of(column: CorrectableColumn) -> str:
    """As the table that one downloads names it, so that it can be brought back."""
    return f"sample_{column.field}" if column.field else HEADINGS.get(column.key, column.key)


def by_heading(columns: dict[str, CorrectableColumn]) -> dict[str, CorrectableColumn]:
    """The columns by what a table may call them, in small letters."""
    names = {heading_of(column).lower(): column for column in columns.values()}
    return names | {alias: columns[key] for alias, key in ALIASES.items()}


def text_of(content: bytes, problems: Problems, file: str) -> str:
    """UTF-8, or what its mark says; else Windows-1252, as spreadsheets write without one."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        problems.add("The table is neither UTF-8 nor Windows-1252. Save it as CSV in UTF-8.", file)
        return ""
    problems.warn("The table is not UTF-8, so it was read as Windows-1252. Look at its accents.", file)
    return text


def lines_of(text: str, problems: Problems, file: str) -> Iterator[SampleTableLine]:
    """Those that hold anything, the headings first."""
    if "\0" in text:
        problems.add(
            "The file holds NUL characters: it is damaged, or no text. Save it as CSV in UTF-8.", file
        )
        return
    head = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=head.count), strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield SampleTableLine(start, [original(cell.strip()) for cell in cells])
            start = reader.line_num + 1
    except csv.Error as error:
        problems.add(f"The line cannot be read ({error}). Save the table again.", file, start)


def read_changes(
    content: bytes,
    file: str,
    columns: dict[str, CorrectableColumn],
    samples: dict[str, int],
    *,
    empties: bool,
    problems: Problems,
) -> list[SampleChange]:
    """What the table says of `samples` (numbers by name); with `empties` an empty cell empties the value, else it says
    nothing. `problems` gets every line and column that can't be understood.
    """
    lines = lines_of(text_of(content, problems, file), problems, file)
    head = next(lines, None)
    if head is None:
        if not problems:
            problems.add(f"The table is empty. Its first line names the columns: {KEY}, latitude, …", file)
        return []
    table = _Table(file, head, columns, problems)
    return [change for line in lines for change in table.changes(line, samples, empties)]


class _Table:
    """Knows which column of the table is which of the project."""

    def __init__(
        self, file: str, head: SampleTableLine, columns: dict[str, CorrectableColumn], problems: Problems
    ):
        self.file, self.problems = file, problems
        self.names = [cell.strip().lower() for cell in head.cells]
        self.by_name = by_heading(columns)
        self.by_name |= {
            c.field.lower(): c for c in columns.values() if c.field and c.field.lower() not in self.by_name
        }
        self.columns = [self._column(head.number, name) for name in self.names]
        self.seen: dict[int, int] = {}
        if KEY not in self.names:
            self._add(head.number, None, f"No column is called {KEY}: it says which sample a line is about.")

    def _column(self, line: int, name: str) -> CorrectableColumn | None:
        if self.names.count(name) > 1 and name:
            self._add(line, name, "The column occurs twice. Rename or remove one.")
        if name in (KEY, "") or name in ONLY_COUNTED:
            return None
        if name in self.by_name:
            return self.by_name[name]
        if name.startswith("sample_"):
            return free_column(name.removeprefix("sample_"), is_new=True)
        close = get_close_matches(name, self.by_name, 1)
        hint = f" Did you mean {close[0]}?" if close else ""
        self._add(line, name, f"There is no such column.{hint} Write sample_{name} to make a new one.")
        return None

    def changes(
        self, line: SampleTableLine, samples: dict[str, int], empties: bool
    ) -> Iterator[SampleChange]:
        cells = line.cells + [""] * (len(self.names) - len(line.cells))
        if any(cells[len(self.names) :]):
            self._add(
                line.number, None, "The line has more cells than there are columns. Remove what is too much."
            )
            return
        sample = self._sample(line.number, dict(zip(self.names, cells, strict=False)).get(KEY, ""), samples)
        if sample is None:
            return
        for column, heading, text in zip(self.columns, self.names, cells, strict=False):
            if column is not None and (text or empties):
                yield SampleChange(sample, column, text, line.number, heading=heading)

    def _sample(self, line: int, name: str, samples: dict[str, int]) -> int | None:
        if KEY not in self.names:
            return None
        if name not in samples:
            self._add(line, KEY, f"The project has no sample {name!r}." if name else "The cell is empty.")
            return None
        if (first := self.seen.setdefault(samples[name], line)) != line:
            self._add(line, KEY, f"Line {first} is about {name!r} as well. Remove one of them.")
            return None
        return samples[name]

    def _add(self, line: int, column: str | None, message: str) -> None:
        self.problems.add(message, self.file, line, column)
