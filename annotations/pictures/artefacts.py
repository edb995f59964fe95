"""Files that jobs make and need, where the site and all its workers find them: a folder, or a prefix of the bucket.

A key is a path in there, as `exports/12.zip`. In a folder a file is used where it lies. Out of a bucket a machine works
on a copy of its own, which lies at the same path of its own `ARTEFACTS_FOLDER`.
"""

import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from storages.backends.s3 import S3File, S3Storage

from annotations.pictures.presigning import is_fetched_from_bucket, presigned_url
from annotations.pictures.ranges import file_response
from annotations.pictures.store import passing_errors


def artefact_storage() -> Storage:
    return storages["artefacts"]


def is_folder() -> bool:
    """Whether they lie in a folder, which all machines of the site share."""
    return isinstance(artefact_storage(), FileSystemStorage)


def own_path(key: str) -> Path:
    """Where the file lies on this machine, or would: in a folder the file itself, else a copy of it."""
    return Path(settings.ARTEFACTS_FOLDER, key)


def save(key: str, path: Path) -> None:
    """Moves a finished file of this machine there: whole or not at all. What was there is replaced."""
    if is_folder():
        own_path(key).parent.mkdir(parents=True, exist_ok=True)
        path.replace(own_path(key))
        return
    with passing_errors(key), path.open("rb") as file:
        artefact_storage().save(key, File(file))
    path.unlink()


def exists(key: str) -> bool:
    if is_folder():
        return own_path(key).exists()
    with passing_errors(key):
        return artefact_storage().exists(key)


def local_path(key: str) -> Path:
    """The file on this machine, fetched where it is not there yet.

    Out of a bucket raises FileNotFoundError where it is gone, StorageUnavailable where nobody can say.
    """
    path = own_path(key)
    if not is_folder() and not path.exists():
        fetch(key, path)
    return path


def fetch(key: str, path: Path) -> None:
    """Puts a copy there, whole or not at all. Raises as `local_path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with passing_errors(key), artefact_storage().open(key) as stored, draft.open("wb") as file:
            cast(S3File, stored).obj.download_fileobj(file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def delete(key: str) -> None:
    """Removes it, and the copy of this machine."""
    path = own_path(key)
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if not is_folder():
        with passing_errors(key):
            artefact_storage().delete(key)


def stored_in(folder: str) -> Iterator[tuple[str, datetime]]:
    """The keys that lie directly in a folder, as `exports`, and when each was written."""
    if is_folder():
        here = own_path(folder)
        for path in sorted(here.iterdir()) if here.is_dir() else ():
            yield f"{folder}/{path.name}", datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return
    with passing_errors(folder):
        for name in artefact_storage().listdir(folder)[1]:
            yield f"{folder}/{name}", artefact_storage().get_modified_time(f"{folder}/{name}")


def send(key: str, file_name: str, request: HttpRequest) -> HttpResponseBase:
    """The answer to a browser that may have the file: from the folder, or to the bucket at a presigned address.

    A download that broke off goes on where it stopped: `Range`, with `If-Range` as long as it is the same file.
    """
    storage = artefact_storage()
    if is_fetched_from_bucket(storage):
        with passing_errors(key):
            url, _ = presigned_url(cast(S3Storage, storage), key, "application/octet-stream", file_name)
        return HttpResponseRedirect(url, headers={"Cache-Control": "no-store"})
    with passing_errors(key):
        file = own_path(key).open("rb") if is_folder() else cast(IO[bytes], storage.open(key))
        size, written = _size_and_time(key)
    tag = f'"{size:x}-{written:.6f}"'
    is_the_same = request.headers.get("If-Range", tag) == tag
    wanted_range = request.headers.get("Range", "") if is_the_same else ""
    return file_response(file, size, file_name, wanted_range, tag)


def _size_and_time(key: str) -> tuple[int, float]:
    if is_folder():
        status = own_path(key).stat()
        return status.st_size, status.st_mtime
    storage = artefact_storage()
    return storage.size(key), storage.get_modified_time(key).timestamp()
