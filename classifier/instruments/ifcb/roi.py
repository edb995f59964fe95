"""The `.roi` of a bin: the pixels of its regions, a byte each, row by row, one region behind the other."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np

from classifier.instruments.ifcb.adc import AdcLine
from classifier.instruments.records import BrokenFile


def regions_of(
    path: str, file: BinaryIO, size: int, lines: Sequence[AdcLine]
) -> Iterator[tuple[AdcLine, np.ndarray] | BrokenFile]:
    """Each line's region, height × width, uint8; what lies outside the file is named once, and the others come in.

    In the order of their bytes: a zip that is read backwards begins anew each time.
    """
    outside = [line for line in lines if line.end > size]
    if outside:
        yield _outside(path, size, outside)
    for line in sorted(lines, key=lambda line: line.start):
        if line.width and line.end <= size:
            file.seek(line.start)
            content = file.read(line.width * line.height)
            yield line, np.frombuffer(content, np.uint8).reshape(line.height, line.width)


def _outside(path: str, size: int, lines: Sequence[AdcLine]) -> BrokenFile:
    first = lines[0]
    more = f" {len(lines) - 1:,} other regions lie behind its end, too." if len(lines) > 1 else ""
    where = f"bytes {first.start:,} to {first.end - 1:,}" if first.width else f"byte {first.start:,}"
    message = (
        f"Line {first.number} of the .adc puts a region at {where}, but the file has {size:,} bytes.{more}"
    )
    return BrokenFile(path, message, "It was cut off, or is of another bin: copy it again.", byte=first.start)
