"""Masks as run lengths and as polygons, and back. Plain NumPy.

Coordinates are pixels: (0, 0) is the upper left corner of the first pixel, whose middle is (0.5, 0.5).
Run lengths are COCO's: down the columns, one after the other, the first run is of pixels outside.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Ring = np.ndarray  # float or int (n, 2) of x, y: a closed line, its first point not repeated
STEPS = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])  # right, down, left, up: (d + 1) % 4 turns to the right


class OutlineError(ValueError):
    """The sentence says why these are no run lengths of a mask."""


# --- Run lengths --------------------------------------------------------------------------------------------


def run_lengths(mask: np.ndarray) -> dict[str, list[int]]:
    """{"size": [height, width], "counts": [n, …]} of a mask, bool (height, width)."""
    flat = np.asarray(mask, bool).ravel(order="F")
    edges = np.flatnonzero(np.diff(flat, prepend=False)).tolist()
    counts = np.diff([0, *edges, flat.size]).tolist()
    return {"size": [int(side) for side in mask.shape], "counts": counts}


def mask_of_runs(runs: dict[str, Any]) -> np.ndarray:
    """Bool (height, width) of what `run_lengths` or `compressed` made. Raises OutlineError."""
    height, width, counts = _checked(runs)
    return _filled(counts).reshape((height, width), order="F")


def boxed_mask_of_runs(runs: dict[str, Any]) -> tuple[int, int, np.ndarray]:
    """x, y of its box and the mask within, bool (height, width), of a picture of any size. Raises OutlineError."""
    picture_height, _, counts = _checked(runs)
    edges = np.cumsum(counts, dtype=np.int64)
    starts, ends = edges[0::2][: len(counts) // 2], edges[1::2]
    starts, ends = starts[starts < ends], ends[starts < ends]
    if not len(starts):
        return 0, 0, np.zeros((0, 0), bool)
    left, right = int(starts[0]) // picture_height, (int(ends[-1]) - 1) // picture_height + 1
    before = left * picture_height
    changes = np.stack([starts, ends], axis=1).ravel() - before
    lengths = np.diff(changes, prepend=0, append=(right - left) * picture_height)
    columns = _filled(lengths.tolist()).reshape(right - left, picture_height)
    rows = np.flatnonzero(columns.any(axis=0))
    return left, int(rows[0]), columns[:, rows[0] : rows[-1] + 1].T


def _checked(runs: dict[str, Any]) -> tuple[int, int, list[int]]:
    """height, width and counts."""
    match runs:
        case {"size": [int() as height, int() as width], "counts": str() | list() as raw} if (
            height > 0 < width
        ):
            counts = _decompressed(raw) if isinstance(raw, str) else raw
            if all(type(n) is int and n >= 0 for n in counts) and sum(counts) == height * width:
                return height, width, counts
    raise OutlineError(
        "Run lengths take `size`, [height, width], and `counts` that add up to height · width."
    )


def _filled(counts: list[int]) -> np.ndarray:
    return np.repeat(np.arange(len(counts)) % 2 == 1, counts)


def compressed(runs: dict[str, Any]) -> dict[str, Any]:
    """The same with `counts` as COCO's text: five bits a character, from the third on as differences."""
    counts = runs["counts"]
    earlier = [0, 0, 0, *counts[1:]]
    text = "".join(_characters(n - before) for n, before in zip(counts, earlier, strict=False))
    return {"size": runs["size"], "counts": text}


def _characters(value: int) -> str:
    text = ""
    while True:
        bits, value = value & 31, value >> 5
        is_last = value == (-1 if bits & 16 else 0)
        text += chr(48 + (bits if is_last else bits | 32))
        if is_last:
            return text


def _decompressed(text: str) -> list[int]:
    """Where the text is no such text, a run below 0."""
    runs: list[int] = []
    value = shift = 0
    for character in text:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or shift > 60:
            return [-1]
        value, shift = value | (bits & 31) << shift, shift + 5
        if bits & 32:
            continue
        value -= (1 << shift) if bits & 16 else 0
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
        value = shift = 0
    return runs


# --- Polygons -----------------------------------------------------------------------------------------------


def rings_of(mask: np.ndarray) -> list[Ring]:
    """Lines along the edges of pixels around each part of a mask and, the other way round, around each hole.

    Outer lines run clockwise as one sees them. Parts that touch at a corner have lines of their own. `mask_of_rings`
    makes the same mask of them.
    """
    starts, directions = _edges(np.pad(np.asarray(mask, bool), 1))
    if not len(starts):
        return []
    following = _following(starts, directions, mask.shape[1] + 3).tolist()
    bends = (directions != directions[following]).tolist()
    ends = (starts + STEPS[directions]).tolist()
    rings, is_open = [], [True] * len(following)
    for first in range(len(following)):
        ring, edge = [], first
        while is_open[edge]:
            is_open[edge] = False
            if bends[edge]:
                ring.append(ends[edge])
            edge = following[edge]
        if ring:
            rings.append(np.array(ring))
    return rings


def _edges(padded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each edge between a pixel of the mask and one outside starts (n, 2), and its direction."""
    inside = padded[1:-1, 1:-1]
    outside = (padded[:-2, 1:-1], padded[1:-1, 2:], padded[2:, 1:-1], padded[1:-1, :-2])
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))  # of its pixel, where the edge starts
    starts, directions = [], []
    for direction, (beyond, corner) in enumerate(zip(outside, corners, strict=True)):
        y, x = np.nonzero(inside & ~beyond)
        starts.append(np.stack([x, y], axis=1) + corner)
        directions.append(np.full(len(x), direction))
    return np.concatenate(starts), np.concatenate(directions)


def _following(starts: np.ndarray, directions: np.ndarray, width: int) -> np.ndarray:
    """The edge that follows each: to the right where there is one, so that lines never cross."""

    def keys(points: np.ndarray, towards: np.ndarray) -> np.ndarray:
        return (points[:, 1] * width + points[:, 0]) * 4 + towards

    own = keys(starts, directions)
    order = np.argsort(own)
    ends = starts + STEPS[directions]
    result = np.full(len(starts), -1)
    for turn in (3, 0, 1):  # the last that there is counts
        candidates = keys(ends, (directions + turn) % 4)
        places = np.minimum(np.searchsorted(own[order], candidates), len(own) - 1)
        result = np.where(own[order][places] == candidates, order[places], result)
    return result


def polygons_of(mask: np.ndarray, x: float = 0, y: float = 0) -> list[list[float]]:
    """COCO's `segmentation`: [x1, y1, x2, y2, …] of each part's outer line, moved by (x, y); holes are filled."""
    return [np.add(ring, (x, y)).ravel().tolist() for ring in rings_of(mask) if signed_area(ring) > 0]


def signed_area(ring: Ring) -> float:
    """px², above 0 where it runs clockwise as one sees it."""
    x, y = np.asarray(ring, float).T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def mask_of_rings(rings: Iterable[Ring | Sequence], height: int, width: int) -> np.ndarray:
    """Bool (height, width): pixels whose middle lies within an odd number of the lines."""
    flips = np.zeros((height, width + 1), np.int32)
    for ring in rings:
        points = np.asarray(ring, float).reshape(-1, 2)
        for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
            if y0 != y1:
                _flip(flips, x0, y0, x1, y1)
    return (np.cumsum(flips[:, :width], axis=1) % 2).astype(bool)


def _flip(flips: np.ndarray, x0: float, y0: float, x1: float, y1: float) -> None:
    """Of each row whose middle the line crosses, all pixels to the right of it change sides."""
    top, bottom = sorted((y0, y1))
    rows = np.arange(max(int(np.ceil(top - 0.5)), 0), min(int(np.ceil(bottom - 0.5)), flips.shape[0]))
    crossings = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
    columns = np.clip(np.ceil(crossings - 0.5), 0, flips.shape[1] - 1).astype(int)
    flips[rows, columns] += 1
