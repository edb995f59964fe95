"""The picture of an object: cut out with a margin, what is not the object wiped away, a scale bar below."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from classifier.contract.segmentation import SegmentedObject
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.source import Scan

PAPER = 255  # where nothing is around the object
BAR_SHARE = 0.5  # of the vignette's width, that the bar does not exceed where it need not
LEAST_BAR = 20  # pixels
BAR_HEIGHT, GAP, TEXT_HEIGHT = 3, 4, 11  # pixels


def vignette_of(scan: Scan, contrast: ScanContrast, one: SegmentedObject) -> np.ndarray:
    """uint8 (height, width), or (height, width, 3) of a scan in colour, by the recipe of the contrast."""
    recipe = contrast.recipe
    pixels, mask = with_margin(scan, one, recipe.margin)
    paper = _paper(pixels, mask)
    if recipe.clean_background:
        pixels = np.where(mask if pixels.ndim == 2 else mask[:, :, None], pixels, paper)
    if recipe.scale_bar and contrast.pixel_um:
        return with_scale_bar(pixels, contrast.pixel_um, paper)
    return pixels


def with_margin(scan: Scan, one: SegmentedObject, margin: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixels and mask of an object's box and what is around it; beyond the scan is paper."""
    left, top = min(margin, one.x), min(margin, one.y)
    right = min(margin, scan.width - one.x - one.width)
    bottom = min(margin, scan.height - one.y - one.height)
    pixels = scan.picture(one.x - left, one.y - top, one.width + left + right, one.height + top + bottom)
    mask = np.pad(one.mask, ((top, bottom), (left, right)))
    beyond = [(margin - top, margin - bottom), (margin - left, margin - right)]
    paper = _paper(pixels, mask)
    whole = np.empty((one.height + 2 * margin, one.width + 2 * margin, *pixels.shape[2:]), np.uint8)
    whole[:] = paper
    whole[beyond[0][0] : whole.shape[0] - beyond[0][1], beyond[1][0] : whole.shape[1] - beyond[1][1]] = pixels
    return whole, np.pad(mask, beyond)


def _paper(pixels: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The grey, or colour, of the background: the median of what is not the object."""
    around = pixels[~mask]
    return (
        np.rint(np.median(around, axis=0)).astype(np.uint8)
        if len(around)
        else np.full(pixels.shape[2:], PAPER, np.uint8)
    )


def with_scale_bar(pixels: np.ndarray, pixel_um: float, paper: np.ndarray) -> np.ndarray:
    """The vignette above a bar and its length in mm, wider where they ask for it."""
    length_um = bar_length(pixels.shape[1], pixel_um)
    bar, text = max(round(length_um / pixel_um), 1), f"{length_um / 1000:g} mm"
    font = ImageFont.load_default(size=TEXT_HEIGHT)
    text_width = int(np.ceil(font.getlength(text)))
    height, width = pixels.shape[:2]
    wide = max(width, bar + 2 * GAP, text_width + 2 * GAP)
    below = GAP + BAR_HEIGHT + GAP + TEXT_HEIGHT + GAP
    whole = np.empty((height + below, wide, *pixels.shape[2:]), np.uint8)
    whole[:] = paper
    left = (wide - width) // 2
    whole[:height, left : left + width] = pixels
    ink = 0 if paper.mean() > 127 else 255
    whole[height + GAP : height + GAP + BAR_HEIGHT, GAP : GAP + bar] = ink
    canvas = Image.new("1", (wide, below))
    ImageDraw.Draw(canvas).text((GAP, GAP + BAR_HEIGHT + GAP), text, fill=1, font=font, anchor="lt")
    whole[height:][np.asarray(canvas)] = ink
    return whole


def bar_length(width: int, pixel_um: float) -> float:
    """µm: 1, 2 or 5 times a power of ten, the longest within half the width, but of 20 pixels at least."""
    steps = [factor * 10.0**power for power in range(-1, 6) for factor in (1, 2, 5)]
    readable = [step for step in steps if step >= LEAST_BAR * pixel_um] or steps[-1:]
    return max([step for step in readable if step <= BAR_SHARE * width * pixel_um], default=readable[0])
