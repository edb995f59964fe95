"""Connected parts of a mask of any size, part by part: no more of it is in memory than a strip and one part."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from classifier.segmentation.unet.reading import strips

CORNERS = np.ones((3, 3), bool)  # parts that touch at a corner are one
ReadRows = Callable[[int, int], np.ndarray]  # (top, bottom) → bool (bottom − top, width)


@dataclass(frozen=True)
class ConnectedPart:
    """A connected part: its box, in pixels, and one pixel of it."""

    x: int
    y: int
    width: int
    height: int
    pixel: tuple[int, int]  # x, y

    @property
    def rows(self) -> slice:
        return slice(self.y, self.y + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.x, self.x + self.width)

    def mask(self, box: np.ndarray) -> np.ndarray:
        """Of a mask's box, bool (height, width), what belongs to it."""
        labels, _ = ndimage.label(box, CORNERS)
        return labels == labels[self.pixel[1] - self.y, self.pixel[0] - self.x]


@dataclass
class _Pieces:
    """What strips have of parts: boxes (left, top, right, bottom), a pixel each, and which are one across strips."""

    boxes: list[np.ndarray]
    pixels: list[np.ndarray]
    joined: list[np.ndarray]
    count: int = 0
    below: np.ndarray | None = None  # labels along the last row of the strip before


def parts_of(rows: ReadRows, height: int, width: int) -> Iterator[ConnectedPart]:
    """From top to bottom, as strips come; the same whatever their height."""
    pieces = _Pieces([], [], [])
    for top, bottom in strips(height, width):
        _add_strip(pieces, rows(top, bottom), top)
    if not pieces.count:
        return iter(())
    return _joined(pieces)


def _add_strip(pieces: _Pieces, mask: np.ndarray, top: int) -> None:
    labels, count = ndimage.label(mask, CORNERS)
    boxes = ndimage.find_objects(labels)
    pieces.boxes.append(
        np.array([(c.start, r.start + top, c.stop, r.stop + top) for r, c in boxes], int).reshape(-1, 4)
    )
    first = [int((labels[r.start, c] == n).argmax()) + c.start for n, (r, c) in enumerate(boxes, 1)]
    pieces.pixels.append(
        np.array([(x, r.start + top) for x, (r, _) in zip(first, boxes, strict=True)], int).reshape(-1, 2)
    )
    numbered = np.where(labels[[0, -1]] > 0, labels[[0, -1]] + pieces.count, 0)
    if pieces.below is not None:
        pieces.joined.append(_touching(pieces.below, numbered[0]))
    pieces.below, pieces.count = numbered[1], pieces.count + count


def _touching(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """(n, 2) of labels from 0 that touch between two rows, straight or at a corner."""
    shifts = ((above, below), (above[1:], below[:-1]), (above[:-1], below[1:]))
    pairs = np.concatenate([np.stack(pair, 1)[(pair[0] > 0) & (pair[1] > 0)] for pair in shifts])
    return np.unique(pairs, axis=0) - 1


def _joined(pieces: _Pieces) -> Iterator[ConnectedPart]:
    pairs = np.concatenate([np.empty((0, 2), int), *pieces.joined])
    graph = coo_array((np.ones(len(pairs), bool), tuple(pairs.T)), shape=(pieces.count, pieces.count))
    count, part = connected_components(graph, directed=False)
    boxes, pixels = np.concatenate(pieces.boxes), np.concatenate(pieces.pixels)
    low, high = np.full((count, 2), np.iinfo(int).max), np.zeros((count, 2), int)
    np.minimum.at(low, part, boxes[:, :2])
    np.maximum.at(high, part, boxes[:, 2:])
    _, first = np.unique(part, return_index=True)
    for n in np.lexsort((low[:, 0], low[:, 1])):
        (x, y), (right, bottom) = low[n].tolist(), high[n].tolist()
        yield ConnectedPart(x, y, right - x, bottom - y, tuple(pixels[first[n]].tolist()))
