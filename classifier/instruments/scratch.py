"""Folders for large copies that do not stay when whoever made them is killed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK, UNLOCKED = ".lock", ".unlocked"


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder below `parent`, for as long as the block lasts.

    Its maker holds a lock in it, which the system lets go when the process ends, however it does: so the next one to
    ask for a folder of this prefix knows those that nobody uses any more, and removes them.
    """
    remove_abandoned(parent, prefix)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    lock = os.open(folder / UNLOCKED, os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / UNLOCKED).rename(folder / LOCK)  # under this name it is held from the first moment on
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def remove_abandoned(parent: Path, prefix: str) -> None:
    """Folders whose maker has ended. One that has no lock yet may be a moment old, and stays."""
    for lock in parent.glob(f"{prefix}*/{LOCK}"):
        if _is_free(lock):
            shutil.rmtree(lock.parent, ignore_errors=True)


def _is_free(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except OSError:  # it has just gone, or is somebody else's
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)
