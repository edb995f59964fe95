"""Encrypts a text, so that neither the database nor a page holds it in clear. The key comes from the site's own."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac


class BrokenSeal(ValueError):
    """Not sealed by this site, for another purpose, or too long ago."""


def seal(text: str, purpose: str) -> str:
    return _cipher(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str, seconds: int | None = None) -> str:
    """Raises BrokenSeal, also for what was sealed longer than `seconds` ago."""
    try:
        return _cipher(purpose).decrypt(sealed.encode(), ttl=seconds).decode()
    except InvalidToken:
        raise BrokenSeal(purpose) from None


def _cipher(purpose: str) -> Fernet:
    digest = salted_hmac(f"annotations.{purpose}", "token", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
