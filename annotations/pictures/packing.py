"""Folders of few files, as models and learning sets are, out of the bucket: stored as one file, used as a copy.

The key holds the hash of the content: nothing is ever replaced, and what a machine has fetched stays right. It travels
as one tar, so that it is there whole or not at all.
"""

import hashlib
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from annotations.pictures.artefacts import fetch, save
from annotations.pictures.copies import adopt, copy_of

ENDING = ".tar"


def store_folder(kind: str, files: Mapping[str, Path], draft: Path) -> str:
    """Stores files by the names that they have in there, packed at `draft` on their way.

    Returns the key, as `models/<hash>.tar`.
    """
    try:
        _pack(files, draft)
        with draft.open("rb") as file:
            key = f"{kind}/{hashlib.file_digest(file, 'sha256').hexdigest()}{ENDING}"
        save(key, draft)
    finally:
        draft.unlink(missing_ok=True)
    return key


@contextmanager
def stored_folder(key: str) -> Iterator[Path]:
    """Its files on this machine, which stay while they are used.

    Raises FileNotFoundError where it is gone, StorageUnavailable where nobody can say.
    """
    with copy_of(_copy_name(key), lambda folder: _unpack(key, folder)) as copy:
        yield copy


def adopt_folder(key: str, folder: Path) -> None:
    """The folder of this machine that was stored becomes its copy."""
    adopt(_copy_name(key), folder)


def _copy_name(key: str) -> str:
    return key.removesuffix(ENDING).replace("/", "-")


def _pack(files: Mapping[str, Path], draft: Path) -> None:
    """The same files are the same bytes, whenever and by whomever they were written."""
    with tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size = path.stat().st_size
            with path.open("rb") as file:
                archive.addfile(entry, file)


def _unpack(key: str, folder: Path) -> None:
    packed = folder / ".packed"
    fetch(key, packed)
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    packed.unlink()
