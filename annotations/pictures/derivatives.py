"""Thumbnails: what places show that are much smaller than a large picture.

One is made when it is first asked for, and kept beside the pictures under a key of the original's and of the recipe.
Who may open a picture may open its thumbnail: the address is the picture's own, with one word more. Pictures that are
small already, and such as would not shrink, are shown as they are. Nothing learns or measures from a thumbnail.
"""

import hashlib
import io
import threading

from PIL import Image

from annotations.pictures.store import SAME, is_stored, read_picture, store_once
from classifier.contract.refusals import DAMAGE

LONG_EDGE = 256  # pixels: sharp on 128 pixels of a page, also on screens of two dots a pixel
QUALITY = 80  # of WebP
RECIPE = f"webp-{LONG_EDGE}-{QUALITY}"
PARAMETER = "thumbnail"
_one_at_a_time = threading.Lock()  # a picture of 100 megapixels takes 300 MB while it is made smaller


def thumbnail_url(url: str, width: int, height: int) -> str:
    """From the address of a picture that of its thumbnail; its own where it is no larger."""
    return f"{url}&{PARAMETER}={RECIPE}" if max(width, height) > LONG_EDGE else url


def thumbnail_of(key: str) -> str:
    """The key of the picture's thumbnail, made now if it is the first time; its own where that would be no smaller.

    Raises FileNotFoundError where the picture is gone, StorageUnavailable where nobody can say.
    """
    smaller = _thumbnail_key(key)
    if is_stored(smaller):
        return smaller
    if is_stored(f"{smaller}{SAME}"):
        return key
    content = read_picture(key)
    try:
        thumbnail = _made_smaller(content)
    except DAMAGE:
        thumbnail = content
    if len(thumbnail) >= len(content):
        store_once(f"{smaller}{SAME}", b"")
        return key
    store_once(smaller, thumbnail)
    return smaller


def _thumbnail_key(key: str) -> str:
    digest = hashlib.sha256(f"{key} {RECIPE}".encode()).hexdigest()
    return f"t/{digest[:2]}/{digest[2:]}.webp"


def _made_smaller(content: bytes) -> bytes:
    """A large JPEG is never decoded whole."""
    out = io.BytesIO()
    with _one_at_a_time, Image.open(io.BytesIO(content)) as picture:
        plain = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
        plain.thumbnail((LONG_EDGE, LONG_EDGE))
        plain.save(out, "WEBP", quality=QUALITY)
    return out.getvalue()
