"""The text of a table that somebody brings: comma, semicolon or tab, in any common encoding; line by line."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from annotations.common.problems import Problems
from annotations.common.spreadsheet import original

MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
SEPARATORS = "\t;,"


@dataclass(frozen=True)
class SpreadsheetLine:
    number: int
    cells: list[str]


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


def lines_of(text: str, problems: Problems, file: str) -> Iterator[SpreadsheetLine]:
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
                yield SpreadsheetLine(start, [original(cell.strip()) for cell in cells])
            start = reader.line_num + 1
    except csv.Error as error:
        problems.add(f"The line cannot be read ({error}). Save the table again.", file, start)
