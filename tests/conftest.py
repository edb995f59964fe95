"""Every test run has a home of its own, with a real PostgreSQL and a real Redis that end with it."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["SESTON_THROWAWAY"] = "1"  # the test servers need not wait for the disk
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in the test's thread
if os.environ.get("SESTON_TEST_HOME"):
    os.environ["SESTON_HOME"] = os.environ["SESTON_TEST_HOME"]
else:
    home = tempfile.mkdtemp(prefix="seston-test-")
    os.environ["SESTON_HOME"] = home
    # registered before the servers start, so it runs after they have stopped
    atexit.register(shutil.rmtree, home, ignore_errors=True)

import pytest  # noqa: E402 (the home must be set before Django reads its settings)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path: Path) -> None:
    """Pictures, models and packages of a test go to a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    settings.MODELS_FOLDER = tmp_path / "models"
    settings.UPLOADS_FOLDER = tmp_path / "uploads"
    settings.EXPORTS_FOLDER = tmp_path / "exports"
