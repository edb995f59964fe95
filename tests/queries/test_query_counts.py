"""No page and no route of the API asks the database more often because it has more to list: sets, not rows."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.queries.growing import grow
from tests.rights.routes import routes
from tests.rights.test_matrix import TABLE
from tests.rights.world import World, build_world, rolled_back

pytestmark = pytest.mark.django_db
READ = sorted(name for method, name in TABLE if method == "GET")


@pytest.fixture(scope="module")
def asked(django_db_setup, django_db_blocker) -> Iterator[dict[str, list[list[str]]]]:
    """route → the SQL of one request with one row of everything, and with three."""
    with django_db_blocker.unblock(), rolled_back():
        world = build_world()
        grow(world, 1)
        one = {name: sql_of(world, name) for name in READ}
        grow(world, 2)
        grow(world, 3)
        three = {name: sql_of(world, name) for name in READ}
        yield {name: [one[name], three[name]] for name in READ if one[name] is not None}


def sql_of(world: World, name: str) -> list[str] | None:
    """None where the route does not answer an administrator or a manager."""
    for role in ("alice", "root"):
        client = world.client(role)
        answer = get(client, world, name)  # what is looked up once and kept does not count
        if answer.status_code == 200:
            with CaptureQueriesContext(connection) as queries:
                get(client, world, name)
            return [query["sql"] for query in queries]
    return None


def get(client: Client, world: World, name: str):
    url = reverse(name, kwargs={key: world.ids[key] for key in routes()[name].pattern.converters})
    answer = client.get(url)
    answer.getvalue()  # what streams is written now
    return answer


@pytest.mark.parametrize("name", READ)
def test_three_rows_take_no_more_queries_than_one(asked, name):
    if name not in asked:
        return
    one, three = asked[name]
    more = [sql[:200] for sql in three if three.count(sql) > 1] or three
    assert len(three) <= len(one), "\n".join(more)


def test_the_lists_are_among_what_is_asked(asked):
    assert {
        "review:queue",
        "readings:list",
        "learning:list",
        "api:readings",
        "api:models",
        "jobs:list",
    } <= set(asked)
