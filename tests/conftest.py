from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from annotations.jobs.progress import Progress

pytest_plugins = ["tests.people", "tests.s3"]

# a property is no slower than it is true: on a busy machine an example may take a second
hypothesis_settings.register_profile("seston", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("seston")


@pytest.fixture(autouse=True)
def _test_settings(settings, tmp_path: Path) -> None:
    """Pictures, models and packages of a test go to a folder of its own; people are made quickly."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
        "artefacts": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # slow ones are for real passwords
    # each client of a test has middleware of its own: looking at all static files anew takes 35 ms
    settings.WHITENOISE_AUTOREFRESH = True
    settings.ARTEFACTS_FOLDER = tmp_path
    settings.MODELS_FOLDER = tmp_path / "models"
    settings.LEARNING_SETS_FOLDER = tmp_path / "learning_sets"
    settings.UPLOADS_FOLDER = tmp_path / "uploads"
    settings.EXPORTS_FOLDER = tmp_path / "exports"


@pytest.fixture(autouse=True)
def _heart_where_it_is_heard(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's heart has a connection of its own, which sees nothing of a test's transaction: there it doesn't beat."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if not commits and not {"transactional_db", "live_server"} & set(request.fixturenames):
        monkeypatch.setattr(Progress, "_beat", lambda progress: None)
