"""The lines of a table of frames, and what a cell may hold."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

PLACES = ("latitude", "longitude", "depth", "depth_min", "depth_max", "pixel_um", "volume_ml")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
OF_FRAME = {"file", "time", "sample", "acquisition", "instrument", *PLACES}


class FrameLine(dict[str, str]):
    """The cells of a line by the columns' names in lower case."""

    has_decimal_commas = False  # as where no comma separates the cells

    def number(self, name: str) -> float | None:
        """None for an empty cell; raises ValueError, with a sentence, for what is no number."""
        text = self.get(name, "")
        try:
            is_comma = self.has_decimal_commas and DECIMAL_COMMA.fullmatch(text)
            value = float(text.replace(",", ".") if is_comma else text) if text else None
        except ValueError:
            raise ValueError(f"{name} is {text!r}, which is no number.") from None
        return value if value is None or abs(value) < float("inf") else None


def lines_of(file: BinaryIO) -> Iterator[tuple[int, FrameLine]]:
    """(number, line) of a table in UTF-8 or Latin-1, with tabs, semicolons or commas; numbers count from 1."""
    head = file.read(1 << 16)
    file.seek(0)
    text = io.TextIOWrapper(
        file, encoding="utf-8-sig" if is_utf8(head) else "latin-1", errors="replace", newline=""
    )
    first = head.split(b"\n", 1)[0]
    separator = "\t" if b"\t" in first else ";" if b";" in first else ","
    reader = csv.DictReader(text, delimiter=separator)
    for row in reader:
        cells = {(name or "").strip().lower(): str(cell or "").strip() for name, cell in row.items()}
        line = FrameLine(cells)
        line.has_decimal_commas = separator != ","
        yield reader.line_num, line


def is_utf8(head: bytes) -> bool:
    """Of the beginning of a text, whose last letter may be cut."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True


def further(line: FrameLine) -> tuple[dict[str, float], dict[str, str]]:
    """(numbers, texts) of the columns that mean nothing in particular."""
    numbers: dict[str, float] = {}
    texts: dict[str, str] = {}
    for name in sorted(line.keys() - OF_FRAME - {""}):
        try:
            value = line.number(name)
        except ValueError:
            texts[name] = line[name]
        else:
            numbers |= {} if value is None else {name: value}
    return numbers, texts


def moment_of(line: FrameLine) -> datetime | None:
    """None for an empty cell; raises ValueError, with a sentence, for what is no moment."""
    text = line.get("time", "")
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"time is {text!r}. Write it as 2024-05-01T10:15:00.") from None
