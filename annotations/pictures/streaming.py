"""Pictures of gigabytes on their way to a browser, a piece at a time: the web process never holds one as a whole."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import join
from typing import IO, cast

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from storages.backends.s3 import S3Storage

from annotations.pictures.store import is_folder, passing_errors, read_picture

LARGE = 4 * 2**20  # bytes: what is smaller is read at once
PIECE = 2**20


@dataclass(frozen=True)
class LargeFile:
    """One that is open; `pieces_of` closes it."""

    key: str
    size: int  # bytes
    file: IO[bytes]


async def read_or_open(key: str) -> bytes | LargeFile:
    """The bytes of a picture; a large one only opened. Raises FileNotFoundError, and StorageUnavailable where nobody
    can say."""
    if not is_folder():
        return await sync_to_async(_from_bucket, thread_sensitive=False)(key)
    path = Path(default_storage.path(key))
    with passing_errors(key):
        size = path.stat().st_size
        if size > LARGE:
            return LargeFile(key, size, path.open("rb"))
    # A picture is a few kB: reading it here is faster than a trip to a thread and back.
    return read_picture(key)


def _from_bucket(key: str) -> bytes | LargeFile:
    """One request says how large it is and brings it."""
    with passing_errors(key):
        storage = cast(S3Storage, default_storage)
        # its own `open` asks first whether there is such a file: one more trip to the bucket for each picture
        answer = storage.bucket.Object(join(storage.location, key)).get()
        size, body = answer["ContentLength"], answer["Body"]
        if size > LARGE:
            return LargeFile(key, size, body)
        with body:
            return body.read()


async def pieces_of(large: LargeFile) -> AsyncIterator[bytes]:
    """All of the file, in order. Raises as `read_or_open`."""
    with large.file as file:
        while piece := await sync_to_async(_piece, thread_sensitive=False)(large.key, file):
            yield piece


def _piece(key: str, file: IO[bytes]) -> bytes:
    with passing_errors(key):
        return file.read(PIECE)
