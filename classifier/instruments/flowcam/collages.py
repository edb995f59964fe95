"""Regions of collages: pictures into which a FlowCam lays its particles beside each other."""

from collections import OrderedDict
from posixpath import basename, dirname

import numpy as np

from classifier.instruments.decoding import UnreadablePictureError, read_pixels
from classifier.instruments.files import Files

MOST_DECODED = 4  # lists go through their collages in order, so that more would seldom be used again


class RegionError(Exception):
    """A region that can't be cut out. Its text is a sentence; `collage` is the path where all of one is to blame."""

    def __init__(self, message: str, collage: str = ""):
        super().__init__(message)
        self.collage = collage


class Collages:
    """The collages of a run, each decoded once; only the last few are in memory."""

    def __init__(self, files: Files, paths: tuple[str, ...], listing: str):
        self.files, self.folder = files, dirname(listing)
        self.by_name = {path.lower(): path for path in paths}
        self.decoded: OrderedDict[str, np.ndarray | UnreadablePictureError] = OrderedDict()

    def region(self, name: str, x: int, y: int, width: int, height: int) -> np.ndarray:
        """Height × width (× 3) of a collage by its name in the list; raises RegionError."""
        path = self._path(name)
        pixels = self._pixels(path)
        region = pixels[max(y, 0) : max(y + height, 0), max(x, 0) : max(x + width, 0)]
        if region.size == 0 or region.shape[:2] != (height, width):
            size = f"{pixels.shape[1]} × {pixels.shape[0]}"
            raise RegionError(f"{width} × {height} pixels at {x}, {y} don't lie in {basename(path)}, {size}.")
        return region.copy()  # so that the collage can go

    def _path(self, name: str) -> str:
        file = basename(name.replace("\\", "/"))
        expected = f"{self.folder}/{file}" if self.folder else file
        try:
            return self.by_name[expected.lower()]
        except KeyError:
            raise RegionError(
                "The list names this collage, but it is not among the files.", expected
            ) from None

    def _pixels(self, path: str) -> np.ndarray:
        if path not in self.decoded:
            self.decoded[path] = self._decode(path)
            while len(self.decoded) > MOST_DECODED:
                self.decoded.popitem(last=False)
        self.decoded.move_to_end(path)
        pixels = self.decoded[path]
        if isinstance(pixels, UnreadablePictureError):
            raise RegionError(str(pixels), path)
        return pixels

    def _decode(self, path: str) -> np.ndarray | UnreadablePictureError:
        try:
            return read_pixels(self.files, path)
        except UnreadablePictureError as error:
            return error
