"""Which segments lie where an object of the scan lies already, so that one organism is not there twice."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from classifier.contract.segmentation import SegmentedObject

CELL = 512  # pixels: a grid finds who is near whom
HALF = 0.5


def overlapping(segments: Sequence[SegmentedObject], standing: Iterable[SegmentedObject]) -> list[int]:
    """The places of those segments of which more than half is covered by what stands, or which cover more than half of
    something that stands: a segment of two that a person has parted, and a part of one that a person has merged."""
    near: dict[tuple[int, int], list[SegmentedObject]] = defaultdict(list)
    for one in standing:
        for cell in _cells(one):
            near[cell].append(one)
    return [place for place, segment in enumerate(segments) if _is_covered(segment, _near(segment, near))]


def _near(
    segment: SegmentedObject, near: dict[tuple[int, int], list[SegmentedObject]]
) -> list[SegmentedObject]:
    return list({id(one): one for cell in _cells(segment) for one in near.get(cell, ())}.values())


def _cells(one: SegmentedObject) -> Iterator[tuple[int, int]]:
    for row in range(one.y // CELL, (one.y + one.height - 1) // CELL + 1):
        for column in range(one.x // CELL, (one.x + one.width - 1) // CELL + 1):
            yield row, column


def _is_covered(segment: SegmentedObject, others: list[SegmentedObject]) -> bool:
    covered = np.zeros(segment.mask.shape, bool)
    for other in others:
        shared = _shared(segment, other)
        if shared is None:
            continue
        place, pixels = shared
        if np.count_nonzero(pixels) > HALF * other.area:
            return True
        covered[place] |= pixels
    return bool(np.count_nonzero(covered) > HALF * segment.area)


def _shared(one: SegmentedObject, other: SegmentedObject) -> tuple[tuple[slice, slice], np.ndarray] | None:
    """Where in the first one's mask the boxes meet, and which pixels there are of both."""
    left, top = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    bottom = min(one.y + one.height, other.y + other.height)
    if right <= left or bottom <= top:
        return None
    own = (slice(top - one.y, bottom - one.y), slice(left - one.x, right - one.x))
    theirs = (slice(top - other.y, bottom - other.y), slice(left - other.x, right - other.x))
    return own, one.mask[own] & other.mask[theirs]
