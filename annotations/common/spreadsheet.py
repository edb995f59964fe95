"""CSV that people open in a spreadsheet: letters as they are, and no cell that is taken for a formula.

A text that begins like a formula gets an apostrophe in front (OWASP, "CSV injection"); numbers stay numbers. The file
begins with a byte order mark, without which Excel reads UTF-8 as Windows-1252.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

BYTE_ORDER_MARK = "\ufeff"
FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")
NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Each row as a line to be written in UTF-8, the first behind the byte order mark."""
    line = io.StringIO(BYTE_ORDER_MARK)
    line.seek(0, io.SEEK_END)
    writer = csv.writer(line)  # ends lines with \r\n, and so quotes either of the two in a cell
    for row in rows:
        writer.writerow([neutralised(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def neutralised(cell: object) -> object:
    """`=1+2` → `'=1+2`; what is no text, or a number as text, stays as it is."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.match(cell):
        return f"'{cell}"
    return cell


def original(text: str) -> str:
    """What `neutralised` was given: for tables that come back."""
    without = text[1:]
    return without if text.startswith("'") and neutralised(without) == text else text
