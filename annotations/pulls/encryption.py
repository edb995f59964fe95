"""Seals tokens of EcoTaxa servers."""

from django.core.exceptions import ValidationError

from annotations.common import encryption

SEALED_FOR = "pulls"
ENDED = "Your sign-in at the EcoTaxa server is not known here any more: sign in again."


def seal(text: str) -> str:
    return encryption.seal(text, SEALED_FOR)


def unseal(sealed: str, seconds: int | None = None) -> str:
    """Raises ValidationError for what this site did not seal, or sealed longer than `seconds` ago."""
    try:
        return encryption.unseal(sealed, SEALED_FOR, seconds)
    except encryption.BrokenSeal:
        raise ValidationError(ENDED) from None
