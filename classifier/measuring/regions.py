"""Measures the organism on a vignette: shape, grey and texture under ZooProcess's names (columns.py has them all)."""

from pathlib import Path

import numpy as np
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist
from skimage.measure import label, perimeter
from skimage.morphology import skeletonize

from classifier.contract.measurements import NAMES, with_millimetres
from classifier.contract.refusals import is_transient
from classifier.data.letterbox import read_picture
from classifier.measuring.box_counting import fractal_dimension
from classifier.measuring.organism import NothingFound, Organism, find_organism


def measure_file(path: str, pixel_um: float) -> list[float | None] | str:
    """A number for each of `columns.NAMES`; or, when nothing can be measured, the sentence that says why.

    Raises OSError where the disk is away: then nothing is known of the picture.
    """
    try:
        values = with_millimetres(measure(read_picture(Path(path))), pixel_um)
    except FileNotFoundError:
        return "The storage has lost this picture. Import its package again."
    except OSError as error:
        if is_transient(error):
            raise
        return f"The picture can't be read: {error}. Import it again from its source."
    except NothingFound as nothing:
        return str(nothing)
    return [_finite(values.get(name)) for name in NAMES]


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), 6)


def measure(pixels: np.ndarray) -> dict[str, float]:
    """All of `columns.COLUMNS` by name; NaN where one is not defined. Raises NothingFound."""
    return _all_of(find_organism(pixels))


def measure_region(
    pixels: np.ndarray, filled: np.ndarray, body: np.ndarray | None = None, *, is_bright: bool = False
) -> dict[str, float]:
    """The same of a region whose pixels are known, cut to its box: `bx` and `by` are 0.

    `pixels` uint8, `filled` and `body` (without its holes; None: it has none) bool, all (height, width). A bright
    organism's greys are turned over, as those of `find_organism`.
    """
    grey = 255 - pixels if is_bright else pixels
    return _all_of(Organism(grey, filled if body is None else body, filled, 0, 0))


def hull_area(region: np.ndarray) -> float:
    """px² of the convex hull of its pixels' corners."""
    return float(ConvexHull(_row_ends(region)).volume)


def _all_of(organism: Organism) -> dict[str, float]:
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {name: np.float64(value) for name, value in _measured(organism).items()}
        return {name: float(value) for name, value in {**values, **_derived(values)}.items()}


def _measured(organism: Organism) -> dict[str, float]:
    grey = _greys(organism)
    dark = organism.filled & (organism.grey <= grey["histcum1"])
    axes = _axes(organism.filled)
    return {
        "area": organism.filled.sum(),
        "area_exc": organism.body.sum(),
        **_places(organism),
        **axes,
        **_outline(organism.filled),
        "fractal": fractal_dimension(organism.filled),
        "skelarea": skeletonize(np.pad(organism.filled, 1)).sum(),
        "symetrieh": _asymmetry(organism.filled, axes["angle"]),
        "symetriev": _asymmetry(organism.filled, axes["angle"] + 90),
        "symetriehc": _asymmetry(dark, axes["angle"]),
        "symetrievc": _asymmetry(dark, axes["angle"] + 90),
        **grey,
        **{f"nb{n}": _parts(organism, grey[f"histcum{n}"]) for n in (1, 2, 3)},
    }


def _derived(f: dict[str, np.float64]) -> dict[str, np.float64]:
    """What follows from other columns alone, by its formula."""
    centroids = np.hypot(f["xm"] - f["x"], f["ym"] - f["y"])
    span = f["max"] - f["min"]
    return {
        "%area": 100 * (f["area"] - f["area_exc"]) / f["area"],
        "centroids": centroids,
        "esd": 2 * np.sqrt(f["area"] / np.pi),
        "circ.": np.minimum(1, 4 * np.pi * f["area"] / f["perim."] ** 2),
        "circex": 4 * np.pi * f["area_exc"] / f["perim."] ** 2,
        "elongation": f["major"] / f["minor"],
        "perimareaexc": f["perim."] / np.sqrt(f["area_exc"]),
        "feretareaexc": f["feret"] / np.sqrt(f["area_exc"]),
        "perimferet": f["perim."] / f["feret"],
        "perimmajor": f["perim."] / f["major"],
        "convperim_perim": f["convperim"] / f["perim."],
        "convarea_area": f["convarea"] / f["area"],
        "cdexc": centroids**2 / f["area_exc"],
        "skeleton_area": f["skelarea"] / f["area"],
        "range": span,
        "cv": 100 * f["stddev"] / f["mean"],
        "sr": 100 * f["stddev"] / span,
        "meanpos": (f["mean"] - f["max"]) / (f["mean"] - f["min"]),
        "median_mean": f["median"] - f["mean"],
        "median_mean_range": (f["median"] - f["mean"]) / span,
        "skew_mean": f["skew"] / f["mean"],
        "kurt_mean": f["kurt"] / f["mean"],
    }


# --- Place and shape ----------------------------------------------------------------------------------------


def _places(organism: Organism) -> dict[str, float]:
    """A pixel's own place is its centre, half a pixel from its corner."""
    height, width = organism.filled.shape
    y, x = np.nonzero(organism.filled)
    weight = organism.grey[organism.filled].astype(float)
    total = weight.sum() or np.nan
    return {
        "width": width,
        "height": height,
        "bx": organism.left,
        "by": organism.top,
        "x": organism.left + 0.5 + x.mean(),
        "y": organism.top + 0.5 + y.mean(),
        "xm": organism.left + 0.5 + (x * weight).sum() / total,
        "ym": organism.top + 0.5 + (y * weight).sum() / total,
    }


def _axes(region: np.ndarray) -> dict[str, float]:
    """As ImageJ fits its ellipse: the ratio of the axes from the second moments, their size from the area."""
    y, x = np.nonzero(region)
    # a pixel is a square, which has a moment of its own
    moments = np.cov(np.stack([x, -y]).astype(float), bias=True) + np.eye(2) / 12
    (small, large), vectors = np.linalg.eigh(moments)
    ratio = float(np.sqrt(large / small))
    minor = 2 * float(np.sqrt(x.size / np.pi / ratio))
    angle = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])) % 180
    return {"major": minor * ratio, "minor": minor, "angle": float(angle)}


def _outline(region: np.ndarray) -> dict[str, float]:
    corners = _hull(region)
    sides = np.roll(corners, -1, axis=0) - corners
    return {
        "perim.": perimeter(np.pad(region, 1), neighborhood=4),
        "feret": pdist(corners).max(),
        "convarea": _polygon_area(corners),
        "convperim": np.hypot(*sides.T).sum(),
    }


def _hull(region: np.ndarray) -> np.ndarray:
    """Corners of the convex hull (N, 2), in order around it."""
    points = _row_ends(region)
    return points[ConvexHull(points).vertices]


def _polygon_area(corners: np.ndarray) -> float:
    """px², exact: the corners (N, 2), in order around it, are whole numbers."""
    x, y = corners.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def _row_ends(region: np.ndarray) -> np.ndarray:
    """Corners of pixels (N, 2) that may be corners of the convex hull: in a row only those of the outermost pixels."""
    rows = np.flatnonzero(region.any(axis=1))
    first = region.argmax(axis=1)[rows]
    last = region.shape[1] - region[:, ::-1].argmax(axis=1)[rows]
    ends = [(x, y) for x in (first, last) for y in (rows, rows + 1)]
    return np.concatenate([np.stack(end, axis=1) for end in ends]).astype(float)


def _asymmetry(region: np.ndarray, degrees: float) -> float:
    """Share (%) of the region that its mirror image in the axis of this angle through its centre doesn't cover."""
    y, x = np.nonzero(region)
    if not x.size:
        return np.nan
    along = np.cos(np.radians(2 * degrees)), -np.sin(np.radians(2 * degrees))  # y points downwards
    dx, dy = x - x.mean(), y - y.mean()
    # the least bit off the half, so that rounding does the same on both sides
    mirrored_x = np.rint(x.mean() + along[0] * dx + along[1] * dy - 1e-9).astype(int)
    mirrored_y = np.rint(y.mean() + along[1] * dx - along[0] * dy - 1e-9).astype(int)
    height, width = region.shape
    inside = (mirrored_x >= 0) & (mirrored_x < width) & (mirrored_y >= 0) & (mirrored_y < height)
    covered = region[mirrored_y[inside], mirrored_x[inside]].sum()
    return float(100 * (1 - covered / x.size))


# --- Grey ---------------------------------------------------------------------------------------------------


def _greys(organism: Organism) -> dict[str, float]:
    grey = organism.grey[organism.filled]
    counts = np.bincount(grey, minlength=256)
    exact = grey.astype(float)
    off = exact - exact.mean()
    squared = off * off
    spread = np.sqrt(squared.mean())
    levels = np.searchsorted(counts.cumsum(), np.array([0.25, 0.5, 0.75]) * grey.size)
    return {
        "mean": exact.mean(),
        "stddev": exact.std(ddof=1),
        "mode": counts.argmax(),
        "min": grey.min(),
        "max": grey.max(),
        "median": np.median(exact),
        "intden": exact.sum(),
        "skew": (squared * off).mean() / spread**3,
        "kurt": (squared * squared).mean() / spread**4 - 3,
        **{f"histcum{n + 1}": level for n, level in enumerate(levels)},
    }


def _parts(organism: Organism, level: float) -> int:
    return int(label(organism.filled & (organism.grey <= level), connectivity=2).max())
