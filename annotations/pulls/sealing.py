"""Encrypts a token, so that neither the database nor a page holds it in clear. The key comes from the site's own."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac

ENDED = "Your sign-in at the EcoTaxa server is not known here any more: sign in again."


def seal(text: str) -> str:
    return _cipher().encrypt(text.encode()).decode()


def unseal(sealed: str, seconds: int | None = None) -> str:
    """Raises ValidationError for what this site did not seal, or sealed longer than `seconds` ago."""
    try:
        return _cipher().decrypt(sealed.encode(), ttl=seconds).decode()
    except InvalidToken:
        raise ValidationError(ENDED) from None


def _cipher() -> Fernet:
    return Fernet(
        base64.urlsafe_b64encode(salted_hmac("annotations.pulls", "token", algorithm="sha256").digest())
    )
