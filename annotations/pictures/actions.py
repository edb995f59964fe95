"""Storing a picture that comes in: itself, or its rendering with the original beside it."""

from dataclasses import dataclass

from annotations.common.forked import pickled_by_fields
from annotations.pictures.keys import image_key
from annotations.pictures.rendering import Windows, shown_picture
from annotations.pictures.store import store_once


@pickled_by_fields
@dataclass(frozen=True, slots=True)
class StoredPicture:
    """What an Image row says of a picture."""

    key: str
    width: int
    height: int
    original_key: str = ""
    origin: str = ""
    window_low: float | None = None
    window_high: float | None = None

    def as_row(self) -> tuple:
        """All of it in the order above, without the deep copies of `dataclasses.astuple`."""
        window = (self.window_low, self.window_high)
        return (self.key, self.width, self.height, self.original_key, self.origin, *window)


def store_picture(content: bytes, windows: Windows | None = None) -> StoredPicture:
    """Stores what came in, and its rendering where it needs one. Raises ValueError for what can't be shown."""
    picture = shown_picture(content, windows)
    key = image_key(picture.content, picture.extension)
    store_once(key, picture.content)
    if not picture.original_extension:
        return StoredPicture(key, picture.width, picture.height)
    original_key = image_key(content, picture.original_extension)
    store_once(original_key, content)
    window = picture.window
    bounds = (window.low, window.high) if window else (None, None)
    return StoredPicture(key, picture.width, picture.height, original_key, picture.origin, *bounds)
