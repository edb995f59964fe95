"""Joins the pieces of all tiles to whole objects, each once."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from classifier.contract.segmentation import MOST_AREA_PX, SegmentedObject
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.frames import OnFrame, is_frame
from classifier.segmentation.objects import objects_of, without_holes
from classifier.segmentation.pieces import PackedPiece, Piece, read_pieces

NEIGHBOURS = (
    (0, 1),
    (1, -1),
    (1, 0),
    (1, 1),
)  # (down, right): half of the eight, the others see it from there
AnyPiece = Piece | PackedPiece


def join(
    results: Iterable[bytes], contrast: ScanContrast, on_frame: OnFrame = lambda box: None
) -> Iterator[SegmentedObject]:
    """The objects of a scan from the pieces of all its tiles, from the top down, then from the left.

    `on_frame` hears the box of each rim of a dish or frame that was passed over.
    """
    return joined([piece for result in results for piece in read_pieces(result)], contrast, on_frame)


def joined(
    pieces: Sequence[AnyPiece], contrast: ScanContrast, on_frame: OnFrame = lambda box: None
) -> Iterator[SegmentedObject]:
    """The same of pieces in memory."""
    holes: list[Piece] = []
    order = sorted(_groups(pieces), key=lambda group: _corner([pieces[i] for i in group]))
    for group in order:
        those = [pieces[i] for i in group]
        if not any(piece.has_core for piece in those):
            continue
        box = _box(those)
        if box[2] * box[3] > MOST_AREA_PX or is_frame((whole := _merged(those, box)).own, contrast):
            on_frame(box)
            continue
        holes = [hole for hole in holes if hole.y + hole.own.shape[0] > whole.y]
        if any(_is_within(whole, hole) for hole in holes):
            continue
        filled = without_holes(whole.own) if contrast.recipe.fill_holes else whole.own
        objects = list(objects_of(whole, filled, contrast))
        if (
            objects and filled is not whole.own
        ):  # who surrounds another begins above it, and so comes before it
            filling = filled & ~whole.own
            holes.append(Piece(whole.x, whole.y, filling, filling, False))
        yield from objects


def _is_within(piece: Piece, hole: Piece) -> bool:
    """Whether the first pixel of a piece lies in a hole: then all of it does."""
    row, column = divmod(int(piece.own.argmax()), piece.own.shape[1])  # a reach makes the box wider than them
    y, x = piece.y + row - hole.y, piece.x + column - hole.x
    height, width = hole.own.shape
    return 0 <= y < height and 0 <= x < width and bool(hole.own[y, x])


def _corner(pieces: Sequence[AnyPiece]) -> tuple[int, int]:
    return min(piece.y for piece in pieces), min(piece.x for piece in pieces)


def _groups(pieces: Sequence[AnyPiece]) -> list[list[int]]:
    """Numbers of the pieces of each object."""
    number, y, x = _rim(pieces)
    width = int(x.max(initial=0)) + 2  # a pixel beyond the last column is none of the next row
    keys = (y + 1) * width + x
    order = np.argsort(keys)
    keys, number = keys[order], number[order]
    pairs = [_touching(keys, number, down * width + right) for down, right in NEIGHBOURS]
    one, other = np.concatenate([np.zeros((2, 0), np.int64), *pairs], axis=1)
    size = len(pieces)
    graph = coo_array((np.ones(len(one), bool), (one, other)), shape=(size, size))
    count, component = connected_components(graph, directed=False)
    groups: list[list[int]] = [[] for _ in range(count)]
    for piece, group in enumerate(component.tolist()):
        groups[group].append(piece)
    return groups


def _touching(keys: np.ndarray, number: np.ndarray, step: int) -> np.ndarray:
    """(2, n): pieces whose pixels lie that step from each other."""
    places = np.minimum(np.searchsorted(keys, keys + step), max(len(keys) - 1, 0))
    meets = keys[places] == keys + step
    return np.unique(np.stack([number[meets], number[places[meets]]]), axis=1)


def _rim(pieces: Sequence[AnyPiece]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Piece, y and x of the pixels at the sides of the pieces' boxes: those of other tiles touch no others."""
    rims = [_rim_of(piece.loaded()) for piece in pieces]
    number = np.repeat(np.arange(len(pieces)), [len(y) for y, _ in rims])
    none = np.zeros(0, np.int64)
    return (
        number,
        np.concatenate([none, *(y for y, _ in rims)]),
        np.concatenate([none, *(x for _, x in rims)]),
    )


def _rim_of(piece: Piece) -> tuple[np.ndarray, np.ndarray]:
    height, width = piece.reach.shape
    top, bottom = np.flatnonzero(piece.reach[0]), np.flatnonzero(piece.reach[-1])
    left, right = np.flatnonzero(piece.reach[:, 0]), np.flatnonzero(piece.reach[:, -1])
    y = np.concatenate([np.zeros_like(top), np.full_like(bottom, height - 1), left, right])
    x = np.concatenate([top, bottom, np.zeros_like(left), np.full_like(right, width - 1)])
    return piece.y + y, piece.x + x


def _merged(pieces: Sequence[AnyPiece], box: tuple[int, int, int, int]) -> Piece:
    if len(pieces) == 1:
        return pieces[0].loaded()
    left, top, width, height = box
    own = np.zeros((height, width), bool)
    for piece in pieces:
        x, y, wide, high = piece.box
        own[y - top : y - top + high, x - left : x - left + wide] |= piece.loaded().own
    return Piece(left, top, own, own, True)


def _box(pieces: Sequence[AnyPiece]) -> tuple[int, int, int, int]:
    """x, y, width, height of all of them."""
    x, y, width, height = np.array([piece.box for piece in pieces]).T
    left, top = int(x.min()), int(y.min())
    return left, top, int((x + width).max()) - left, int((y + height).max()) - top
