"""Scans with organisms drawn where the tests know them."""

from pathlib import Path

import numpy as np
from PIL import Image

from classifier.segmentation.source import Scan

PAPER, INK = 230, 60


def scan_of(pixels: np.ndarray, folder: Path, name: str = "scan.png", channel: str = "grey") -> Scan:
    Image.fromarray(pixels).save(folder / name)
    return Scan(folder / name, channel)


def paper(height: int, width: int) -> np.ndarray:
    return np.full((height, width), PAPER, np.uint8)


def disc(pixels: np.ndarray, x: float, y: float, radius: float, grey: int = INK) -> np.ndarray:
    """Draws a disc into the pixels; its pixels, bool."""
    rows, columns = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    mask = (columns - x) ** 2 + (rows - y) ** 2 <= radius**2
    pixels[mask] = grey
    return mask
