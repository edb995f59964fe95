"""Where vignettes live: content-addressed keys, and URLs that carry their own permission.

The same bytes are stored once. A URL is signed with the site's secret, so serving a picture costs no query, and
nobody can guess the address of a picture that no page has shown them.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from functools import cache
from urllib.parse import quote

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

CONTENT_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "tif": "image/tiff",
    "bmp": "image/bmp",
    "pnm": "image/x-portable-anymap",
}
KEY_PATTERN = re.compile(
    rf"^v/[0-9a-f]{{2}}/(?:[0-9a-f]{{62}}|[0-9a-f]{{2}}/[0-9a-f]{{60}})\.(?:{'|'.join(CONTENT_TYPES)})\Z"
)
# a tile of a whole scan, behind the prefix that the signature is of
TILE_PATTERN = re.compile(r"^(s/[0-9a-f]{2}/[0-9a-f]{62})/\d{1,2}/\d{1,5}_\d{1,5}\.(?:jpg|webp)\Z")
PREFIX = "/vignettes/"


def image_key(content: bytes, extension: str) -> str:
    """`v/ab/<62 hex digits>.ext`, from the SHA-256 of the bytes.

    256 folders, not 65,536: on ext4 a new folder costs more than the picture in it.
    """
    digest = hashlib.sha256(content).hexdigest()
    return f"v/{digest[:2]}/{digest[2:]}.{extension}"


def is_content(content: bytes, key: str) -> bool:
    """Whether these are the bytes that lie under the key, in today's folders or in yesterday's."""
    digest = key.removeprefix("v/").rpartition(".")[0].replace("/", "")
    return digest == hashlib.sha256(content).hexdigest()


@cache
def _signing_key() -> bytes:
    return salted_hmac("seston.vignette", "key", secret=settings.SECRET_KEY, algorithm="sha256").digest()


def signature(key: str) -> str:
    """96 bits in 16 characters: hundreds of them are the largest part of a page, for they can't be compressed."""
    return urlsafe_b64encode(hmac.digest(_signing_key(), key.encode(), "sha256")[:12]).decode()


def image_url(key: str, file_name: str = "") -> str:
    """With `file_name` it is for a download, which a bucket gives that name."""
    name = f"&name={quote(file_name)}" if file_name else ""
    return f"{PREFIX}{key}?s={signature(key)}{name}"


def content_type(key: str) -> str:
    return CONTENT_TYPES[key.rsplit(".", 1)[1]]


def may_open(key: str, signed: str) -> bool:
    if tile := TILE_PATTERN.match(key):  # one signature for all tiles of a scan
        return constant_time_compare(signature(tile[1]), signed)
    return bool(KEY_PATTERN.match(key)) and constant_time_compare(signature(key), signed)
