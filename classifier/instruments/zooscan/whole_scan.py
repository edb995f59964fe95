"""The whole scan that ZooProcess keeps beside a pid, `SCAN_vis1.zip` or `SCAN_vis1.tif`: vignettes without a file of
their own are cut from it, at `BX`, `BY`, `Width`, `Height` of their line.

So does the maker of ZooProcess-lib in his script for separations (`vis[BY:BY+Height, BX:BX+Width]`).
"""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.decoding import UnreadablePictureError
from classifier.instruments.files import Files
from classifier.instruments.pid import number_of
from classifier.instruments.scratch import scratch_folder

if TYPE_CHECKING:
    import pyvips

SCAN, ZIPPED = "_vis1.tif", "_vis1.zip"
MARGIN = 10  # pixels around the box, as those of recipes have
MOST_BYTES = 4 * 2**30  # of a scan: 2.2 gigapixels have 2.2
BOX = ("bx", "by", "width", "height")


class WholeScan:
    """It lies on the disk of this machine from the first cut on, for so it is read by regions. Use it in a `with`."""

    def __init__(self, files: Files, paths: tuple[str, ...]):
        self.files = files
        self.path = next((path for path in paths if path.lower().endswith((SCAN, ZIPPED))), None)
        self.cuts = 0
        self._image: pyvips.Image | None = None
        self._fault: UnreadablePictureError | None = None  # looked for once, not for each line again
        self._stack = ExitStack()

    def __enter__(self) -> "WholeScan":
        return self

    def __exit__(self, *exception: object) -> None:
        self._image = None
        self._stack.close()

    def cut(self, cells: Mapping[str, str]) -> np.ndarray | None:
        """uint8 (height, width), or with a third axis of colours; None where there is no scan, or the line has no box.

        Raises UnreadablePictureError for a scan that can't be read, or a box that is not on it.
        """
        sides = [number_of(cells.get(name, "")) for name in BOX]
        if self.path is None or None in sides:
            return None
        import pyvips  # here, where a scan is cut: who has loaded it forks no more (annotations/imports/storing.py)

        x, y, width, height = (int(side or 0) for side in sides)
        image = self._opened()
        left, top = max(x - MARGIN, 0), max(y - MARGIN, 0)
        right, bottom = min(x + width + MARGIN, image.width), min(y + height + MARGIN, image.height)
        if min(x, y) < 0 or min(width, height) < 1 or x + width > image.width or y + height > image.height:
            size = f"{image.width:,} × {image.height:,} pixels"
            raise UnreadablePictureError(f"Its box does not lie on the whole scan, which has {size}.")
        try:
            pixels = image.crop(left, top, right - left, bottom - top).cast("uchar").numpy()
        except pyvips.Error as error:
            raise self._unreadable(error) from error
        self.cuts += 1
        return pixels

    def _opened(self) -> "pyvips.Image":
        if self._fault:
            raise self._fault
        if self._image is None:
            try:
                self._image = self._open()
            except UnreadablePictureError as error:
                self._fault = error
                raise
        return self._image

    def _open(self) -> "pyvips.Image":
        import pyvips

        folder = self._stack.enter_context(scratch_folder(Path(tempfile.gettempdir()), "seston-scan-"))
        try:
            return pyvips.Image.new_from_file(str(self._copied(folder)), access="random")
        except pyvips.Error as error:
            raise self._unreadable(error) from error
        except ZIP_DAMAGE as error:
            if is_transient(error):
                raise
            raise self._unreadable(error) from error

    def _copied(self, folder: Path) -> Path:
        copy = folder / "scan.tif"
        with self._source() as source, copy.open("wb") as out:
            shutil.copyfileobj(source, out, 2**20)
        return copy

    @contextmanager
    def _source(self) -> Iterator[BinaryIO]:
        assert self.path is not None
        with self.files.open(self.path) as file:
            if not self.path.lower().endswith(ZIPPED):
                yield file
                return
            with zipfile.ZipFile(file) as package:
                entry = next(
                    (one for one in package.infolist() if one.filename.lower().endswith(".tif")), None
                )
                if entry is None or entry.file_size > MOST_BYTES:
                    raise UnreadablePictureError(
                        f"{self.path} holds no .tif of at most {MOST_BYTES:,} bytes."
                    )
                with package.open(entry) as scan:
                    yield cast(BinaryIO, scan)

    def _unreadable(self, error: Exception) -> UnreadablePictureError:
        return UnreadablePictureError(f"The whole scan, {self.path}, can't be read ({error}).")
