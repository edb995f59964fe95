"""Of boxes that lie on each other the surest, over a scan of any size."""

from collections.abc import Iterator

import numpy as np

MOST_OVERLAP = 0.5  # intersection over union of two boxes that are two objects
CELL = 128  # pixels a side: only boxes of one cell are compared

Corners = tuple[float, float, float, float]


def surest(boxes: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Places in `boxes` (n, 4) of those that stay, the surest first; among equals the upper, then the left one."""
    order = np.lexsort((boxes[:, 0], boxes[:, 1], -scores))
    staying, index = [], BoxIndex()
    for place, box in zip(order.tolist(), map(tuple, boxes[order].tolist()), strict=True):
        if all(overlap(box, other) <= MOST_OVERLAP for other in index.near(box).values()):
            staying.append(place)
            index.add(place, box)
    return np.array(staying, int)


class BoxIndex:
    """Boxes by number, those near a place at once."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], dict[int, Corners]] = {}

    def add(self, number: int, box: Corners) -> None:
        for cell in _cells(box):
            self._cells.setdefault(cell, {})[number] = box

    def remove(self, number: int, box: Corners) -> None:
        for cell in _cells(box):
            del self._cells[cell][number]

    def near(self, box: Corners) -> dict[int, Corners]:
        """All that overlap it, and others."""
        near: dict[int, Corners] = {}
        for cell in _cells(box):
            near |= self._cells.get(cell, {})
        return near


def overlap(one: Corners, other: Corners) -> float:
    """Intersection over union of (left, top, right, bottom)."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return common / (sum(areas) - common)


def _cells(box: Corners) -> Iterator[tuple[int, int]]:
    for y in range(int(box[1] // CELL), int(box[3] // CELL) + 1):
        for x in range(int(box[0] // CELL), int(box[2] // CELL) + 1):
            yield x, y
