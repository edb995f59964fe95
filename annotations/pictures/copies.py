"""Copies of artefacts that a machine keeps for a while: models and learning sets, which are used again and again.

`copies/<name>` is one, whole or not there: it is filled under a name of its own first. Who uses it shares its lock; who
fills or removes it holds the lock alone. A process that is killed holds none any more.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings


@contextmanager
def copy_of(name: str, fill: Callable[[Path], None]) -> Iterator[Path]:
    """The folder of this name, which stays while it is used; `fill` puts into an empty one what belongs there."""
    with _lock_file(name) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        while not _place(name).exists():
            fcntl.flock(lock, fcntl.LOCK_EX)
            _fill(name, fill)
            fcntl.flock(lock, fcntl.LOCK_SH)  # another may come between, and remove it
            make_room()
        os.utime(lock)  # when it was last used
        yield _place(name)


def adopt(name: str, folder: Path) -> None:
    """Makes a folder of this machine the copy of this name, which need not be fetched then."""
    with _lock_file(name) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _place(name).exists():
            shutil.rmtree(folder)
        else:
            folder.rename(_place(name))
        os.utime(lock)
    make_room()


def make_room() -> None:
    """While all together are larger than `settings.COPIES_BYTES`, removes what was not used for the longest.

    What is in use stays. Called where one was added, or has grown.
    """
    copies = {path.name: _size(path) for path in _place("").iterdir() if not path.name.startswith(".")}
    for name in sorted(copies, key=_last_use):
        if sum(copies.values()) > settings.COPIES_BYTES and _is_removed(name):
            del copies[name]


def _place(name: str) -> Path:
    return Path(settings.ARTEFACTS_FOLDER, "copies", name)


def _draft(name: str) -> Path:
    """Of what is filled or removed: no copy is ever seen in part."""
    return _place(f".{name}.part")


def _lock_path(name: str) -> Path:
    """Of an empty file that is left where it is: one that is removed may be held by somebody."""
    return _place(f".{name}.lock")


@contextmanager
def _lock_file(name: str) -> Iterator[int]:
    path = _lock_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        yield file
    finally:
        os.close(file)


def _fill(name: str, fill: Callable[[Path], None]) -> None:
    """Needs the lock alone. What a killed process left goes first."""
    if _place(name).exists():
        return
    draft = _draft(name)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        fill(draft)
        draft.rename(_place(name))
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _is_removed(name: str) -> bool:
    """False where somebody uses it."""
    with _lock_file(name) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        shutil.rmtree(_draft(name), ignore_errors=True)
        with suppress(FileNotFoundError):  # another process may have been faster
            _place(name).rename(_draft(name))
        shutil.rmtree(_draft(name), ignore_errors=True)
        return True


def _last_use(name: str) -> float:
    return _lock_path(name).stat().st_mtime


def _size(folder: Path) -> int:
    """Bytes. Another process may be removing it meanwhile."""
    size = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                size += Path(root, name).stat().st_size
    return size
