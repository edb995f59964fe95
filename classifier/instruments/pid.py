"""Files `_dat1.pid` of ZooProcess: `[Section]`s of `name= value`, then `[Data]` with one object a line.

The names of the columns follow `[Data]` in a line that begins with `!Item;`, semicolons separate the cells. Latin-1.
Published in `ecotaxa/ZooProcess-lib` (`LegacyMeta.PidFile`) and `jiho/zooprocessr` (`read_pid`), both by its makers.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

SEPARATOR = ";"
MISSING = {"", "nan", "na"}
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
NO_MEASUREMENTS = {"item", "label", "rawvig"}
NOBODY_KNOWS = 99999.0  # what ZooProcess writes where a number was not filled in


class PidError(Exception):
    """A pid that has no table; `line` counts from 1."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line


class PidLine(NamedTuple):
    """One object: the number of its line, from 1, and its cells by the columns' names in lower case."""

    number: int
    cells: dict[str, str]
    fault: str = ""


@dataclass
class PidFile:
    """The head of a pid, and its table, which is read on as the lines are asked for."""

    sections: dict[str, dict[str, str]] = field(default_factory=dict)  # names in lower case
    columns: list[str] = field(default_factory=list)
    lines: Iterator[PidLine] = field(default_factory=lambda: iter(()))

    def value(self, section: str, name: str) -> str:
        """Empty where there is none, or where it says that nobody knows."""
        return meaning(self.sections.get(section, {}).get(name, ""))


def open_pid(file: BinaryIO) -> PidFile:
    """Reads the head; `lines` then reads on. Raises PidError."""
    numbered = enumerate(io.TextIOWrapper(file, encoding="latin-1"), 1)
    pid = PidFile(_sections(numbered))
    number, heading = next(numbered, (0, ""))
    pid.columns = [name.strip().lower() for name in heading.strip().removeprefix("!").split(SEPARATOR)]
    if "item" not in pid.columns:
        message = (
            "There is no table of objects: [Data] and a line that begins with !Item; must stand in a pid."
        )
        raise PidError(number, message)
    pid.lines = _lines(numbered, pid.columns)
    return pid


def read_names(text: str) -> dict[str, str]:
    """Lines `name= value` of a `_meta.txt`, names in lower case."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def meaning(value: str) -> str:
    """The value, or nothing where it stands for one that nobody knows."""
    text = value.strip()
    if DECIMAL_COMMA.fullmatch(text):  # semicolons separate cells, so it stands before no thousands
        text = text.replace(",", ".")
    return "" if text.lower() in MISSING or _number(text) == NOBODY_KNOWS else text


def number_of(text: str) -> float | None:
    """A finite number, None for what is none or stands for none."""
    return _number(meaning(text))


def measurements(line: PidLine) -> dict[str, float]:
    """All columns of numbers, under ZooProcess's names in lower case, in pixels."""
    values = {name: number_of(cell) for name, cell in line.cells.items() if name not in NO_MEASUREMENTS}
    return {name: value for name, value in values.items() if value is not None}


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def _sections(numbered: Iterator[tuple[int, str]]) -> dict[str, dict[str, str]]:
    """All up to `[Data]`; of a name that repeats within a section the first value counts."""
    sections: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    for _, line in numbered:
        text = line.strip()
        if text.lower() == "[data]":
            break
        if text.startswith("[") and text.endswith("]"):
            section = sections.setdefault(text[1:-1].lower(), {})
        elif "=" in text:
            name, _, value = text.partition("=")
            section.setdefault(name.strip().lower(), value.strip())
    return sections


def _lines(numbered: Iterator[tuple[int, str]], columns: list[str]) -> Iterator[PidLine]:
    for number, line in numbered:
        cells = line.strip().split(SEPARATOR)
        if not line.strip():
            continue
        if len(cells) != len(columns):
            fault = f"The line has {len(cells)} cells, but the table has {len(columns)} columns."
            yield PidLine(number, {}, fault)
        else:
            yield PidLine(number, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)})
