"""CSV that people open in a spreadsheet: letters as they are, and no cell that is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

from classifier.contract.spreadsheet import BYTE_ORDER_MARK, neutralised, original

# the rule itself is also `python -m classifier`'s
__all__ = ["BYTE_ORDER_MARK", "csv_blocks", "csv_lines", "in_blocks", "neutralised", "original"]
BLOCK = 2**16  # bytes that are sent at once


def csv_lines(
    rows: Iterable[Iterable[object]], delimiter: str = ",", terminator: str = "\r\n"
) -> Iterator[str]:
    """Each row as a line to be written in UTF-8, the first behind the byte order mark."""
    line = io.StringIO(BYTE_ORDER_MARK)
    line.seek(0, io.SEEK_END)
    # lines that end with \r\n have either of the two quoted in a cell
    writer = csv.writer(line, delimiter=delimiter, lineterminator=terminator)
    for row in rows:
        writer.writerow([neutralised(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def csv_blocks(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """The lines in UTF-8, for an answer that is sent while they are written."""
    return in_blocks(map(str.encode, csv_lines(rows)))


def in_blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Each block crosses from this thread to the event loop: a block a row would be slow."""
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)
