"""Files of gigabytes beside the pictures, as whole scans: never in memory as a whole. Tiles lie under a prefix."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from storages.backends.s3 import S3File

from annotations.pictures.copies import copy_of
from annotations.pictures.store import is_folder, is_stored, passing_errors

STORED_AT_ONCE = 16  # on their way to a bucket
COPY_NAME = "file"


def digest_of(path: Path) -> str:
    """SHA-256 of its bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_key(digest: str, extension: str) -> str:
    """As `keys.image_key` makes it of bytes."""
    return f"v/{digest[:2]}/{digest[2:]}.{extension}"


def tiles_prefix(digest: str) -> str:
    """Below which lie the tiles of a picture with that digest: `<prefix>/<level>/<column>_<row>.jpg`."""
    return f"s/{digest[:2]}/{digest[2:]}"


def store_file_once(key: str, path: Path) -> None:
    """Moves the file under its key, or removes it where that is stored already: whole or not at all."""
    if is_stored(key):
        path.unlink()
        return
    _store(key, path)


def store_tiles(prefix: str, folder: Path) -> int:
    """Moves all files below the folder under the prefix; gives how many. Done again it leaves the same."""
    files = [(f"{prefix}/{path.relative_to(folder).as_posix()}", path) for path in _files_below(folder)]
    if is_folder():
        for key, path in files:
            _store(key, path)
    else:
        with ThreadPoolExecutor(STORED_AT_ONCE) as pool:
            list(pool.map(lambda each: _store(*each), files))
    return len(files)


@contextmanager
def local_file(key: str) -> Iterator[Path]:
    """The stored file on this machine: where it lies, or of a bucket a copy that is kept for a while.

    Raises FileNotFoundError where it is gone, StorageUnavailable where nobody can say.
    """
    if is_folder():
        yield Path(default_storage.path(key))
        return
    name = "large-" + key.replace("/", "-")
    with copy_of(name, lambda folder: _fetch(key, folder / COPY_NAME)) as folder:
        yield folder / COPY_NAME


def scratch_folder(name: str) -> Path:
    """An empty place for drafts on the disk of the storage, so that they are moved and not copied."""
    root = cast(FileSystemStorage, default_storage).location if is_folder() else settings.ARTEFACTS_FOLDER
    folder = Path(root, "drafts", name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _files_below(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            yield Path(place, name)


def _store(key: str, path: Path) -> None:
    with passing_errors(key):
        if is_folder():
            target = Path(default_storage.path(key))
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
            return
        if not default_storage.exists(key):
            with path.open("rb") as file:
                default_storage.save(key, File(file))
        path.unlink()


def _fetch(key: str, path: Path) -> None:
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    with passing_errors(key), default_storage.open(key) as stored, draft.open("wb") as file:
        cast(S3File, stored).obj.download_fileobj(file)
    draft.replace(path)
