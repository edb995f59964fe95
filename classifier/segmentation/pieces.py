"""Pieces of objects as they lie on disk between a tile and the end: boxes, flags and packed bits in one npz."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Piece:
    """What of an object lies in one tile. A piece that meets none of the tile's inner sides is a whole object."""

    x: int
    y: int
    own: np.ndarray  # bool (height, width): its pixels
    reach: np.ndarray  # bool: with the gap that the recipe bridges; what touches here is one object
    has_core: bool  # a pixel above the threshold, not only above the low one

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x, y, width, height."""
        return self.x, self.y, self.own.shape[1], self.own.shape[0]


def packed(pieces: Sequence[Piece], masks_differ: bool) -> bytes:
    """`masks_differ`: whether `own` and `reach` may; else `own` alone is written."""
    out = io.BytesIO()
    arrays: dict[str, Any] = {
        "boxes": np.array([piece.box for piece in pieces], np.int64).reshape(-1, 4),
        "cores": np.array([piece.has_core for piece in pieces], bool),
        "own": _bits(piece.own for piece in pieces),
    }
    if masks_differ:
        arrays["reach"] = _bits(piece.reach for piece in pieces)
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def unpacked(stored: bytes) -> list[Piece]:
    with np.load(io.BytesIO(stored), allow_pickle=False) as file:
        boxes, cores = file["boxes"].tolist(), file["cores"].tolist()
        own = _masks(file["own"], boxes)
        reach = _masks(file["reach"], boxes) if "reach" in file.files else own
    return [Piece(box[0], box[1], *masks) for box, *masks in zip(boxes, own, reach, cores, strict=True)]


def _bits(masks: Iterable[np.ndarray]) -> np.ndarray:
    """Each mask's bits from a byte of its own on."""
    return np.concatenate([np.zeros(0, np.uint8), *(np.packbits(mask) for mask in masks)])


def _masks(bits: np.ndarray, boxes: list[list[int]]) -> list[np.ndarray]:
    masks, start = [], 0
    for _, _, width, height in boxes:
        length = -(-width * height // 8)
        flat = np.unpackbits(bits[start : start + length], count=width * height)
        masks.append(flat.view(bool).reshape(height, width))
        start += length
    return masks
