"""The list of a FlowCam run, one particle a line, in the three dialects that VisualSpreadsheet has written.

* `|`, from version 017 on: the version, `num-fields|53`, as many lines `name|type`, then the particles;
* `:`, before: two lines of a header without names, then 44 (FlowCam II) or 47 columns (FlowCam III);
* `,` or `;`: an exported CSV with the names in its first line; with semicolons numbers have decimal commas.

All are Latin-1; a byte order mark of UTF-8 or UTF-16 is heeded.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, islice
from typing import BinaryIO, NamedTuple

from classifier.instruments.flowcam.columns import WITHOUT_HEADER, csv_column

NEEDED = ("collage_file", "image_x", "image_y", "image_w", "image_h")
FIRST_WITH_NAMES = 17
MOST_COLUMNS = 500
EXPORTED = (",", ";")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BYTE_ORDER_MARK = "ï»¿"  # of UTF-8, as Latin-1 reads it


class ListError(Exception):
    """A list that can't be read at all; `line` counts from 1."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line


class ListLine(NamedTuple):
    """One line of a list: its number, from 1, and its cells by the names of the piped dialect."""

    number: int
    cells: dict[str, str]
    fault: str = ""  # what keeps it from being read


@dataclass(frozen=True)
class ListDialect:
    """How the lines of a list are cut."""

    separator: str
    columns: list[str]
    header: int  # lines before the first particle

    def line(self, number: int, text: str) -> ListLine:
        cells = cells_of(text, self.separator)
        if len(cells) < len(self.columns):
            fault = f"The line has {len(cells)} cells, but the list has {len(self.columns)} columns."
            return ListLine(number, {}, fault)
        named = zip(self.columns, map(self._written, cells), strict=False)
        return ListLine(number, {name: cell for name, cell in named if name})

    def _written(self, cell: str) -> str:
        text = cell.strip()
        return text.replace(",", ".") if self.separator == ";" and DECIMAL_COMMA.fullmatch(text) else text


def cells_of(text: str, separator: str) -> list[str]:
    """Only exported CSV has quotes; a cell that is longer than any can be makes the line one cell."""
    if separator not in EXPORTED:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return [text]


def read_listing(file: BinaryIO) -> Iterator[ListLine]:
    """The particles of a list in its order, faulty lines among them; raises ListError."""
    start = file.read(2)
    file.seek(0)
    encoding = "utf-16" if start in WIDE else "latin-1"
    lines = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=None)
    head = list(islice(lines, 2 + MOST_COLUMNS))
    dialect = dialect_of([line.rstrip("\n").removeprefix(BYTE_ORDER_MARK) for line in head])
    for number, text in zip(count(dialect.header + 1), chain(head[dialect.header :], lines), strict=False):
        if text.strip():
            yield dialect.line(number, text.rstrip("\n"))


def dialect_of(head: list[str]) -> ListDialect:
    """Which of the three it is, by its first lines.

    Raises ListError where it is none, or has no columns that say where particles lie.
    """
    if len(head) > 1 and head[1].startswith("num-fields|"):
        dialect = _with_names(head)
    elif head and any(separator in head[0] for separator in EXPORTED):
        dialect = _exported(head[0])
    else:
        dialect = _without_header(head)
    if missing := [name for name in NEEDED if name not in dialect.columns]:
        raise ListError(1, f"The list has no column {missing[0]}, so nobody can tell where a particle lies.")
    return dialect


def _with_names(head: list[str]) -> ListDialect:
    version, number = head[0].strip(), head[1].partition("|")[2].strip()
    if not (number.isdecimal() and version.isdecimal() and int(version) >= FIRST_WITH_NAMES):
        raise ListError(2, f"Version {version!r} with {number!r} columns is no list of a FlowCam.")
    names = [line.partition("|")[0].strip() for line in head[2 : 2 + int(number)]]
    if len(names) < int(number) or not all(names):
        raise ListError(len(head), f"The list says that it has {number} columns, but does not name each.")
    return ListDialect("|", names, 2 + len(names))


def _exported(heading: str) -> ListDialect:
    separator = max(EXPORTED, key=heading.count)
    names = [csv_column(name) for name in cells_of(heading, separator)]
    # of two columns of one name, as Particle ID and Capture ID, the first counts
    return ListDialect(
        separator, ["" if name in names[:place] else name for place, name in enumerate(names)], 1
    )


def _without_header(head: list[str]) -> ListDialect:
    columns = head[2].count(":") + 1 if len(head) > 2 else 0
    if columns not in WITHOUT_HEADER:
        raise ListError(3, f"The list has {columns} columns and no names; lists without names have 44 or 47.")
    return ListDialect(":", WITHOUT_HEADER[columns], 2)
