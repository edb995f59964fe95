from collections.abc import Iterator

import pytest

from tests.rights.world import World, build_world, rolled_back, write_download


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), rolled_back():
        yield build_world()


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    """As built, in every test: what one does to it is rolled back to a savepoint."""
    write_download(shared_world)
    return shared_world
