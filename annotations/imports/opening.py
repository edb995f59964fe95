"""Opens files of a folder, so that no link leads out of it, also one that was put there a moment ago."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from annotations.imports.errors import PackageError

# a folder that may be gone through and not be listed does, where the system has O_PATH
FOLDER_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
CHANGED = "changed while it was imported. Import it again when nobody writes there."


def open_inside(folder: Path, inner: str) -> BinaryIO:
    """To be read. `folder` is absolute and without links; links in it may lead elsewhere in it.

    Raises PackageError for one that leads out and for what is no file, OSError for what is away.
    """
    file = (folder / inner).resolve(strict=True)
    if not file.is_relative_to(folder):
        raise PackageError(f"{inner} is a link that leads out of the package. Put the file itself there.")
    try:
        return open(file, "rb", opener=_open_without_links)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):  # by now there is a link
            raise PackageError(f"{inner} {CHANGED}") from None
        raise


def _open_without_links(path: str, flags: int) -> int:
    """Down from the root, folder by folder, each of which is what its name says and no link."""
    *folders, name = Path(path).parts[1:]
    place = os.open("/", FOLDER_FLAGS)
    try:
        for folder in folders:
            below = os.open(folder, FOLDER_FLAGS, dir_fd=place)
            os.close(place)
            place = below
        # a pipe would let us wait for ever
        file = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
    finally:
        os.close(place)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    return file
