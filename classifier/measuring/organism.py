"""Finds the organism on a vignette, whatever the background does."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.measure import label

from classifier.contract.errors import ClassifierError
from classifier.measuring.legend import without_legend

EIGHT = np.ones((3, 3), bool)  # pixels that touch at a corner touch
LEAST_CONTRAST = 5  # greys by which an organism differs from its background
NOISES = 3  # and as many times the noise of the background
OUTLIER = 3  # noises from the background beyond which a pixel of the border is not background
MOST_NOISE = 10  # greys around the plane, beyond which the border is not background but organism
RIM = 0.7  # of Otsu's threshold: where ZooProcess and UVPapp draw the outline (docs/measurements.md)
SMALLEST = 4  # pixels: less than that is a speck of dust


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
    background, noise = _background(pixels)
    darker = np.rint(background - pixels).astype(np.int16)
    is_bright = _strength(-darker) > _strength(darker)
    contrast = -darker if is_bright else darker
    region = _with_attached(_above_threshold(contrast, noise), contrast)
    if region.sum() < SMALLEST:
        raise NothingFound(f"What differs from the background is smaller than {SMALLEST} pixels.")
    grey = 255 - pixels if is_bright else pixels
    box = ndimage.find_objects(region.astype(np.uint8))[0]
    body = region[box]
    return Organism(grey[box], body, ndimage.binary_fill_holes(body), box[1].start, box[0].start)


def _background(pixels: np.ndarray) -> tuple[np.ndarray, float]:
    """The plane through the picture's border, for light falls off to the sides, and the noise around it.

    What an organism that touches the border covers is an outlier, and left out. Where it covers so much that no plane
    fits, the most frequent grey must do.
    """
    height, width = pixels.shape
    # from the middle, so that a picture turned by 90° has its plane turned by 90°
    y, x = np.mgrid[:height, :width] - np.array([height - 1, width - 1]).reshape(2, 1, 1) / 2
    border = np.ones(pixels.shape, bool)
    border[1:-1, 1:-1] = False
    terms = np.stack([np.ones(border.sum()), x[border], y[border]], axis=1)
    grey = pixels[border].astype(float)
    plane, noise = np.array([np.median(grey), 0.0, 0.0]), _noise(grey - np.median(grey))
    for _ in range(3):
        is_background = abs(grey - terms @ plane) <= OUTLIER * noise
        plane = np.linalg.lstsq(terms[is_background], grey[is_background], rcond=None)[0]
        noise = _noise((grey - terms @ plane)[is_background])
    if noise > MOST_NOISE:
        steps = (
            abs(np.diff(pixels.astype(int), axis=0)).ravel(),
            abs(np.diff(pixels.astype(int), axis=1)).ravel(),
        )
        flat = np.full(pixels.shape, float(np.bincount(pixels.ravel()).argmax()))
        return flat, _noise(np.concatenate(steps)) / np.sqrt(2)
    return plane[0] + plane[1] * x + plane[2] * y, noise


def _noise(residuals: np.ndarray) -> float:
    """Standard deviation by the median, at least what rounding to whole greys makes."""
    return max(1.4826 * float(np.median(abs(residuals))), 1.0)


def _strength(contrast: np.ndarray) -> float:
    return float((np.clip(contrast, 0, None).astype(float) ** 2).sum())


def _above_threshold(contrast: np.ndarray, noise: float) -> np.ndarray:
    """Otsu's two classes, with the blurred rim; none where they hardly differ, for noise, too, has two halves."""
    if contrast.min() == contrast.max():
        raise NothingFound("The picture is all background: it has one grey.")
    threshold = threshold_otsu(contrast)
    mask = contrast > threshold
    if contrast[mask].mean() - contrast[~mask].mean() < max(LEAST_CONTRAST, NOISES * noise):
        raise NothingFound("The picture is all background: nothing stands out from its noise.")
    return contrast > RIM * threshold


def _with_attached(mask: np.ndarray, contrast: np.ndarray) -> np.ndarray:
    """The largest region, and those that lie a single pixel away: a leg that the camera tore off.

    Of several of one size it is the one that stands out most, so that it doesn't hang on which comes first.
    """
    regions = label(mask, connectivity=2)
    sizes = np.bincount(regions.ravel())
    strengths = np.bincount(regions.ravel(), weights=contrast.ravel())
    largest = regions == 1 + int(np.lexsort((strengths[1:], sizes[1:]))[-1])
    near = ndimage.binary_dilation(largest, EIGHT, iterations=2)
    attached = np.zeros(regions.max() + 1, bool)
    attached[regions[near]] = True
    attached[0] = False
    return attached[regions]
