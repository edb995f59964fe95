from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from annotations.accounts.models import User
from annotations.accounts.tokens import create_token
from tests.plankton import tow

__all__ = ["tow"]


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    """A client that signs in as programs do: with a token."""

    def make(user: User) -> APIClient:
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Token {create_token(user=user, name='test')[1]}")
        return client

    return make


@pytest.fixture
def bobs(client_of, bob) -> APIClient:
    return client_of(bob)


@pytest.fixture
def alices(client_of, alice) -> APIClient:
    return client_of(alice)
