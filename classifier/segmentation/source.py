"""Reads scans of any size by regions: TIFF (8 and 16 bits, tiled, BigTIFF, pages), PNG, JPEG, what libvips reads."""

from pathlib import Path
from types import TracebackType

import numpy as np

from classifier.contract.errors import ClassifierError

MOST_SAMPLES = 4_000_000  # pixels of the overview that background and threshold are estimated from
DEPTHS = (4095, 16383, 65535)  # white of 12, 14 and 16 bits, all of which come in 16
RED, GREEN, BLUE = 19595, 38470, 7471  # of 2¹⁶: grey as ITU-R 601 has it, rounded as Pillow does
BANDS = {"red": 0, "green": 1, "blue": 2}


class Scan:
    """A scan that is read by regions in bounded memory. Greys are of 8 bits: uint8, or float32 of a scan of 16 bits.

    What can't be read by regions (PNG, JPEG) libvips decodes once, beyond 100 MB onto the disk (`TMPDIR`).
    Raises ClassifierError for what is no picture.
    """

    def __init__(self, path: str | Path, channel: str = "grey", page: int = 0):
        import pyvips  # the web process, which never opens a scan, shall not load libvips

        self.path, self.channel, self.page = Path(path), channel, page
        pages = {"page": page} if page else {}
        try:
            self._image = pyvips.Image.new_from_file(
                str(path), access="random", fail_on="truncated", revalidate=True, **pages
            )
        except pyvips.Error as error:
            raise ClassifierError(f"{path} can't be read as a scan: {_first_line(error)}") from error
        if self._image.interpretation == "cmyk":  # of a scanner that saves for printers
            self._image = self._image.colourspace("srgb")
        if self._image.get_typeof("orientation") and self._image.get("orientation") != 1:
            self._image = self._image.autorot()  # as the viewer shows it
        if self._image.format not in ("uchar", "ushort"):
            raise ClassifierError(
                f"{path} has pixels of the type {self._image.format}: save it with 8 or 16 bits."
            )
        if self._image.hasalpha():
            self._image = self._image.extract_band(0, n=self._image.bands - 1)
        self.width, self.height = int(self._image.width), int(self._image.height)
        self._white = 0

    def __enter__(self) -> "Scan":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del self._image

    @property
    def white(self) -> int:
        """The largest value that a pixel may have: of 16 bits the depth that the pixels use."""
        if self._image.format == "uchar":
            return 255
        if not self._white:
            brightest = int(self._sampled()[0].max(initial=0))
            self._white = next(depth for depth in DEPTHS if depth >= brightest)
        return self._white

    def region(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        """Greys (height, width) of a box within the scan."""
        return self._scaled(one_channel(self._pixels(self._image.crop(x, y, width, height)), self.channel))

    def picture(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        """The same box as people see it: uint8 (height, width), or (height, width, 3) of a scan in colour."""
        pixels = self._pixels(self._image.crop(x, y, width, height))
        visible = pixels if pixels.ndim == 3 and pixels.shape[2] == 3 else one_channel(pixels, self.channel)
        return np.rint(self._scaled(visible)).astype(np.uint8)

    def overview(self) -> tuple[np.ndarray, int]:
        """Every n-th pixel of every n-th row, as greys, and n: their histogram is that of the whole scan."""
        samples, step = self._sampled()
        return self._scaled(samples), step

    def _sampled(self) -> tuple[np.ndarray, int]:
        step = max(1, int(np.ceil(np.sqrt(self.width * self.height / MOST_SAMPLES))))
        step = min(step, self.width, self.height)
        return one_channel(self._pixels(self._image.subsample(step, step)), self.channel), step

    def _pixels(self, image) -> np.ndarray:
        """uint8 or uint16 (height, width), or (height, width, bands)."""
        import pyvips

        try:
            return np.asarray(image.numpy())
        except pyvips.Error as error:
            raise ClassifierError(f"{self.path} breaks off: {_first_line(error)}") from error

    def _scaled(self, pixels: np.ndarray) -> np.ndarray:
        if pixels.dtype == np.uint8:
            return pixels
        return np.minimum(pixels * np.float32(255 / self.white), np.float32(255))


def one_channel(pixels: np.ndarray, channel: str) -> np.ndarray:
    """(height, width) of pixels that may have bands behind, of the same type."""
    if pixels.ndim == 2 or pixels.shape[2] < 3:
        return pixels.reshape((*pixels.shape[:2], -1))[:, :, 0]
    if channel in BANDS:
        return np.ascontiguousarray(pixels[:, :, BANDS[channel]])
    weighted = sum(pixels[:, :, i] * np.uint32(weight) for i, weight in enumerate((RED, GREEN, BLUE)))
    return ((weighted + np.uint32(1 << 15)) >> np.uint32(16)).astype(pixels.dtype)


def _first_line(error: Exception) -> str:
    """What libvips says, without the path's repetition that follows."""
    return str(getattr(error, "detail", "") or error).strip().splitlines()[0]
