"""Addresses of scripts and sheets whose content never changes, so that browsers needn't ask again.

The digest of all our static files is a folder in the address of each: scripts import one another by relative addresses,
which stay below that folder, and a new release has other addresses throughout. What packages bring (the pages of the
administrator, of the API's description) keeps its plain address.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage

VERSIONED = re.compile(r"@(?P<version>[0-9a-f]{16})/(?P<name>.*)", re.DOTALL)


class VersionedStaticFiles(StaticFilesStorage):
    """What `{% static %}` asks. With SESTON_DEBUG addresses are plain: who writes a sheet sees it without a restart."""

    def url(self, name: str | None) -> str:
        current = release()
        if settings.DEBUG or name not in current.names:
            return super().url(name)
        return f"{settings.STATIC_URL}@{current.version}/{quote(name)}"


def without_version(name: str) -> tuple[str, bool]:
    """The file's own name, and whether the address holds the version that is served here: another process of the site
    may have a newer release, or an older one."""
    match = VERSIONED.fullmatch(name)
    if not match:
        return name, False
    return match["name"], match["version"] == release().version


class Release(NamedTuple):
    """Our static files as they were when this process first looked."""

    version: str
    names: frozenset[str]


@cache
def release() -> Release:
    names, digest = set(), hashlib.sha256()
    for folder in map(Path, settings.STATICFILES_DIRS):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            names.add(name)
            digest.update(f"{name}\n{path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
    return Release(digest.hexdigest()[:16], frozenset(names))
