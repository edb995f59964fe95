"""What an address or a JSON body holds under a name, as texts."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError


def several(params: Mapping, name: str) -> list[str]:
    """`a=1&a=2` and `{"a": [1, 2]}` alike; what is left empty is not asked."""
    value = params.getlist(name) if hasattr(params, "getlist") else params.get(name)
    parts = value if isinstance(value, list | tuple) else [value]
    for part in parts:
        if isinstance(part, dict | list):
            raise ValidationError(f"`{name}` takes a text or a number.")
    return [str(part).strip() for part in parts if part is not None and str(part).strip()]


def listed(params: Mapping, name: str) -> list[str]:
    """As `several`, and `a=1,2` too."""
    return [word.strip() for part in several(params, name) for word in part.split(",") if word.strip()]


def truth(value: object) -> bool:
    return str(value).lower() not in ("0", "false", "no", "off", "")
