"""The 8-bit, upright rendering of a scan as a pyramid of tiles in one TIFF, and the tiles that browsers see.

The rendering is packed by deflate, without loss: what is measured is measured on it. The tiles are JPEG, which is for
eyes alone and ten times as fast to write as WebP.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyvips

from annotations.jobs.errors import ClaimLost, JobCancelled
from annotations.scans.tiling import TILE_SIZE
from classifier.contract.windows import ValueRange, Window, to_eight_bits
from worker.scans.files import ScanError, ScanPage, damage

TILE_QUALITY = 88
TILE_EXTENSION = "jpg"
# what is part of the tiles' address, so that other tiles get another one
TILE_RECIPE = f"{TILE_EXTENSION}-{TILE_SIZE}-{TILE_QUALITY}"
# of the rendering: libvips takes a flat scan with larger tiles for a bomb
STORED_TILE = 256
LARGEST_PLAIN = 2_000_000_000  # bytes of pixels in a plain TIFF, whose offsets end at 4 GiB
WHITE = [255, 255, 255]
Watch = Callable[[float], None]  # is told the share that is done; raises to stop the work


@dataclass(frozen=True, slots=True)
class RenderedScan:
    width: int  # pixels, upright
    height: int
    channels: int


def values_of(page: ScanPage, watch: Watch) -> ValueRange:
    """The smallest and largest value of a deep scan; reads all of it."""
    image = _colours(page.open())
    with _watched(image, watch):
        stats = image.stats()
    return ValueRange(stats(0, 0)[0], stats(1, 0)[0])


def render(page: ScanPage, window: Window | None, target: Path, watch: Watch) -> RenderedScan:
    """Writes the rendering. Raises ScanError for pixels that can't be read."""
    image = _rendered(page, window)
    if image.bands == 3 and _is_grey(page, watch):
        image = image[0]
    with _watched(image, watch):
        image.tiffsave(
            str(target),
            tile=True,
            pyramid=True,
            bigtiff=image.width * image.height * image.bands > LARGEST_PLAIN,
            tile_width=STORED_TILE,
            tile_height=STORED_TILE,
            compression="deflate",
            predictor="horizontal",
            keep="none",
        )
    return RenderedScan(image.width, image.height, image.bands)


def write_tiles(rendering: Path, folder: Path, watch: Watch) -> int:
    """Writes `<level>/<column>_<row>.jpg` into a folder, from level 0, which is one tile, up; gives how many levels."""
    image = pyvips.Image.new_from_file(str(rendering), access="sequential", revalidate=True)
    with _watched(image, watch):
        image.dzsave(
            str(folder / "tiles"),
            layout="dz",
            tile_size=TILE_SIZE,
            overlap=0,
            depth="onetile",
            suffix=f".{TILE_EXTENSION}[Q={TILE_QUALITY},keep=none]",
        )
    written = folder / "tiles_files"
    (written / "vips-properties.xml").unlink(missing_ok=True)
    return sum(1 for level in written.iterdir() if level.is_dir())


def tiles_folder(folder: Path) -> Path:
    """Where `write_tiles` has left them."""
    return folder / "tiles_files"


def _rendered(page: ScanPage, window: Window | None) -> pyvips.Image:
    image = page.open()
    if window is not None:
        image = _eight_bits(image, window)
    if image.hasalpha():
        image = image.flatten(background=WHITE if image.bands > 2 else 255)
    if image.interpretation == "cmyk":
        image = image.colourspace("srgb")
    return image if page.turn == 1 else image.autorot()


def _eight_bits(image: pyvips.Image, window: Window) -> pyvips.Image:
    """By the same steps as small pictures: a table of all values there are."""
    values = np.arange(2**16, dtype=np.uint16)
    table = pyvips.Image.new_from_array(to_eight_bits(values, window).reshape(1, -1))
    kind = "srgb" if image.bands >= 3 else "b-w"
    return image.cast("ushort").maplut(table.cast("uchar")).copy(interpretation=kind)


def _is_grey(page: ScanPage, watch: Watch) -> bool:
    """Whether the three channels are equal: scanners save grey as colour. Looks at all of it, and stops early never."""
    image = _colours(page.open())
    differences = (image[0] - image[1]).abs() | (image[1] - image[2]).abs()
    with _watched(differences, watch):
        return differences.max() == 0


def _colours(image: pyvips.Image) -> pyvips.Image:
    return image[: image.bands - 1] if image.hasalpha() else image


class _watched:
    """Tells libvips' progress on an image, and stops it where the watch raises: that is what is raised then."""

    def __init__(self, image: pyvips.Image, watch: Watch):
        self.image, self.watch = image, watch
        self.stop: Exception | None = None
        image.set_progress(True)
        image.signal_connect("eval", self._step)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self.stop is not None:
            raise self.stop
        if isinstance(error, pyvips.Error):
            raise ScanError(damage(error)) from error

    def _step(self, image: pyvips.Image, step: Any) -> None:
        if self.stop is not None:
            return
        try:
            self.watch(step.percent / 100)
        except (JobCancelled, ClaimLost) as error:  # an error in a callback of libvips would only be printed
            self.stop = error
            self.image.set_kill(True)
