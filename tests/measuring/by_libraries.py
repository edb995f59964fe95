"""What is measured on a vignette, as plainly as libraries say it: slow, and what the fast ways must agree with."""

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist
from skimage.filters import threshold_otsu
from skimage.measure import label, perimeter
from skimage.morphology import skeletonize

from classifier.measuring.background import MOST_NOISE, OUTLIER, ROUNDS
from classifier.measuring.box_counting import BOXES
from classifier.measuring.organism import GAP, LEAST_CONTRAST, NOISES, RIM, SMALLEST

Figures = dict[str, float]


def measured(pixels: np.ndarray) -> Figures | None:
    """By name, without those that follow from others by a formula; None for a picture that is all background.

    `pixels` uint8 (height, width), without a legend.
    """
    background, noise = _background(pixels)
    darker = np.rint(background - pixels).astype(int)
    is_bright = _strength(-darker) > _strength(darker)
    contrast = -darker if is_bright else darker
    if not _stands_out(contrast, noise):
        return None
    region = _with_attached(contrast > RIM * threshold_otsu(contrast.astype(np.int16)), contrast)
    if region.sum() < SMALLEST:
        return None
    box = ndimage.find_objects(region.astype(int))[0]
    filled = ndimage.binary_fill_holes(region[box])
    grey = (255 - pixels if is_bright else pixels)[box]
    corner = {"bx": box[1].start, "by": box[0].start, "area_exc": region.sum()}
    return corner | _shape(filled) | _greys(grey, filled)


def _background(pixels: np.ndarray) -> tuple[np.ndarray, float]:
    height, width = pixels.shape
    y, x = np.mgrid[:height, :width] - np.array([height - 1, width - 1]).reshape(2, 1, 1) / 2
    border = np.ones(pixels.shape, bool)
    border[1:-1, 1:-1] = False
    terms = np.stack([np.ones(border.sum()), x[border], y[border]], axis=1)
    grey = pixels[border].astype(float)
    plane, noise = np.array([np.median(grey), 0.0, 0.0]), _noise(grey - np.median(grey))
    for _ in range(ROUNDS):
        is_background = abs(grey - terms @ plane) <= OUTLIER * noise
        plane = np.linalg.lstsq(terms[is_background], grey[is_background], rcond=None)[0]
        noise = _noise((grey - terms @ plane)[is_background])
    if noise <= MOST_NOISE:
        return plane[0] + plane[1] * x + plane[2] * y, noise
    steps = [abs(np.diff(pixels.astype(int), axis=axis)).ravel() for axis in (0, 1)]
    flat = np.full(pixels.shape, float(np.bincount(pixels.ravel()).argmax()))
    return flat, _noise(np.concatenate(steps)) / np.sqrt(2)


def _noise(residuals: np.ndarray) -> float:
    return max(1.4826 * float(np.median(abs(residuals))), 1.0)


def _strength(contrast: np.ndarray) -> int:
    return int((np.clip(contrast, 0, None) ** 2).sum())


def _stands_out(contrast: np.ndarray, noise: float) -> bool:
    if contrast.min() == contrast.max():
        return False
    mask = contrast > threshold_otsu(contrast.astype(np.int16))
    return contrast[mask].mean() - contrast[~mask].mean() >= max(LEAST_CONTRAST, NOISES * noise)


def _with_attached(mask: np.ndarray, contrast: np.ndarray) -> np.ndarray:
    regions = label(mask, connectivity=2)
    sizes = np.bincount(regions.ravel())
    strengths = np.bincount(regions.ravel(), weights=contrast.ravel())
    largest = regions == 1 + int(np.lexsort((strengths[1:], sizes[1:]))[-1])
    near = ndimage.binary_dilation(largest, np.ones((3, 3), bool), iterations=GAP)
    return np.isin(regions, np.setdiff1d(regions[near], 0))


def _shape(filled: np.ndarray) -> Figures:
    y, x = np.nonzero(filled)
    (small, large), vectors = np.linalg.eigh(np.cov(np.stack([x, -y]), bias=True) + np.eye(2) / 12)
    rim = np.pad(filled, 1)
    corners = _corners(filled)
    hull = ConvexHull(corners)
    return {
        "area": filled.sum(),
        "width": filled.shape[1],
        "height": filled.shape[0],
        "major": 2 * np.sqrt(filled.sum() / np.pi) * (large / small) ** 0.25,
        "minor": 2 * np.sqrt(filled.sum() / np.pi) / (large / small) ** 0.25,
        "angle": np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])) % 180,
        "perim.": perimeter(rim, neighborhood=4),
        "feret": pdist(corners[hull.vertices]).max(),
        "convarea": hull.volume,
        "convperim": hull.area,
        "skelarea": skeletonize(rim).sum(),
        "fractal": _fractal(filled),
    }


def _corners(filled: np.ndarray) -> np.ndarray:
    """Of all pixels, (4 N, 2)."""
    places = np.argwhere(filled)[:, ::-1].astype(float)
    return np.concatenate([places + corner for corner in ((0, 0), (0, 1), (1, 0), (1, 1))])


def _fractal(filled: np.ndarray) -> float:
    outline = filled & ~ndimage.binary_erosion(filled)
    sides = [side for side in BOXES if side <= max(filled.shape) / 2]
    if len(sides) < 2:
        return np.nan
    return -np.polyfit(np.log(sides), np.log([boxes(outline, side) for side in sides]), 1)[0]


def boxes(mask: np.ndarray, side: int) -> int:
    """How many squares of this side have pixels in them, of the best of four grids, each laid by itself."""
    turned = (mask, mask[::-1], mask[:, ::-1], mask[::-1, ::-1])
    height, width = mask.shape
    tops, lefts = range(0, height, side), range(0, width, side)
    return min(sum(t[y : y + side, x : x + side].any() for y in tops for x in lefts) for t in turned)


def _greys(grey: np.ndarray, filled: np.ndarray) -> Figures:
    values = grey[filled].astype(float)
    off, spread = values - values.mean(), values.std()
    levels = np.quantile(values, [0.25, 0.5, 0.75], method="inverted_cdf")
    parts = [label(filled & (grey <= level), connectivity=2).max() for level in levels]
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "mean": values.mean(),
            "stddev": values.std(ddof=1),
            "mode": np.bincount(grey[filled]).argmax(),
            "min": values.min(),
            "max": values.max(),
            "median": np.median(values),
            "intden": values.sum(),
            "skew": (off**3).mean() / spread**3,
            "kurt": (off**4).mean() / spread**4 - 3,
            **{f"histcum{n + 1}": level for n, level in enumerate(levels)},
            **{f"nb{n + 1}": count for n, count in enumerate(parts)},
        }


def asymmetry(places: np.ndarray, degrees: float) -> float:
    """Share (%) of the pixels (N, 2), each an (x, y), that are not there again in the mirror of this axis."""
    centre, turn = places.mean(axis=0), np.radians(2 * degrees)
    mirror = np.array([[np.cos(turn), -np.sin(turn)], [-np.sin(turn), -np.cos(turn)]])
    mirrored = np.rint(centre + (places - centre) @ mirror.T - 1e-9)
    there = {tuple(place) for place in places.tolist()}
    return 100 * (1 - sum(tuple(place) in there for place in mirrored.tolist()) / len(places))
