"""Vignettes as files: pixels become PNG, what a file holds stays the bytes that it is, a region is cut out."""

import io
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np
from PIL import Image

from classifier.contract.refusals import DAMAGE
from classifier.instruments.files import Files, read_whole
from classifier.instruments.records import BrokenFile, InstrumentVignette, PictureInFile

MOST_DECODED = 4  # larger pictures that are held decoded: their vignettes follow each other
SHOWN_EVERYWHERE = {".png", ".jpg", ".jpeg", ".gif"}  # by EcoTaxa, too
DEPTHS: Mapping[str, str] = {"uint8": "L", "uint16": "I;16"}
LEVEL = 1  # of zlib: twice as fast as the usual, at about a tenth more bytes


def png_of(pixels: np.ndarray) -> bytes:
    """Of uint8 (height × width, or × 3) or uint16 (height × width), bit for bit."""
    out = io.BytesIO()
    _picture(np.ascontiguousarray(pixels)).save(out, "PNG", compress_level=LEVEL)
    return out.getvalue()


def _picture(pixels: np.ndarray) -> Image.Image:
    height, width = pixels.shape[:2]
    mode = "RGB" if pixels.ndim == 3 else DEPTHS[pixels.dtype.name]
    return Image.frombytes(mode, (width, height), pixels.tobytes())


class PictureReader:
    """The bytes of vignettes' pictures, as a package of the site or of EcoTaxa may hold them."""

    def __init__(self, files: Files):
        self.files = files
        self._decoded: OrderedDict[str, np.ndarray | BrokenFile] = OrderedDict()

    def content(self, vignette: InstrumentVignette) -> bytes | BrokenFile:
        picture = vignette.picture
        if isinstance(picture, np.ndarray):
            return png_of(picture)
        if picture.region is None and PurePosixPath(picture.path).suffix.lower() in SHOWN_EVERYWHERE:
            return read_whole(self.files, picture.path)
        return self._cut(picture)

    def _cut(self, picture: PictureInFile) -> bytes | BrokenFile:
        whole = self._pixels(picture.path)
        if isinstance(whole, BrokenFile):
            return whole
        all_of_it = (0, 0, whole.shape[1], whole.shape[0])
        x, y, width, height = picture.region or all_of_it
        pixels = whole[max(y, 0) : y + height, max(x, 0) : x + width]
        if pixels.shape[:2] != (height, width) or not pixels.size:
            message = f"{width} × {height} pixels at {x}, {y} lie outside of its {whole.shape[1]} × {whole.shape[0]}."
            return BrokenFile(picture.path, message, "See whether it is of these data.")
        return png_of(pixels)

    def _pixels(self, path: str) -> np.ndarray | BrokenFile:
        if path not in self._decoded:
            self._decoded[path] = _decoded(path, read_whole(self.files, path))
            if len(self._decoded) > MOST_DECODED:
                self._decoded.popitem(last=False)
        self._decoded.move_to_end(path)
        return self._decoded[path]


def _decoded(path: str, content: bytes | BrokenFile) -> np.ndarray | BrokenFile:
    if isinstance(content, BrokenFile):
        return content
    try:
        with Image.open(io.BytesIO(content)) as picture:
            is_grey = picture.mode in ("L", "1", "I;16", "I;16B")
            plain = picture.convert("L") if picture.mode == "1" else picture
            pixels = np.asarray(plain if is_grey else plain.convert("RGB"))
    except DAMAGE as error:
        return BrokenFile(path, f"The picture is damaged or cut off ({error}).", "Copy it again.")
    return pixels.astype(np.uint16) if pixels.dtype.itemsize == 2 else pixels
