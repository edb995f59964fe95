"""Settings of folders and buckets that do not fit together stop the site before it starts.

A misspelt place in SESTON_IMPORT_USERS would leave the place that was meant open to every manager.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_import_places(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Those of Django's system checks that this app adds."""
    return [*_named_twice(), *_people_without_place(), *_relative_folders()]


def _named_twice() -> Iterator[CheckMessage]:
    for name in sorted(set(settings.IMPORT_FOLDERS) & set(settings.IMPORT_BUCKETS)):
        yield Error(
            f"{name} is a folder in SESTON_IMPORT_FOLDERS and a bucket in SESTON_IMPORT_BUCKETS.",
            hint="Give one of them another name.",
            id="imports.E001",
        )


def _people_without_place() -> Iterator[CheckMessage]:
    for name in sorted(
        set(settings.IMPORT_USERS) - set(settings.IMPORT_FOLDERS) - set(settings.IMPORT_BUCKETS)
    ):
        yield Error(
            f"SESTON_IMPORT_USERS names {name}, which is no folder and no bucket that imports are open to.",
            hint="Write the name as SESTON_IMPORT_FOLDERS or SESTON_IMPORT_BUCKETS has it: while it is misspelt, the "
            "place is open to all managers.",
            id="imports.E002",
        )


def _relative_folders() -> Iterator[CheckMessage]:
    for name, root in settings.IMPORT_FOLDERS.items():
        if not Path(root).is_absolute():
            yield Error(
                f"{name} in SESTON_IMPORT_FOLDERS is {root!r}, which depends on where the site is started.",
                hint="Write the path from / on.",
                id="imports.E003",
            )
