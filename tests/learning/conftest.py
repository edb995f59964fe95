import pytest

from tests.lake import lake

__all__ = ["lake"]


@pytest.fixture(autouse=True)
def fast_passwords(settings) -> None:
    """Nobody guesses passwords here, and hashing four takes a second."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
