"""What fields of forms let one choose from lists that may be long: a page carries their first entries, and asks for the
others as one types. Each app registers its lists in its module `options`, which is found by itself (apps.py):

    register(OptionList("labellers", rows=labellers_of, option=as_option, searched=("shown_name",)))

A list asks the database once, for as many rows as are read, and gives only what the person may see.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from django.db.models import Case, Q, QuerySet, When
from django.http import Http404

from annotations.accounts.models import User
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role

CARRIED = 50  # entries of a page: nobody scrolls through more, and without scripts these can be chosen


@dataclass(frozen=True)
class ListEntry:
    value: str  # what the form sends
    name: str
    beside: str = ""  # what tells it from another of that name


@dataclass(frozen=True)
class Chooser:
    """Who chooses, and in which project, with their role; None for what is of no project."""

    user: User
    project: Project | None = None

    @property
    def in_project(self) -> Project:
        """Of a list that has a least role, which is asked of a project alone."""
        if self.project is None:
            raise Http404("This list is of a project.")
        return self.project


class Options(Protocol):
    """A list by its key; `least` is the role in the project that it takes, None where it is of no project."""

    @property
    def key(self) -> str: ...
    @property
    def least(self) -> Role | None: ...

    def matching(self, chooser: Chooser, text: str, limit: int) -> list[ListEntry]:
        """Those that hold each word of the text: that begin with it first, else in the list's own order."""

    def named(self, chooser: Chooser, values: Sequence[str]) -> list[ListEntry]:
        """Those of the values that the person may choose."""


@dataclass(frozen=True, kw_only=True)
class OptionList:
    """The rows of a table. `searched` are fields that hold what is typed, `field` is the one that the form sends."""

    key: str
    rows: Callable[[Chooser], QuerySet[Any]]
    option: Callable[[Any], ListEntry]
    searched: tuple[str, ...]
    field: str = "pk"
    least: Role | None = None

    def matching(self, chooser: Chooser, text: str, limit: int) -> list[ListEntry]:
        rows, words = self.rows(chooser), text.replace("\0", "").split()
        for word in words:
            rows = rows.filter(Q(*((f"{name}__icontains", word) for name in self.searched), _connector=Q.OR))
        if words:
            begins = When(**{f"{self.searched[0]}__istartswith": " ".join(words)}, then=0)
            order = rows.query.order_by or rows.model._meta.ordering
            rows = rows.annotate(place=Case(begins, default=1)).order_by("place", *order)
        return [self.option(row) for row in rows[:limit]]

    def named(self, chooser: Chooser, values: Sequence[str]) -> list[ListEntry]:
        chosen = [value for value in values if self.field != "pk" or (value.isdecimal() and len(value) < 19)]
        return [self.option(row) for row in self.rows(chooser).filter(**{f"{self.field}__in": chosen})]


_lists: dict[str, Options] = {}
OPTION_LISTS: Mapping[str, Options] = MappingProxyType(_lists)


def register(*lists: Options) -> None:
    """Raises ValueError for a key that there is already."""
    for each in lists:
        if each.key in _lists:
            raise ValueError(f"The list `{each.key}` is registered twice.")
        _lists[each.key] = each


def open_list(user: User, key: str, project_id: int | None) -> tuple[Options, Chooser]:
    """The list, and who asks. Raises Http404 where there is none, PermissionDenied for too small a role."""
    options = _lists.get(key)
    if options is None or (options.least is None) != (project_id is None):
        raise Http404("There is no such list.")
    if project_id is None or options.least is None:
        return options, Chooser(user)
    return options, Chooser(user, open_project(user, project_id, options.least))
