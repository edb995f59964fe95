"""Finds the organism on a vignette, whatever the background does."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu

from classifier.contract.errors import ClassifierError
from classifier.measuring.background import background_of
from classifier.measuring.connected import EIGHT, FOUR
from classifier.measuring.legend import without_legend

LEAST_CONTRAST = 5  # greys by which an organism differs from its background
NOISES = 3  # and as many times the noise of the background
RIM = 0.7  # of Otsu's threshold: where ZooProcess and UVPapp draw the outline (docs/measurements.md)
SMALLEST = 4  # pixels: less than that is a speck of dust
GAP = 2  # pixels from the organism, within which a part belongs to it: a leg that the camera tore off

Slices = tuple[slice, slice]


class NothingFound(ClassifierError):
    """There is no organism on the picture."""


@dataclass(frozen=True)
class Organism:
    """A region, cut to its box. `grey` is dark on white for all cameras: a bright organism on black is turned over."""

    grey: np.ndarray  # uint8
    body: np.ndarray  # bool, without its holes
    filled: np.ndarray  # bool
    left: int  # of the box in the vignette
    top: int


def find_organism(pixels: np.ndarray) -> Organism:
    """`pixels` uint8 (height, width). Raises NothingFound for a picture that is all background."""
    pixels = without_legend(pixels)
    background, noise = background_of(pixels)
    darker = np.rint(background - pixels)
    is_bright = (
        darker * abs(darker)
    ).sum() < 0  # of squares, so what is strong counts more than what is wide
    contrast = (-darker if is_bright else darker).astype(np.int16)
    box, body = _with_attached(_above_threshold(contrast, noise), contrast)
    if np.count_nonzero(body) < SMALLEST:
        raise NothingFound(f"What differs from the background is smaller than {SMALLEST} pixels.")
    grey = 255 - pixels[box] if is_bright else pixels[box]
    return Organism(grey, body, _without_holes(body), box[1].start, box[0].start)


def _above_threshold(contrast: np.ndarray, noise: float) -> np.ndarray:
    """Otsu's two classes, with the blurred rim; none where they hardly differ, for noise, too, has two halves."""
    least = int(contrast.min())
    counts = np.bincount((contrast - least).ravel())
    if counts.size == 1:
        raise NothingFound("The picture is all background: it has one grey.")
    levels = np.arange(least, least + counts.size)
    threshold = int(threshold_otsu(hist=(counts, levels)))
    above, below = slice(threshold - least + 1, None), slice(threshold - least + 1)
    difference = _mean(counts[above], levels[above]) - _mean(counts[below], levels[below])
    if difference < max(LEAST_CONTRAST, NOISES * noise):
        raise NothingFound("The picture is all background: nothing stands out from its noise.")
    return contrast > int(np.floor(RIM * threshold))


def _mean(counts: np.ndarray, levels: np.ndarray) -> float:
    return counts @ levels / counts.sum()


def _with_attached(mask: np.ndarray, contrast: np.ndarray) -> tuple[Slices, np.ndarray]:
    """The box of the largest region and of those that lie a single pixel away, and which pixels of it are theirs."""
    regions, count = ndimage.label(mask, EIGHT)
    boxes = ndimage.find_objects(regions)
    largest = _largest(regions, contrast) if count > 1 else 1
    box = boxes[largest - 1]
    around = regions[_grown(box)]
    is_attached = np.zeros(count + 1, bool)
    is_attached[around[_dilated(around == largest)]] = True
    is_attached[0] = False
    labels = np.flatnonzero(is_attached)
    if labels.size > 1:
        box = _enclosing([boxes[label - 1] for label in labels])
    return box, is_attached[regions[box]]


def _largest(regions: np.ndarray, contrast: np.ndarray) -> int:
    """Of several of one size it is the one that stands out most, so that it doesn't hang on which comes first."""
    sizes = np.bincount(regions.ravel())
    sizes[0] = 0
    largest = np.flatnonzero(sizes == sizes.max())
    if largest.size > 1:
        strengths = np.bincount(regions.ravel(), weights=contrast.ravel())[largest]
        largest = largest[strengths == strengths.max()]
    return int(largest[-1])


def _grown(box: Slices) -> Slices:
    """By the gap to all sides; a slice that reaches beyond the picture ends with it."""
    down, across = (slice(max(side.start - GAP, 0), side.stop + GAP) for side in box)
    return down, across


def _dilated(mask: np.ndarray) -> np.ndarray:
    """By the gap to all sides, corners included."""
    return _widened(_widened(mask).T).T


def _widened(mask: np.ndarray) -> np.ndarray:
    wider = mask.copy()
    for step in range(1, GAP + 1):
        wider[:, step:] |= mask[:, :-step]
        wider[:, :-step] |= mask[:, step:]
    return wider


def _enclosing(boxes: list[Slices]) -> Slices:
    down, across = (
        slice(min(side.start for side in sides), max(side.stop for side in sides))
        for sides in zip(*boxes, strict=True)
    )
    return down, across


def _without_holes(body: np.ndarray) -> np.ndarray:
    """All but what is joined, by the sides of pixels, to the outside."""
    around = np.ones((body.shape[0] + 2, body.shape[1] + 2), bool)
    np.logical_not(body, out=around[1:-1, 1:-1])
    backgrounds = ndimage.label(around, FOUR)[0]
    return (backgrounds != backgrounds[0, 0])[1:-1, 1:-1]
