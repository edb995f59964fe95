"""Where pictures, models and packages go while tests run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.test import override_settings

NAMES = ("models", "learning_sets", "uploads", "exports")


@contextmanager
def folders(home: Path) -> Iterator[None]:
    """All of the site's files are below `home`."""
    storages = {
        **settings.STORAGES,
        "default": _folder_storage(home / "files"),
        "artefacts": _folder_storage(home),
    }
    with override_settings(STORAGES=storages):
        # without Django's signal: of these nobody hears it, and sending it was most of what each test waited for here
        settings.ARTEFACTS_FOLDER = home
        for name in NAMES:
            setattr(settings, f"{name.upper()}_FOLDER", home / name)
        yield


def _folder_storage(location: Path) -> dict:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": location},
    }
