"""What objects can be asked. The app that owns a table registers its conditions in its module `conditions`,
which the search finds by itself (apps.py):

    register(Condition(name="commented", help="objects with comments", example="1", read=yes, …))

The parser, the filter form, the chips, the API's parameters and the docs are loops over this registry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from annotations.accounts.models import User
from annotations.search.fields import FormField
from annotations.search.values import words

Sql = tuple[str, list]  # a condition with its parameters

# what an EXISTS over a large table may end with: who walks along an order then asks it row by row (paging.py)
PROBED = "/* probed */"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A name that a filter takes: `help` says what it finds, `example` is a text that it takes."""

    name: str
    help: str
    example: str
    is_repeatable: bool = False
    type: type = str  # in the API's description


@dataclass(frozen=True, kw_only=True)
class Condition(Parameter):
    """`read` turns the text of a URL into a value and raises ValidationError with the remedy; `sql` is a condition over
    samples_object `o`, given the value and the project; `sentence` is what the chip shows.

    A repeatable one is given the list of its values, any of which may match (`field` and `trait`: all of which must).
    """

    sql: Callable[[Any, int], Sql]
    sentence: Callable[[Any], str]
    read: Callable[[str, str], object] = words
    field: FormField | None = None  # in the filter form; without it the form hands the condition on
    samples: Callable[[Any], Sql] | None = (
        None  # which samples may hold matches: a condition over samples_extent `e`
    )
    is_of_sampling: bool = False  # asks where, when or by what an object was taken, not what it is
    may_use: Callable[[Any, User | None], bool] = lambda value, user: True  # not every member may know all


_conditions: dict[str, Condition] = {}
CONDITIONS: Mapping[str, Condition] = MappingProxyType(_conditions)  # by name, in the order of registration


def register(*conditions: Condition) -> None:
    """Raises ValueError for a name that is taken."""
    for condition in conditions:
        if condition.name in _conditions:
            raise ValueError(f"The filter's condition `{condition.name}` is registered twice.")
        _conditions[condition.name] = condition


def simple(condition: str) -> Callable[[Any, int], Sql]:
    """A condition whose one parameter is the value."""
    return lambda value, project_id: (condition, [value])


def flag(condition: str) -> Callable[[Any, int], Sql]:
    """A condition without parameters."""
    return lambda value, project_id: (condition, [])
