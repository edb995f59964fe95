"""Files of gigabytes on their way to a browser, a piece at a time: the web process never holds one as a whole."""

from collections.abc import AsyncIterator
from pathlib import Path

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage

from annotations.pictures.store import is_folder, passing_errors

LARGE = 4 * 2**20  # bytes: what is smaller is read at once
PIECE = 2**20


def large_file(key: str) -> Path | None:
    """Where a large file lies in the folder of this machine; None of a small one, and of one in a bucket.

    Raises FileNotFoundError, and StorageUnavailable where nobody can say.
    """
    if not is_folder():
        return None
    path = Path(default_storage.path(key))
    with passing_errors(key):
        return path if path.stat().st_size > LARGE else None


async def pieces_of(path: Path) -> AsyncIterator[bytes]:
    """All of the file, in order."""
    with path.open("rb") as file:
        read = sync_to_async(file.read, thread_sensitive=False)
        while piece := await read(PIECE):
            yield piece
