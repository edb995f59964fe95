"""Scale bars and their text, which ZooProcess and its kin draw under a vignette: as dark as an organism, or darker."""

from itertools import pairwise

import numpy as np
from scipy import ndimage

from classifier.measuring.connected import EIGHT
from classifier.measuring.median import median

STRONG = 0.7  # of the strongest difference from the background: a legend is as black as can be
BLANK = 0.35  # rows without as much part the legend from the organism, whatever JPEG left there
MOST_BAR_HEIGHT, LEAST_BAR_WIDTH = 6, 8  # pixels
SOLID = 0.9  # share of its box that a bar fills
MOST_TEXT_HEIGHT, LEAST_LETTERS = 18, 3
LOWEST = 0.6  # of the height: a legend begins below


def without_legend(pixels: np.ndarray) -> np.ndarray:
    """The picture, uint8 (height, width), above its legend; the whole of it where there is none."""
    background = median(np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]))
    of_rows = np.maximum(pixels.max(axis=1) - background, background - pixels.min(axis=1))
    strongest = of_rows.max()
    cut, has_bar = pixels.shape[0], False
    for top, bottom in _bands(of_rows > BLANK * strongest)[:2]:
        if top < LOWEST * pixels.shape[0]:
            break
        ink = abs(pixels[top:bottom] - background) > STRONG * strongest
        if not (_is_bar(ink) or _is_text(ink)):
            break
        cut, has_bar = top, has_bar or _is_bar(ink)
    return pixels[:cut] if has_bar else pixels


def _bands(has_ink: np.ndarray) -> list[tuple[int, int]]:
    """(top, bottom) of the bands of rows with ink in them, the lowest first."""
    between_blanks = np.zeros(has_ink.size + 2, bool)
    between_blanks[1:-1] = has_ink
    edges = np.flatnonzero(between_blanks[1:] != between_blanks[:-1])
    return list(pairwise(edges.tolist()))[::2][::-1]


def _is_bar(ink: np.ndarray) -> bool:
    rows, columns = np.nonzero(ink)
    if not rows.size:
        return False
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    is_long = width >= LEAST_BAR_WIDTH and width >= 3 * height
    return bool(is_long and height <= MOST_BAR_HEIGHT and rows.size >= SOLID * height * width)


def _is_text(ink: np.ndarray) -> bool:
    return ink.shape[0] <= MOST_TEXT_HEIGHT and ndimage.label(ink, EIGHT)[1] >= LEAST_LETTERS
