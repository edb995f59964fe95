"""Addresses of scripts and sheets whose content never changes, so that browsers needn't ask again.

The digest of all our static files is a folder in the address of each: scripts import one another by relative addresses,
which stay below that folder, and a new release has other addresses throughout. What packages bring (the pages of the
administrator, of the API's description) keeps its plain address.
"""

import hashlib
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

FileState = tuple[int, int]  # nanoseconds when it was written, and its bytes
VERSIONED = re.compile(r"@(?P<version>[0-9a-f]{16})/(?P<name>.*)", re.DOTALL)


class VersionedStaticFiles(StaticFilesStorage):
    """What `{% static %}` asks. With SESTON_DEBUG addresses are plain: who writes a sheet sees it without a restart."""

    def url(self, name: str | None) -> str:
        current = release()
        if name is None or settings.DEBUG or name not in current.files:
            return super().url(name)
        return f"{settings.STATIC_URL}@{current.version}/{quote(name)}"


def parted(address: str) -> tuple[str, str]:
    """The file's own name, and the version that stands before it, empty where none does."""
    match = VERSIONED.fullmatch(address)
    return (match["name"], match["version"]) if match else (address, "")


def is_unchanged(name: str, version: str, status: os.stat_result) -> bool:
    """Whether the file, as it is now, is what that version has: another process of the site may have another release,
    and an update replaces files below a process that still runs."""
    current = release()
    return version == current.version and current.files.get(name) == _state(status)


class Release(NamedTuple):
    """Our static files as they were when this process first looked: by name when each was written, and its bytes."""

    version: str
    files: Mapping[str, FileState]


@cache
def release() -> Release:
    files, digest = {}, hashlib.sha256()
    for folder in map(Path, settings.STATICFILES_DIRS):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            files[name] = _state(path.stat())  # before it is read: what is written meanwhile is another
            content = path.read_bytes()
            digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return Release(digest.hexdigest()[:16], files)


def _state(status: os.stat_result) -> FileState:
    return status.st_mtime_ns, status.st_size
