"""Pieces of objects as they lie on disk between a tile and the end: boxes, flags and packed bits in one npz."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

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

    def loaded(self) -> Self:
        return self


@dataclass(frozen=True, eq=False)
class PackedPiece:
    """The same as bits, an eighth of the memory: so all pieces of a scan wait until their object is made."""

    box: tuple[int, int, int, int]  # x, y, width, height
    own: np.ndarray  # uint8: bits of the mask, row by row
    reach: np.ndarray
    has_core: bool

    @property
    def x(self) -> int:
        return self.box[0]

    @property
    def y(self) -> int:
        return self.box[1]

    def loaded(self) -> Piece:
        own = self._mask(self.own)
        reach = own if self.reach is self.own else self._mask(self.reach)
        return Piece(self.x, self.y, own, reach, self.has_core)

    def _mask(self, bits: np.ndarray) -> np.ndarray:
        _, _, width, height = self.box
        return np.unpackbits(bits, count=width * height).view(bool).reshape(height, width)


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


def read_pieces(stored: bytes) -> list[PackedPiece]:
    with np.load(io.BytesIO(stored), allow_pickle=False) as file:
        boxes, cores = file["boxes"].tolist(), file["cores"].tolist()
        own = _split_bits(file["own"], boxes)
        reach = _split_bits(file["reach"], boxes) if "reach" in file.files else own
    return [PackedPiece((*box,), *masks) for box, *masks in zip(boxes, own, reach, cores, strict=True)]


def _bits(masks: Iterable[np.ndarray]) -> np.ndarray:
    """Each mask's bits from a byte of its own on."""
    return np.concatenate([np.zeros(0, np.uint8), *(np.packbits(mask) for mask in masks)])


def _split_bits(bits: np.ndarray, boxes: list[list[int]]) -> list[np.ndarray]:
    """Of each box its own."""
    ends = np.cumsum([-(-width * height // 8) for _, _, width, height in boxes], dtype=np.int64)
    return np.split(bits, ends)[: len(boxes)]
