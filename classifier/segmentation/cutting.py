"""A mask that a person cuts by a line. No pixel is lost: those under the line go to the nearer part."""

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from classifier.segmentation.tiles import EIGHT

CRUMB = 10  # pixels: what is smaller, and splits off besides the two largest parts, is of the part beside it
A_PIXEL = 4  # points of the line


def cut_mask(mask: np.ndarray, line: np.ndarray) -> list[np.ndarray]:
    """The parts of a mask, bool (height, width), by a line, float (n, 2) of x and y in its pixels: the largest first.

    Together they are the mask, and no two share a pixel. A part that the line leaves whole stays with the nearest of
    those that it cuts; where it only runs between parts, these are sorted by its two sides. The mask alone where the
    line parts nothing.
    """
    apart, count = ndimage.label(mask & ~pixels_under(line, mask.shape), EIGHT)
    whole, number = ndimage.label(mask, EIGHT)
    # of each part that is left, the one that it was before
    origin = np.zeros(count + 1, int)
    origin[apart[mask]] = whole[mask]
    origin[0] = 0
    is_cut = np.bincount(origin, minlength=number + 1) > 1
    is_cut[0] = False
    is_between = not is_cut.any()
    parts = _sides(whole, number, line) if is_between else _joined(_seeds(apart, is_cut[origin]), mask, whole)
    masks = [mask & (parts == label) for label in np.unique(parts[mask])]
    return sorted(masks, key=np.count_nonzero, reverse=True)


def _seeds(apart: np.ndarray, is_of_cut: np.ndarray) -> np.ndarray:
    """The labels of what the line has cut apart, without crumbs; 0 elsewhere."""
    sizes = np.bincount(apart.ravel()) * is_of_cut
    sizes[0] = 0
    second = np.sort(sizes)[-2]
    return np.where(((sizes >= CRUMB) | (sizes >= second)) & (sizes > 0), np.arange(len(sizes)), 0)[apart]


def _joined(seeds: np.ndarray, mask: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """All pixels of the mask with the label of the nearest seed; what the line has left whole as a whole."""
    distance, (rows, columns) = ndimage.distance_transform_edt(seeds == 0, return_indices=True)
    nearest = seeds[rows, columns]
    cut_apart = np.unique(whole[seeds > 0])
    for label in np.setdiff1d(np.unique(whole[mask]), cut_apart):
        own = whole == label
        place = np.argmin(np.where(own, distance, np.inf))
        nearest[own] = nearest.ravel()[place]
    return nearest


def _sides(whole: np.ndarray, number: int, line: np.ndarray) -> np.ndarray:
    """1 and 2 of the mask's parts to the two sides of a line that crosses none of them."""
    middles = ndimage.center_of_mass(whole > 0, whole, range(1, number + 1))
    sides = [1 + _is_right(np.array([x + 0.5, y + 0.5]), line) for y, x in middles]
    return np.array([0, *sides])[whole]


def _is_right(point: np.ndarray, line: np.ndarray) -> bool:
    """Whether it lies to the right of the nearest piece of the line, whose ends go on."""
    starts, ends = line[:-1], line[1:]
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = ((point - starts) * along).sum(axis=1) / length
    least, most = np.zeros(len(share)), np.ones(len(share))
    least[0], most[-1] = -np.inf, np.inf
    feet = starts + np.clip(share, least, most)[:, None] * along
    nearest = np.argmin(((point - feet) ** 2).sum(axis=1))
    beyond = point - starts[nearest]
    return bool(along[nearest, 0] * beyond[1] - along[nearest, 1] * beyond[0] > 0)


def pixels_under(line: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Bool (height, width): the pixels that the line runs through, without a gap at corners."""
    under = np.zeros(shape, bool)
    for start, end in zip(line[:-1].tolist(), line[1:].tolist(), strict=True):
        for x, y in _steps(start, end, shape):
            under[y, x] = True
    return under


def _steps(start: list[float], end: list[float], shape: tuple[int, ...]) -> Iterator[tuple[np.ndarray, ...]]:
    """Columns and rows of the pixels under a piece of the line, and of those beside its steps over corners."""
    first, last = _inside(start, end, shape)
    if first > last:
        return
    reach = (last - first) * max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    shares = np.linspace(first, last, int(np.ceil(reach * A_PIXEL)) + 2)[:, None]
    points = np.array(start) + shares * (np.array(end) - np.array(start))
    x, y = np.clip(np.floor(points).astype(int), 0, np.array([shape[1], shape[0]]) - 1).T
    yield x, y
    yield x[1:], y[:-1]


def _inside(start: list[float], end: list[float], shape: tuple[int, ...]) -> tuple[float, float]:
    """From which to which share of its length a piece of the line runs within; (1, 0) where it does not."""
    first, last = 0.0, 1.0
    for begin, stop, side in ((start[0], end[0], shape[1]), (start[1], end[1], shape[0])):
        if begin == stop:
            if not 0 <= begin < side:
                return 1.0, 0.0
            continue
        near, far = sorted((-begin / (stop - begin), (side - begin) / (stop - begin)))
        first, last = max(first, near), min(last, far)
    return first, last
