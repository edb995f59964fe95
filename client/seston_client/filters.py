"""Filters as the API takes them: values and lists of values, by the names that the bench's address has, too."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

TAXON_NAMES = ("taxon", "second", "candidate")  # which take a taxon's number, or here its name


def as_params(filter: Mapping[str, Any], number_of: Callable[[str], int]) -> dict[str, list[str]]:
    """Each condition as the texts of its values; nothing that is None.

    `number_of` gives the number of the taxon that has a name.
    """
    return {
        name: [_text(number_of(value) if _is_name(name, value) else value) for value in _values(values)]
        for name, values in filter.items()
        if values is not None
    }


def _values(values: Any) -> Iterable[Any]:
    return values if isinstance(values, Iterable) and not isinstance(values, (str, bytes)) else [values]


def _is_name(condition: str, value: Any) -> bool:
    """`none` asks for what has no taxon."""
    return condition in TAXON_NAMES and isinstance(value, str) and not value.isdigit() and value != "none"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
