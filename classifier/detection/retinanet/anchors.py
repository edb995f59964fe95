"""Boxes that the network starts from, of the sizes and shapes that people drew."""

from collections.abc import Sequence

import numpy as np

STRIDES = (4, 8, 16)  # pixels between two places of each level
A_LEVEL = 2  # sizes
WIDEST = 4.0  # height over width of an anchor at most
LEAST_RATIO = 1.25
LEAST_SIDE = 4.0  # pixels
BEST_SIDE = 32.0  # pixels that the middle box has as the network sees it
RANGE = (2, 98)  # percentiles of the sizes


def suited_shrink(boxes: np.ndarray) -> int:
    """By how much pictures are shrunk so that the middle one of `boxes` (n, 4) has BEST_SIDE pixels."""
    return int(np.clip(np.round(np.median(sides_of(boxes)) / BEST_SIDE), 1, 16))


def sides_of(boxes: np.ndarray) -> np.ndarray:
    """(n, 4) → (n,): of a square of the same area."""
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    return np.sqrt(width * height)


def anchor_sizes(boxes: np.ndarray) -> tuple[tuple[float, ...], ...]:
    """Pixels of each level, geometrically from the small boxes to the large ones."""
    low, high = np.percentile(sides_of(boxes), RANGE)
    low = max(float(low), LEAST_SIDE)
    sizes = np.geomspace(low, max(float(high), low * 1.5), A_LEVEL * len(STRIDES))
    return tuple(tuple(map(float, level)) for level in np.round(sizes, 2).reshape(len(STRIDES), A_LEVEL))


def anchor_ratios(boxes: np.ndarray) -> tuple[float, ...]:
    """Height over width: upright, square, lying."""
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    longer = np.exp(np.median(np.abs(np.log(height / width))))
    ratio = round(float(np.clip(longer**1.5, LEAST_RATIO, WIDEST)), 3)
    return round(1 / ratio, 3), 1.0, ratio


def anchor_count(ratios: Sequence[float]) -> int:
    """At each place of a level."""
    return A_LEVEL * len(ratios)
