"""Reads and writes pictures, wherever the storage keeps them: a folder of this machine, or a bucket."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import cast

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

SAME = ".same"  # behind the key of a copy that is not needed: an empty file, so that nobody reads the picture again


class StorageUnavailable(Exception):
    """The storage does not answer, or not now: the same call may succeed later."""


def is_folder() -> bool:
    """Whether pictures lie in a folder of this machine."""
    return isinstance(default_storage, FileSystemStorage)


def read_picture(key: str) -> bytes:
    """Its bytes. Raises FileNotFoundError where there is none, StorageUnavailable where nobody can say."""
    with passing_errors(key):
        if is_folder():
            return Path(default_storage.path(key)).read_bytes()
        with default_storage.open(key) as file:
            return file.read()


def is_stored(key: str) -> bool:
    """Raises StorageUnavailable where nobody can say."""
    with passing_errors(key):
        return default_storage.exists(key)


def store_once(key: str, content: bytes) -> None:
    """Stores the bytes under their key, unless they are there: whole or not at all."""
    if is_folder():
        return _write_once(key, content)
    with passing_errors(key):
        if not default_storage.exists(key):
            default_storage.save(key, ContentFile(content))


@contextmanager
def passing_errors(key: str) -> Iterator[None]:
    """Tells a storage that is away from a file that is not there."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileNotFoundError(key) from error
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NotFound"):
            raise FileNotFoundError(key) from error
        raise StorageUnavailable(f"The storage refused: {error}") from error
    except (BotoCoreError, OSError) as error:
        raise StorageUnavailable(f"The storage does not answer: {error}") from error


def _write_once(key: str, content: bytes) -> None:
    folder = str(cast(FileSystemStorage, default_storage).location)
    target = f"{folder}/{key}"  # a million times: making objects of pathlib took as long as writing the file
    if os.access(target, os.F_OK):
        return
    draft = _draft(folder, threading.get_ident(), os.getpid())
    try:
        draft.write_bytes(content)
        draft.replace(target)
    except FileNotFoundError:
        draft.parent.mkdir(parents=True, exist_ok=True)
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(target)


@lru_cache(64)
def _draft(folder: str, thread: int, process: int) -> Path:
    """Drafts share a folder: ext4 puts a file near the folder that it is made in, and 256 are far apart."""
    return Path(folder, "drafts", f"{thread}-{process}")
