"""Pictures that are in a learning set twice: the same bytes, or nearly the same picture.

Nearly the same is what shows one scene again, saved anew, a little lighter, or scaled. Similarity alone does not tell:
two *Trichodesmium* puffs correlate by 0.986. So the texture must agree as well, what remains when the mean of the 25
pixels around is taken away and strong edges are clipped. On 12,000 vignettes of an ISIIS, 13 pairs correlate by more
than 0.98, none of them the same scene, and none agrees in texture; of pictures saved again as JPEG of quality 75, 95 in
100 do.
"""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import uniform_filter
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from classifier.contract.refusals import is_transient
from classifier.data.decoded import THREADS, bounded
from classifier.data.letterbox import read_picture

SIDE = 32  # pixels of a thumbnail, whatever the picture's shape
LIKE, TEXTURE = 0.98, 0.8  # correlations from which on two thumbnails are of one scene
SIZE = 0.07  # by which the logarithms of width and height may differ
BLOCK = 2048  # thumbnails compared with as many others at once
FORWARD = ((0, 0), (0, 1), (1, -1), (1, 0), (1, 1))  # neighbours of a cell of sizes, each pair of cells once


@dataclass(frozen=True)
class Duplicates:
    groups: np.ndarray  # int (N,): pictures of one number are the same or nearly so
    exact: int  # pictures whose bytes another one before them has
    near: int  # further ones that are nearly the same as another before them


def find_duplicates(
    paths: list[str], on_done: Callable[[int], None] = lambda done: None, scratch: Path | None = None
) -> Duplicates:
    """Groups pictures. What can't be read is a group of its own.

    Memory: a kilobyte a picture, in the file `scratch` where one is given. `on_done` gets the pictures read so far, all
    of them while they are compared, and may raise to stop.
    """
    first_of: dict[bytes, int] = {}
    first = np.arange(len(paths))  # row of the first picture with the same bytes
    sizes = np.full((len(paths), 2), np.nan, np.float32)
    shape = (max(1, len(paths)), SIDE, SIDE)
    thumbnails = np.memmap(scratch, np.uint8, "w+", shape=shape) if scratch else np.zeros(shape, np.uint8)
    for row, look in enumerate(_look_at(paths)):
        if look is not None:
            digest, thumbnails[row], sizes[row] = look
            first[row] = first_of.setdefault(digest, row)
        if row % 256 == 255:
            on_done(row + 1)
    distinct = np.flatnonzero((first == np.arange(len(paths))) & np.isfinite(sizes[:, 0]))
    pairs_alike = [np.stack([np.arange(len(paths)), first], 1)]
    for pairs in _near(thumbnails, sizes, distinct):
        pairs_alike.append(pairs)
        on_done(len(paths))
    groups = _joined(np.concatenate(pairs_alike), len(paths))
    exact = int((first != np.arange(len(paths))).sum())
    return Duplicates(groups, exact, len(paths) - exact - len(np.unique(groups)))


def contradictions(groups: np.ndarray, labels: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of rows that are the same picture with different labels: the first of a group, and the first of each of its
    other labels."""
    order = np.lexsort((np.arange(len(groups)), groups))
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    pairs = []
    for start, end in pairwise([*starts, len(order)]):
        if end - start > 1:
            rows = order[start:end]
            _, first = np.unique(labels[rows], return_index=True)
            pairs += [(int(rows[0]), int(rows[k])) for k in sorted(first) if k > 0]
    return pairs


def _look_at(paths: list[str]) -> Iterator[tuple[bytes, np.ndarray, tuple[float, float]] | None]:
    """(digest of the bytes, thumbnail, logarithms of width and height) of each; None for what can't be read."""

    def one(path: str) -> tuple[bytes, np.ndarray, tuple[float, float]] | None:
        try:
            content = Path(path).read_bytes()
            pixels = read_picture(content)
        except OSError as error:
            if is_transient(error):
                raise  # it would count as a picture that nobody can read
            return None
        height, width = pixels.shape
        kind = Image.Resampling.BOX if min(height, width) >= SIDE else Image.Resampling.BILINEAR
        thumbnail = np.asarray(Image.fromarray(pixels).resize((SIDE, SIDE), kind))
        return (
            hashlib.sha1(content, usedforsecurity=False).digest(),
            thumbnail,
            (np.log(width), np.log(height)),
        )

    with ThreadPoolExecutor(THREADS) as pool:
        yield from bounded(pool, one, paths)


def _near(thumbnails: np.ndarray, sizes: np.ndarray, rows: np.ndarray) -> Iterator[np.ndarray]:
    """Pairs of rows (n, 2) of nearly the same picture, a block of the comparison at a time."""
    cells = np.floor(sizes[rows] / SIZE).astype(int)
    members: dict[tuple[int, int], np.ndarray] = {}
    order = np.lexsort((cells[:, 1], cells[:, 0]))
    starts = np.flatnonzero(np.any(np.diff(cells[order], axis=0, prepend=-1), axis=1))
    for start, end in pairwise([*starts, len(order)]):
        across, down = cells[order[start]]
        members[int(across), int(down)] = np.sort(rows[order[start:end]])
    for (across, down), these in members.items():
        others = [members[cell] for x, y in FORWARD if (cell := (across + x, down + y)) in members]
        yield from _compared(thumbnails, sizes, these, np.concatenate(others))


def _compared(
    thumbnails: np.ndarray, sizes: np.ndarray, these: np.ndarray, others: np.ndarray
) -> Iterator[np.ndarray]:
    """A quarter of the side finds who may be alike: what is alike stays so when it is averaged."""
    for a in _blocks(these):
        coarse = _coarse(thumbnails[a])
        for b in _blocks(others):
            one, other = np.nonzero(coarse @ _coarse(thumbnails[b]).T > LIKE)
            about_equal = np.abs(sizes[a[one]] - sizes[b[other]]).max(1, initial=0) <= SIZE
            may_be = about_equal & (a[one] != b[other])
            yield _confirmed(thumbnails, a[one[may_be]], b[other[may_be]])


def _confirmed(thumbnails: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(n, 2): whoever agrees in shape and texture with another, and the first of those that it hangs together with."""
    if not len(one):
        return np.zeros((0, 2), int)
    rows, places = np.unique(np.stack([one, other]), return_inverse=True)
    first, second = places.reshape(2, -1)
    shape, texture = _features(thumbnails[rows])
    agree = ((shape @ shape.T > LIKE) & (texture @ texture.T > TEXTURE))[first, second]
    group = _joined(np.stack([first[agree], second[agree]], 1), len(rows))
    _, leader = np.unique(group, return_index=True)
    return np.stack([rows, rows[leader[group]]], 1)


def _blocks(rows: np.ndarray) -> list[np.ndarray]:
    return np.split(rows, range(BLOCK, len(rows), BLOCK))


def _coarse(thumbnails: np.ndarray) -> np.ndarray:
    """float32 (n, 64): thumbnails of 8 pixels a side with mean 0 and length 1."""
    squares = thumbnails.reshape(len(thumbnails), 8, SIDE // 8, 8, SIDE // 8)
    return _unit(squares.mean((2, 4), dtype=np.float32).reshape(len(thumbnails), -1))


def _features(thumbnails: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shape and texture, each float32 (n, SIDE²) with mean 0 and length 1, so that products are correlations."""
    grey = thumbnails.astype(np.float32)
    texture = grey - uniform_filter(grey, (0, 5, 5), mode="nearest")
    flat = texture.reshape(len(texture), -1)
    most = 2 * np.median(np.abs(flat), axis=1, keepdims=True) + 1e-6
    return _unit(grey.reshape(len(grey), -1)), _unit(flat.clip(-most, most))


def _unit(vectors: np.ndarray) -> np.ndarray:
    centred = vectors - vectors.mean(1, keepdims=True)
    return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)


def _joined(pairs: np.ndarray, total: int) -> np.ndarray:
    """Group numbers (total,) of rows that pairs connect."""
    graph = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), (total, total))
    return connected_components(graph, directed=False)[1].astype(np.int64)
