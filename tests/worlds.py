"""Rows that many tests begin with are made once for the tests of a file, and each finds them as they were made.

A fixture marked by `@shared_rows` makes rows and files of the site and nothing else, out of `db`, a `tmp_path` and
other such fixtures. It is made in a transaction that stays open between the tests of a file, each fixture within a
savepoint; a test's own transaction is a savepoint within, so nothing is left of what it does. It gets copies of its own
of the files and of what the fixtures return.

Tests that commit, or whose files go to a bucket, make it all by themselves. The database's `now()` is when the file's
first test began.
"""

import functools
import inspect
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.db import connection, transaction

from annotations.jobs.progress import Progress
from tests.folders import folders

# folders of tests that were not tried with rows that are shared
UNTRIED = "accounts assignments client docs live maps queries rights taxon_traits worker"
TESTS = Path(__file__).parent
# of a fixture; pytest's own are no `Exception`
FAILURES = (Exception, pytest.fail.Exception, pytest.skip.Exception)
FUNCTIONS: list[Callable] = []  # of the fixtures marked so, in the order of their definitions


def shared_rows(function: Callable) -> Any:
    """A fixture whose rows are made once for the tests of a file."""

    @pytest.fixture
    @functools.wraps(function)
    def fixture(**parameters: Any) -> Any:
        if function in STAGE.functions:
            STAGE.bring_files()
            return STAGE.values[function.__name__]
        return function(**parameters)

    FUNCTIONS.append(function)
    return fixture


@pytest.fixture
def commits(request: pytest.FixtureRequest) -> bool:
    """Whether a test's transactions end, so that other connections see what it does."""
    marker = request.node.get_closest_marker("django_db")
    options = {} if marker is None else marker.kwargs
    fixtures = {"transactional_db", "live_server"}
    return bool(options.get("transaction")) or not fixtures.isdisjoint(request.fixturenames)


class Layer(NamedTuple):
    """What fixtures up to this one have made. `snapshot` are their values, by name, pickled."""

    function: Callable
    savepoint: transaction.Atomic
    snapshot: bytes
    home: Path  # of the site's files


class Stage:
    """The rows that stand between tests, and what the fixtures return to the present one."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.values: dict[str, Any] = {}
        self.files_are_there = True
        self.file: Path | None = None
        self.is_closed = False

    @property
    def functions(self) -> list[Callable]:
        return [layer.function for layer in self.layers]

    def set_up(self, functions: list[Callable]) -> None:
        """Leaves the layers that these begin with, and makes the others.

        Where one can't be made, its test makes it again by itself, and reports why.
        """
        while self.functions != functions[: len(self.layers)] or (self.layers and _is_lost()):
            self._remove_last()
        with suppress(*FAILURES):
            for function in functions[len(self.layers) :]:
                self._add(function)
        self.values = self._copies()
        self.files_are_there = not self.layers

    def bring_files(self) -> None:
        """Copies them to where those of the present test are."""
        if not self.files_are_there:
            shutil.copytree(self.layers[-1].home, settings.ARTEFACTS_FOLDER, dirs_exist_ok=True)
            self.files_are_there = True

    def clear(self) -> None:
        self.set_up([])

    def _copies(self) -> dict[str, Any]:
        return pickle.loads(self.layers[-1].snapshot) if self.layers else {}

    def _add(self, function: Callable) -> None:
        values = self._copies()
        savepoint = transaction.atomic()
        savepoint._from_testcase = True  # as a test's own: within it, a transaction may be "durable"
        savepoint.__enter__()
        try:
            home = self._new_home()
            with folders(home), pytest.MonkeyPatch.context() as patch:
                patch.setattr(Progress, "_beat", lambda progress: None)
                values |= {function.__name__: _call(function, values)}
            _check_constraints()
            snapshot = pickle.dumps(values)
        except BaseException:
            _roll_back(savepoint)
            raise
        self.layers.append(Layer(function, savepoint, snapshot, home))

    def _new_home(self) -> Path:
        home = Path(tempfile.mkdtemp(prefix="shared-"))
        if self.layers:
            shutil.copytree(self.layers[-1].home, home, dirs_exist_ok=True)
        return home

    def _remove_last(self) -> None:
        layer = self.layers.pop()
        _roll_back(layer.savepoint)
        shutil.rmtree(layer.home)


STAGE = Stage()


def _check_constraints() -> None:
    """Those that wait for the end, after which each is again as it is in a new transaction."""
    connection.check_constraints()  # all wait then
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE condeferrable AND NOT condeferred")
        names = ", ".join(connection.ops.quote_name(name) for (name,) in cursor.fetchall())
        cursor.execute(f"SET CONSTRAINTS {names} IMMEDIATE")


def _is_lost() -> bool:
    """Whether the connection in which they were made was closed, by a test or by PostgreSQL."""
    return connection.closed_in_transaction or connection.connection is None or connection.connection.closed


def _roll_back(savepoint: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    savepoint.__exit__(None, None, None)


def _call(function: Callable, values: dict[str, Any]) -> Any:
    own = {"db": None, "tmp_path": Path(tempfile.mkdtemp(prefix="shared-"))}
    return function(**{name: (own | values)[name] for name in inspect.signature(function).parameters})


def sources(function: Callable) -> list[str]:
    """The other shared fixtures that this one is made of."""
    return [name for name in inspect.signature(function).parameters if name not in ("db", "tmp_path")]


def functions_of(request: pytest.FixtureRequest) -> list[Callable]:
    """Of the shared fixtures of a test, each after those that it is made of: what is made of none comes last."""
    definitions = request._pyfuncitem._fixtureinfo.name2fixturedefs
    functions = {name: getattr(each[-1].func, "__wrapped__", None) for name, each in definitions.items()}
    shared = {name: function for name, function in functions.items() if function in FUNCTIONS}
    ordered: dict[Callable, None] = {}

    def add(name: str) -> bool:
        """Unless it is made of a fixture that is not shared."""
        if name not in shared or not all(map(add, sources(shared[name]))):
            return False
        ordered[shared[name]] = None
        return True

    names = [name for name in request.fixturenames if name in shared]
    leaves = sorted(
        (name for name in names if not sources(shared[name])), key=lambda n: FUNCTIONS.index(shared[n])
    )
    for name in [name for name in names if name not in leaves] + leaves:
        add(name)
    return list(ordered)


@pytest.fixture(scope="session")
def _stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Cleared before the database goes."""
    yield STAGE
    with django_db_blocker.unblock():
        STAGE.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest) -> None:
    starts_test = fixturedef.argname == "_django_db_helper"
    if not starts_test and (fixturedef.scope != "module" or "django_db_blocker" not in fixturedef.argnames):
        return
    stage = request.getfixturevalue("_stage")
    with request.getfixturevalue("django_db_blocker").unblock():
        if stage.file != request.path:
            stage.clear()
            stage.file, stage.is_closed = request.path, False
        if starts_test:
            stage.set_up([] if stage.is_closed or _has_own(request) else functions_of(request))
        else:  # a file's own fixture has a transaction that its tests are in
            stage.clear()
            stage.is_closed = True


def _has_own(request: pytest.FixtureRequest) -> bool:
    """Whether a test's rows are committed, or its files go elsewhere."""
    if request.path.relative_to(TESTS).parts[0] in UNTRIED.split():
        return True
    return request.getfixturevalue("commits") or not {"bucket", "storage"}.isdisjoint(request.fixturenames)
