"""A mask within its box as COCO's run lengths of the whole picture, and back."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from django.core.exceptions import ValidationError

from annotations.imports.coco.entries import Annotation, Box, Category
from annotations.marks.figures import Size
from classifier.contract.outlines import mask_of_rings

Rings = Sequence[np.ndarray]  # (n, 2) of x, y each


class BoxedMask(NamedTuple):
    """(x, y) is the upper left pixel of the box; `mask` bool (height, width)."""

    x: int
    y: int
    mask: np.ndarray


class Drawn(NamedTuple):
    """What a file says of one organism besides where it lies: the place in the file, and what Seston wrote there."""

    id: object
    place: str
    category: Category
    state: str = ""
    score: float | None = None
    object: str = ""


def annotation_of_mask(drawn: Drawn, boxed: BoxedMask, size: Size) -> Annotation:
    """Raises ValidationError for a mask that is empty or lies outside."""
    trimmed = _trimmed(boxed, size)
    height, width = trimmed.mask.shape
    figure = ("mask", {"size": [size[1], size[0]], "counts": embedded_runs(trimmed, size)})
    box = Box(trimmed.x, trimmed.y, width, height)
    return Annotation(
        drawn.id, drawn.place, drawn.category, box, figure, drawn.score, drawn.state, object=drawn.object
    )


def mask_of_parts(parts: Sequence[Rings], size: Size) -> BoxedMask:
    """Of polygons, each an outer line and its holes, what lies on the picture; where two overlap, both count."""
    corners = np.concatenate([ring for rings in parts for ring in rings])
    x, y = np.floor(corners.min(0)).clip(0).astype(int).tolist()
    width, height = (np.ceil(corners.max(0)).clip(0, size).astype(int) - (x, y)).clip(1).tolist()
    mask = np.zeros((height, width), bool)
    for rings in parts:
        mask |= mask_of_rings([ring - (x, y) for ring in rings], height, width)
    return BoxedMask(x, y, mask)


def _trimmed(boxed: BoxedMask, size: Size) -> BoxedMask:
    """To the picture, and to the pixels that are there."""
    left, top = max(-boxed.x, 0), max(-boxed.y, 0)
    inside = boxed.mask[top : max(size[1] - boxed.y, 0), left : max(size[0] - boxed.x, 0)]
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if not len(rows):
        raise ValidationError(
            f"it has no pixel within its picture of {size[0]} × {size[1]} pixels. Correct it, or remove it."
        )
    mask = inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return BoxedMask(boxed.x + left + int(columns[0]), boxed.y + top + int(rows[0]), mask)


def embedded_runs(boxed: BoxedMask, size: Size) -> list[int]:
    """COCO's run lengths of a picture of that size, without an array of it."""
    columns, rows = np.nonzero(boxed.mask.T)
    places = (boxed.x + columns) * size[1] + boxed.y + rows
    breaks = np.flatnonzero(np.diff(places) > 1)
    starts, ends = places[[0, *(breaks + 1)]], places[[*breaks, -1]] + 1
    edges = np.stack([starts, ends], 1).ravel()
    counts = np.diff([0, *edges.tolist(), size[0] * size[1]]).tolist()
    return counts if counts[-1] else counts[:-1]


def boxed_of_runs(counts: Sequence[int], picture_height: int, box: tuple[int, int, int, int]) -> np.ndarray:
    """Bool (height, width) of what lies within the box (x, y, width, height), without an array of the picture."""
    x, y, width, height = box
    edges = np.cumsum(counts)
    starts, ends = edges[0::2][: len(counts) // 2], edges[1::2]
    mask = np.zeros((width, picture_height), bool).ravel()  # columns of the box, one behind the other
    for start, end in zip(
        (starts - x * picture_height).tolist(), (ends - x * picture_height).tolist(), strict=True
    ):
        mask[max(start, 0) : max(end, 0)] = True
    return mask.reshape(width, picture_height)[:, y : y + height].T
