"""Pictures of any size, read piece by piece through libvips."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyvips

from classifier.contract.errors import ClassifierError
from classifier.segmentation.source import Scan

STRIP = 2**25  # pixels that are in memory at once
SAMPLED = 1024  # pixels a side at most that the light is taken from
LOADERS = (
    "tiff",
    "png",
    "jpeg",
    "webp",
    "gif",
    "jp2k",
    "ppm",
)  # of libvips, which reads text as numbers, too
MOST_VALUE = 2**31 - 1  # of a label image


@dataclass(frozen=True)
class Pixels:
    """A picture of 8 bits: `read` gives uint8 (height, width, channels)."""

    image: Any

    @property
    def width(self) -> int:
        return int(self.image.width)

    @property
    def height(self) -> int:
        return int(self.image.height)

    @property
    def channels(self) -> int:
        return int(self.image.bands)

    def read(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        """Raises ClassifierError for a damaged file."""
        try:
            piece = self.image.crop(x, y, width, height).numpy()
        except pyvips.Error as error:
            raise ClassifierError(
                f"The picture is damaged or cut off ({_first(error)}). Copy it again."
            ) from error
        return piece.reshape(height, width, self.channels)

    @cached_property
    def light(self) -> np.ndarray:
        """float32 (channels,): the median of each, which is the background's where organisms are few."""
        step = max(max(self.width, self.height) // SAMPLED, 1)
        sample = self.image.subsample(step, step) if step > 1 else self.image
        return np.median(sample.numpy().reshape(-1, self.channels), axis=0).astype(np.float32)


@dataclass(frozen=True)
class MaskValues(Pixels):
    """A mask: `read` gives its values, int32 (height, width)."""

    def read(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        return super().read(x, y, width, height)[..., 0].astype(np.int32)


def open_scan(path: Path, colour: bool, page: int = 0) -> Pixels:
    """Grey or colour in 8 bits, opaque; of 16 bits the depth that its pixels use. Raises ClassifierError."""
    image = _opened(path, page)
    try:
        if image.hasalpha():
            image = image[: image.bands - 1]
        if image.format == "ushort":
            image = (image * (255 / Scan(path, page=page).white)).rint().cast("uchar")
            image = image.copy(interpretation="srgb" if image.bands > 2 else "b-w")
        return Pixels(image.colourspace("srgb" if colour else "b-w").cast("uchar"))
    except pyvips.Error as error:
        raise ClassifierError(f"{path.name} has colours that can't be read ({_first(error)}).") from error


def open_values(path: Path) -> MaskValues:
    """A label image or mask of one channel, 8 to 32 bits. Raises ClassifierError."""
    image = _opened(path)
    if image.hasalpha():
        image = image[: image.bands - 1]
    if image.bands > 1:
        first = image[0]
        if any((first - image[band]).abs().max() for band in range(1, image.bands)):
            raise ClassifierError(
                f"{path.name} has colours, but a mask has a number a pixel. Save it as grey of 8 or 16 bits."
            )
        image = first
    if image.max() > MOST_VALUE or image.min() < 0:
        raise ClassifierError(f"{path.name} has values beyond 0 to {MOST_VALUE}. Number organisms from 1.")
    return MaskValues(image)


def _opened(path: Path, page: int = 0) -> Any:
    pages = {"page": page} if page else {}
    try:  # what libvips has in its memory of this path may be a mask that was corrected since
        image = pyvips.Image.new_from_file(str(path), revalidate=True, **pages).autorot()
    except pyvips.Error as error:
        raise ClassifierError(
            f"{path.name} is no picture that can be read ({_first(error)}). Save it as TIFF or PNG."
        ) from error
    if not image.get("vips-loader").startswith(LOADERS):
        raise ClassifierError(f"{path.name} is no picture. Save it as TIFF or PNG.")
    return image


def _first(error: Exception) -> str:
    return str(error).strip().splitlines()[-1].strip()[:200] if str(error).strip() else "damaged"


def strips(height: int, width: int) -> Iterator[tuple[int, int]]:
    """(top, bottom) of parts of whole rows that fit into memory."""
    rows = max(STRIP // max(width, 1), 1)
    for top in range(0, height, rows):
        yield top, min(top + rows, height)
