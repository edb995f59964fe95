"""Vignettes as files of this machine, wherever the storage keeps them: decoding wants paths."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.core.files.storage import default_storage

FETCHED_AT_ONCE = 16


def local_paths(keys: Iterable[str], folder: Path) -> list[str]:
    """A path for each key: in the storage itself when that is a folder, else of a copy in `folder`.

    A picture that the storage has lost keeps a path where nothing lies, so that it counts as unreadable.
    """
    keys = list(keys)
    try:
        return [default_storage.path(key) for key in keys]
    except NotImplementedError:  # what Django's storages say that have no paths, as S3
        with ThreadPoolExecutor(FETCHED_AT_ONCE) as pool:
            return list(pool.map(lambda key: _fetched(key, folder), keys))


def _fetched(key: str, folder: Path) -> str:
    path = folder / key
    if path.exists():
        return str(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    try:
        with default_storage.open(key) as source, draft.open("wb") as copy:
            copy.writelines(source.chunks())
    except FileNotFoundError:
        return str(path)
    draft.replace(path)  # whole or not at all: a killed worker leaves no half picture
    return str(path)
