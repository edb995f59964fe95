"""What of others' JSON can be kept: a number that all may reckon with, and a text that a database stores."""

import math
from typing import Any, TypeGuard


def is_finite(value: Any) -> TypeGuard[float]:
    """Neither true nor false, nor a whole number that is larger than any of 64 bits of a float."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def is_text(value: Any, most: int) -> TypeGuard[str]:
    """Of up to so many letters; without what PostgreSQL takes in no text, NUL and halves of a surrogate pair."""
    return (
        isinstance(value, str)
        and len(value) <= most
        and not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)
    )
