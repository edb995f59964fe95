"""Windows of a scan that a network looks at, tile by tile, each with what is around it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

OnTile = Callable[[int, int], None]  # hears how many are done, and of how many


class ReadByBoxes(Protocol):
    """A scan of 8 bits: `read` gives uint8 (height, width, channels) of a box, `light` the background's greys."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def light(self) -> np.ndarray: ...

    def read(self, x: int, y: int, width: int, height: int) -> np.ndarray: ...


@dataclass(frozen=True)
class PixelArray:
    """A scan whose pixels, uint8 (H, W, channels), lie in memory or on disk already."""

    pixels: np.ndarray
    light: np.ndarray

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def read(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        return self.pixels[y : y + height, x : x + width]


def tile_places(height: int, width: int, tile: int) -> Iterator[tuple[int, int]]:
    """x, y of each, row by row."""
    for y in range(0, height, tile):
        for x in range(0, width, tile):
            yield x, y


def with_surroundings(scan: ReadByBoxes, x: int, y: int, width: int, height: int) -> np.ndarray:
    """uint8 (height, width, channels) from (x, y) on, mirrored beyond the scan."""
    columns, rows = _mirrored(x, width, scan.width), _mirrored(y, height, scan.height)
    left, top = int(columns.min()), int(rows.min())
    read = scan.read(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
    return read[np.ix_(rows - top, columns - left)]


def _mirrored(start: int, side: int, length: int) -> np.ndarray:
    """Which of 0 … length − 1 stand at start … start + side − 1."""
    there = np.abs(np.arange(start, start + side)) % max(2 * (length - 1), 1)
    return np.minimum(there, 2 * (length - 1) - there)
