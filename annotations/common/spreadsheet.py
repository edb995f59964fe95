"""CSV that people open in a spreadsheet: letters as they are, and no cell that is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

from classifier.contract.spreadsheet import BYTE_ORDER_MARK, neutralised, original

__all__ = ["csv_lines", "neutralised", "original"]  # the rule itself is also `python -m classifier`'s


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
