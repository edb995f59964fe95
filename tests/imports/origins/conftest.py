import pytest


@pytest.fixture
def alices(client, alice):
    client.force_login(alice)
    return client
