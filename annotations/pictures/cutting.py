"""Cuts vignettes out of larger pictures, as these are shown: 8 bits and upright."""

import io
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from PIL import Image

from annotations.pictures.rendering import Windows, shown_picture
from classifier.contract.refusals import DAMAGE

MOST_DECODED = 4  # larger pictures that are kept decoded: their vignettes follow each other
PixelBox = tuple[int, int, int, int]  # x, y, width, height


class Cutter:
    """`read` gives the bytes of a picture by its path. Several threads may cut."""

    def __init__(self, read: Callable[[str], bytes]):
        self.read = read
        self._pictures: OrderedDict[str, Image.Image] = OrderedDict()
        self._lock = Lock()

    def cut(self, path: str, box: PixelBox, windows: Windows | None = None) -> bytes:
        """A PNG. Raises ValueError for what can't be shown."""
        x, y, width, height = box
        with self._lock:
            vignette = self._decoded(path, windows).crop((x, y, x + width, y + height))
        out = io.BytesIO()
        vignette.save(out, "PNG")
        return out.getvalue()

    def _decoded(self, path: str, windows: Windows | None) -> Image.Image:
        if path not in self._pictures:
            self._pictures[path] = _decoded(shown_picture(self.read(path), windows).content)
            if len(self._pictures) > MOST_DECODED:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(path)
        return self._pictures[path]


def _decoded(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            return picture if picture.mode in ("L", "RGB", "RGBA", "1") else picture.convert("RGB")
    except DAMAGE as error:
        raise ValueError(f"The picture is damaged or cut off ({error}). Copy it again.") from error


def upright_size(content: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels, upright. Raises ValueError for what can't be shown."""
    picture = shown_picture(content)
    return picture.width, picture.height
