"""The vignettes of a scan: `.jpg` beside its pid, or in a `.zip` there; else they are cut from the whole scan."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from posixpath import basename
from typing import IO

import numpy as np
from PIL import Image

from classifier.contract.refusals import ZIP_DAMAGE
from classifier.instruments.decoding import UNREADABLE, UnreadablePictureError, pixels_of
from classifier.instruments.files import Files
from classifier.instruments.records import BrokenFile, PictureInFile
from classifier.instruments.zooscan.whole_scan import ZIPPED, WholeScan

PICTURES = (".jpg", ".jpeg", ".png")


class ScanVignettes:
    """Finds pictures by their names without ending, and remembers which nobody asked for. Use it in a `with`."""

    def __init__(self, files: Files, paths: tuple[str, ...]):
        self.files = files
        self.paths = {_stem(path): path for path in paths if path.lower().endswith(PICTURES)}
        self.zips = [
            path for path in paths if path.lower().endswith(".zip") and not path.lower().endswith(ZIPPED)
        ]
        self.zipped: dict[str, tuple[zipfile.ZipFile, str]] = {}
        self.damaged: list[BrokenFile] = []
        self.unused = set(self.paths)
        self.stack = ExitStack()
        self.whole = self.stack.enter_context(WholeScan(files, paths))

    def __enter__(self) -> "ScanVignettes":
        for path in self.zips:
            self._open(path)
        self.unused |= self.zipped.keys()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stack.close()

    def picture(self, name: str, cells: Mapping[str, str]) -> PictureInFile | np.ndarray | None:
        """By its name without ending, else by the box in the line's cells; None where there is neither.

        Raises UnreadablePictureError for one in a zip, or cut from the whole scan.
        """
        self.unused.discard(name)
        if path := self.paths.get(name):
            return PictureInFile(path)
        if name in self.zipped:
            return self._of_zip(*self.zipped[name])
        return self.whole.cut(cells)

    def cut_out(self) -> Iterator[BrokenFile]:
        """Says how many were cut from the whole scan."""
        if self.whole.cuts:
            message = (
                f"{self.whole.cuts:,} objects have no vignette of their own: they were cut from this scan."
            )
            remedy = "Neighbours within 10 pixels are on them, too."
            yield BrokenFile(self.whole.path or "", message, remedy, warning=True)

    def without_lines(self, pid: str) -> Iterator[BrokenFile]:
        """Says that there are more vignettes than lines."""
        if self.unused:
            names = sorted(self.unused)
            listed = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
            message = f"{len(names)} vignettes have no line in the table: {listed}."
            yield BrokenFile(
                pid, message, "They are left out. Process the scan again in ZooProcess.", warning=True
            )

    def _open(self, path: str) -> None:
        try:
            package = zipfile.ZipFile(self.stack.enter_context(_copied(self.files, path)))
            pictures = (name for name in package.namelist() if name.lower().endswith(PICTURES))
            self.zipped |= {_stem(name): (package, name) for name in pictures}
        except ZIP_DAMAGE as error:
            self.damaged.append(BrokenFile(path, f"The zip can't be read ({error}).", "Make it again."))

    def _of_zip(self, package: zipfile.ZipFile, name: str) -> np.ndarray:
        try:
            with package.open(name) as file, Image.open(file) as picture:
                return pixels_of(picture)
        except UNREADABLE as error:
            raise UnreadablePictureError(f"The picture can't be decoded ({error}).") from error


@contextmanager
def _copied(files: Files, path: str) -> Iterator[IO[bytes]]:
    """On disk: a zip in a zip would be inflated from its beginning for each vignette before the last one."""
    with tempfile.TemporaryFile() as copy:
        with files.open(path) as file:
            shutil.copyfileobj(file, copy, 2**20)
        yield copy


def _stem(path: str) -> str:
    return basename(path).rsplit(".", 1)[0]
