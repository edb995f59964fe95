"""Pictures as files of this machine, wherever the storage keeps them: decoding wants paths."""

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.core.files.storage import default_storage

from annotations.pictures.store import is_folder, read_picture

FETCHED_AT_ONCE = 16


def local_paths(keys: Iterable[str], folder: Path) -> list[str]:
    """A path for each key: in the storage itself when that is a folder, else of a copy in `folder`.

    A picture that the storage has lost keeps a path where nothing lies, so that it counts as unreadable.
    Raises StorageUnavailable when the storage is away: then nothing is known of any picture.
    """
    if is_folder():
        return [default_storage.path(key) for key in keys]
    with ThreadPoolExecutor(FETCHED_AT_ONCE) as pool:
        return list(pool.map(lambda key: _fetched(key, folder), keys))


def _fetched(key: str, folder: Path) -> str:
    path = folder / key
    if path.exists():
        return str(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # each thread its own draft: one picture may stand for several objects of a chunk
    draft = path.with_name(f"{path.name}.{threading.get_ident()}.draft")
    try:
        draft.write_bytes(read_picture(key))
    except FileNotFoundError:
        return str(path)
    draft.replace(path)  # whole or not at all: a killed worker leaves no half picture
    return str(path)
