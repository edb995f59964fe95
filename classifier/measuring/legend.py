"""Scale bars and their text, which ZooProcess and its kin draw under a vignette: as dark as an organism, or darker."""

from itertools import pairwise

import numpy as np
from skimage.measure import label

STRONG = 0.7  # of the strongest difference from the background: a legend is as black as can be
BLANK = 0.35  # rows without as much part the legend from the organism, whatever JPEG left there
MOST_BAR_HEIGHT, LEAST_BAR_WIDTH = 6, 8  # pixels
SOLID = 0.9  # share of its box that a bar fills
MOST_TEXT_HEIGHT, LEAST_LETTERS = 18, 3
LOWEST = 0.6  # of the height: a legend begins below


def without_legend(pixels: np.ndarray) -> np.ndarray:
    """The picture above its legend; the whole of it where there is none."""
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    difference = abs(pixels - np.median(border))
    ink = difference > STRONG * difference.max()
    cut, has_bar = pixels.shape[0], False
    for top, bottom in _blocks(difference > BLANK * difference.max())[:2]:
        block = ink[top:bottom]
        if top < LOWEST * pixels.shape[0] or not (_is_bar(block) or _is_text(block)):
            break
        cut, has_bar = top, has_bar or _is_bar(block)
    return pixels[:cut] if has_bar else pixels


def _blocks(ink: np.ndarray) -> list[tuple[int, int]]:
    """(top, bottom) of the bands of rows with ink in them, the lowest first."""
    edges = np.flatnonzero(np.diff(ink.any(axis=1).astype(np.int8), prepend=0, append=0))
    return list(pairwise(edges.tolist()))[::2][::-1]


def _is_bar(block: np.ndarray) -> bool:
    rows, columns = np.nonzero(block)
    if not rows.size:
        return False
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    is_long = width >= LEAST_BAR_WIDTH and width >= 3 * height
    return bool(is_long and height <= MOST_BAR_HEIGHT and rows.size >= SOLID * height * width)


def _is_text(block: np.ndarray) -> bool:
    return block.shape[0] <= MOST_TEXT_HEIGHT and label(block, connectivity=2).max() >= LEAST_LETTERS
