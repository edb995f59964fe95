"""Seals tokens of EcoTaxa servers."""

from django.core.exceptions import ValidationError

from annotations.common import sealing

SEALED_FOR = "pulls"
ENDED = "Your sign-in at the EcoTaxa server is not known here any more: sign in again."


def seal(text: str) -> str:
    return sealing.seal(text, SEALED_FOR)


def unseal(sealed: str, seconds: int | None = None) -> str:
    """Raises ValidationError for what this site did not seal, or sealed longer than `seconds` ago."""
    try:
        return sealing.unseal(sealed, SEALED_FOR, seconds)
    except sealing.BrokenSeal:
        raise ValidationError(ENDED) from None
