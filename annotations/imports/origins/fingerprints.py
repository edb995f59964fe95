"""Whether a package that is read where it lies is still the one that was checked: names, sizes, times of change."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


def fingerprint(package: Path) -> str:
    """Of a zip or of all files of a folder; nothing of their content is read. Raises OSError."""
    digest = hashlib.sha256()
    for name, status in _files(package):
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files(package: Path) -> Iterator[tuple[str, os.stat_result]]:
    if package.is_file():
        yield package.name, package.stat()
        return
    for folder, folders, names in os.walk(package, onerror=_raise):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            yield str(path.relative_to(package)), path.lstat()


def _raise(error: OSError) -> None:
    """A folder that can't be listed now is not one without files; of one that is gone there are none."""
    if not isinstance(error, FileNotFoundError):
        raise error
