from pathlib import Path

import pytest

pytest_plugins = ["tests.people", "tests.s3"]


@pytest.fixture(autouse=True)
def _test_settings(settings, tmp_path: Path) -> None:
    """Pictures, models and packages of a test go to a folder of its own; people are made quickly."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # slow ones are for real passwords
    settings.MODELS_FOLDER = tmp_path / "models"
    settings.LEARNING_SETS_FOLDER = tmp_path / "learning_sets"
    settings.UPLOADS_FOLDER = tmp_path / "uploads"
    settings.EXPORTS_FOLDER = tmp_path / "exports"
