import pytest
from rest_framework.test import APIClient

from tests.plankton import tow
from tests.traits.conftest import lagoon

__all__ = ["lagoon", "tow"]


def signed_in(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def bobs(bob) -> APIClient:
    return signed_in(bob)


@pytest.fixture
def carlas(carla) -> APIClient:
    return signed_in(carla)
