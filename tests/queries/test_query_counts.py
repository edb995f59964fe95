"""No page and no route of the API asks the database more often because it has more to list: sets, not rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from tests.queries.more_rows import finish, grow
from tests.queries.route_requests import sql_of
from tests.rights.test_matrix import TABLE
from tests.rights.world import build_world, rolled_back

READ = sorted(name for method, name in TABLE if method == "GET")
# a comment that one is led to, in the page of its object; a picture, at its signed address; what is no route at all
NEVER_ANSWERED = ["api:not_found", "discussions:follow", "public:picture"]


@pytest.fixture(scope="module")
def query_counts(
    django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, list[list[str] | None]]]:
    """route → the SQL of one request with one row of everything, and with three; None where it does not answer."""
    with django_db_blocker.unblock(), rolled_back(), folders(tmp_path_factory.mktemp("files")):
        world = build_world()
        grow(world, 1)
        finish(world)
        one = {name: sql_of(world, name) for name in READ}
        grow(world, 2)
        grow(world, 3)
        finish(world)
        yield {name: [one[name], sql_of(world, name)] for name in READ}


def folders(home: Path) -> override_settings:
    """Those of one test each come too late for a world that is shared."""
    names = ("exports", "learning_sets", "models")
    for name in names:
        (home / name).mkdir()
    places = {f"{name.upper()}_FOLDER": home / name for name in names}
    return override_settings(ARTEFACTS_FOLDER=home, IMPORT_FOLDERS={"cruises": str(home)}, **places)


def test_every_route_is_measured(query_counts):
    assert [name for name in READ if None in query_counts[name]] == NEVER_ANSWERED


@pytest.mark.parametrize("name", [name for name in READ if name not in NEVER_ANSWERED])
def test_three_rows_take_no_more_queries_than_one(query_counts, name):
    one, three = query_counts[name]
    more = [sql[:200] for sql in three if three.count(sql) > 1] or three
    assert len(three) <= len(one), "\n".join(more)
