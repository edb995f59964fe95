import gc
import itertools
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from annotations.jobs.progress import Progress
from tests.folders import folders
from tests.prepared import is_prepared

pytest_plugins = ["tests.worlds", "tests.emptying", "tests.file_server", "tests.people", "tests.s3"]

# a property is no slower than it is true: on a busy machine an example may take a second
hypothesis_settings.register_profile("seston", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("seston")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported stays: looking for garbage among it took each worker a third of its collecting."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        # what a request leaves is looked for after a few of them, not several times within each
        gc.set_threshold(20_000, 20, 20)


# by the seconds that they take, most first
LONGEST = (
    "browser/test_accessible.py",
    "browser/test_looks.py",
    "browser/test_nothing_lost.py",
    "browser/test_marks.py",
    "browser/test_outbox.py",
    "browser/test_traits.py",
    "browser/test_panel.py",
    "browser/test_discussion.py",
    "browser/test_seen.py",
    "browser/test_client.py",
    "browser/test_sorting.py",
    "browser/test_whole_loop.py",
    "browser/test_refused_views.py",
    "browser/test_last_actions.py",
    "browser/test_scan_viewer.py",
    "browser/test_fields.py",
    "browser/test_review.py",
    "browser/test_keys.py",
    "browser/test_map.py",
    "browser/test_together.py",
    "browser/test_trait_reading.py",
    "browser/test_on_demand.py",
    "browser/test_long_names.py",
    "browser/test_second_reading.py",
    "browser/test_learning_sets.py",
    "browser/test_accounts.py",
    "browser/test_tour.py",
    "browser/test_objectmap.py",
    "browser/test_sending.py",
    "browser/test_clusters.py",
    "browser/test_picker.py",
    "rights/test_matrix.py",
    "platform/test_site.py",
    "worker/test_training.py",
    "rights/test_addresses.py",
    "queries/test_query_counts.py",
    "platform/test_wheel.py",
    "classifier/test_training.py",
    "classifier/test_distributed.py",
    "classifier/test_onnx.py",
    "worker/test_speed.py",
    "worker/test_elsewhere.py",
    "worker/test_prediction.py",
)
NUMBERS = itertools.count()
TESTS = Path(__file__).resolve().parent
ORDER = {name: place for place, name in enumerate(LONGEST)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, so that nobody waits for them in the end (with --no-loadscope-reorder).

    Those of the browser come last: the site that they begin with runs till the process ends.
    """
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[bool, int]:
    name = item.path.relative_to(TESTS).as_posix()
    return name.startswith("browser/"), ORDER.get(name, len(ORDER))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The tests' database is a copy of the site's, which is empty and has its tables."""
    if is_prepared(settings.SESTON_HOME):
        connection.settings_dict["TEST"]["TEMPLATE"] = connection.settings_dict["NAME"]


@pytest.fixture(autouse=True, scope="session")
def _quick_settings() -> Iterator[None]:
    """Whoever signs in is signed in quickly: slow hashers are for real passwords."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers):
        yield


@pytest.fixture(autouse=True)
def _folders(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Pictures, models and packages of a test go to a folder of its own."""
    if "tmp_path" in request.fixturenames:
        home = request.getfixturevalue("tmp_path")
    else:  # pytest's own takes a link that is made anew, too
        home = tmp_path_factory.getbasetemp() / f"folders-{next(NUMBERS)}"
        home.mkdir()
    with folders(home):
        yield


@pytest.fixture(autouse=True)
def _heartbeats_only_where_tests_commit(commits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's heart has a connection of its own, which sees nothing of a test's transaction: there it doesn't beat."""
    if not commits:
        monkeypatch.setattr(Progress, "_beat", lambda progress: None)
