"""Measures the organism on a vignette: shape, grey and texture under ZooProcess's names (columns.py has them all)."""

import math
from pathlib import Path

import numpy as np
from skimage.morphology import skeletonize

from classifier.contract.measurements import NAMES, with_millimetres
from classifier.contract.refusals import is_transient
from classifier.data.letterbox import read_picture
from classifier.measuring.box_counting import fractal_dimension
from classifier.measuring.greys import greys_of, parts_of
from classifier.measuring.organism import NothingFound, Organism, find_organism
from classifier.measuring.outline import (
    hull,
    length_around,
    longest_distance,
    outline_of,
    padded,
    perimeter,
    polygon_area,
)
from classifier.measuring.symmetry import asymmetries

UPWARDS = np.array([[1, -1], [-1, 1]])  # of moments: y points downwards
SQUARE = np.eye(2) / 12  # moments that a pixel has of its own


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
    return None if value is None or not math.isfinite(value) else round(value, 6)


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


def _all_of(organism: Organism) -> dict[str, float]:
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {name: np.float64(value) for name, value in _measured(organism).items()}
        return {name: float(value) for name, value in {**values, **_derived(values)}.items()}


def _measured(organism: Organism) -> dict[str, float]:
    grey = organism.grey[organism.filled]
    greys = greys_of(grey)
    region = padded(organism.filled)
    places = np.stack(np.nonzero(organism.filled)[::-1])
    centre = places.mean(axis=1, keepdims=True)
    axes = _axes(places - centre)
    dark = grey <= greys["histcum1"]
    darkest = padded(organism.filled & (organism.grey <= greys["histcum1"]))
    across, along = asymmetries(region, places, axes["angle"])
    dark_across, dark_along = asymmetries(darkest, places[:, dark], axes["angle"])
    parts = parts_of(organism.grey, organism.filled, [greys[f"histcum{n}"] for n in (1, 2, 3)])
    return {
        "area": grey.size,
        "area_exc": np.count_nonzero(organism.body),
        **_places(organism, places, centre, grey),
        **axes,
        **_outline(organism.filled, region),
        "skelarea": np.count_nonzero(skeletonize(region)),
        "symetrieh": across,
        "symetriev": along,
        "symetriehc": dark_across,
        "symetrievc": dark_along,
        **greys,
        **{f"nb{n}": count for n, count in enumerate(parts, 1)},
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


def _places(organism: Organism, places: np.ndarray, centre: np.ndarray, grey: np.ndarray) -> dict[str, float]:
    """A pixel's own place is its centre, half a pixel from its corner."""
    height, width = organism.filled.shape
    weight = grey.astype(float)
    x, y = centre[:, 0]
    xm, ym = places @ weight / (weight.sum() or np.nan)
    return {
        "width": width,
        "height": height,
        "bx": organism.left,
        "by": organism.top,
        "x": organism.left + 0.5 + x,
        "y": organism.top + 0.5 + y,
        "xm": organism.left + 0.5 + xm,
        "ym": organism.top + 0.5 + ym,
    }


def _axes(off: np.ndarray) -> dict[str, float]:
    """As ImageJ fits its ellipse: the ratio of the axes from the second moments, their size from the area.

    `off` (2, N) are pixels from their centre.
    """
    moments = UPWARDS * (off @ off.T) / off.shape[1] + SQUARE
    (small, large), vectors = np.linalg.eigh(moments)
    ratio = math.sqrt(large / small)
    minor = 2 * math.sqrt(off.shape[1] / math.pi / ratio)
    angle = math.degrees(math.atan2(vectors[1, 1], vectors[0, 1])) % 180
    return {"major": minor * ratio, "minor": minor, "angle": angle}


def _outline(filled: np.ndarray, region: np.ndarray) -> dict[str, float]:
    """`region` is what is filled, with a rim."""
    outline, corners = outline_of(region), hull(filled)
    return {
        "perim.": perimeter(outline),
        "feret": longest_distance(corners),
        "convarea": polygon_area(corners),
        "convperim": length_around(corners),
        "fractal": fractal_dimension(outline),
    }
