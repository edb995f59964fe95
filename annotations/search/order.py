"""What objects can be sorted by: each order names its SQL key, an index serves each.

An app registers the orders that its tables know in its module `orders`, as it does conditions:

    register_order(OrderKind(name="similar", argument="<object>,…", help="…", build=_by_similarity))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from django.core.exceptions import ValidationError

from annotations.samples.models import FreeColumn


class OrderGone(ValidationError):
    """What the pages before were sorted by is there no more: the pages that follow cannot be told."""


class Ranking(Protocol):
    """Distances of objects that another app works out; the least comes first, objects without one come last."""

    @property
    def title(self) -> str:
        """What the page calls the order."""

    @property
    def distances(self) -> str:
        """SQL of a table (object_id, distance) of all objects that have one."""

    def nearest(self, project_id: int, among: tuple[str, list]) -> list[tuple[int, float]]:
        """(object id, distance) of the first few thousand of the project, from an index.

        It may leave out what does not meet `among`, an SQL condition over samples_object `o` with its parameters.
        """

    def first(self, project_id: int, among: tuple[str, list], looked_at: int) -> list[tuple[int, float]]:
        """As `nearest`, only what meets `among`, of about so many first rows of the index; it may be none."""


@dataclass(frozen=True)
class Order:
    """`key` is SQL over samples_object `o` or, for a free column, over its `keys`: a table `k` of object_id, value."""

    text: str
    key: str
    type: str
    is_descending: bool = False
    column: FreeColumn | None = None
    keys: str = ""
    pivot: int | None = None  # of a random order: it starts at this key, and goes round
    ranking: Ranking | None = None
    state: int = 0  # what cursors carry, for `OrderKind.resume`

    @property
    def direction(self) -> str:
        return "DESC" if self.is_descending else "ASC"

    @property
    def after(self) -> str:
        """The comparison that leads to the next rows."""
        return "<" if self.is_descending else ">"

    def is_late(self, key: object) -> bool:
        """Whether a row with this key comes in the second part: without a key, or before the pivot."""
        return key is None or (self.pivot is not None and isinstance(key, int) and key < self.pivot)

    @property
    def name(self) -> str:
        return self.text.removeprefix("-")


@dataclass(frozen=True, kw_only=True)
class OrderKind:
    """`build` makes the order from its text, its argument and the project, or raises ValidationError with the remedy.

    An order whose keys may come to mean something else while somebody pages has a `state`; `resume` makes it of the
    same, and of the state with which the first page was read. It raises `OrderGone` where that cannot be.

    `argument` says what stands after the colon, as in `random:<seed>`. Pages offer an order that has a `title`;
    `options` are its directions in words, the one that comes first before the other.
    """

    name: str
    help: str
    build: Callable[[str, str, int], Order]
    argument: str = ""
    title: str = ""
    is_reversible: bool = True
    options: tuple[tuple[str, str], ...] = ()
    resume: Callable[[str, str, int, int], Order] | None = None

    @property
    def usage(self) -> str:
        return f"{self.name}:{self.argument}" if self.argument else self.name


_kinds: dict[str, OrderKind] = {}
ORDERS: Mapping[str, OrderKind] = MappingProxyType(_kinds)  # by name, in the order of registration


def register_order(*kinds: OrderKind) -> None:
    """Raises ValueError for a name that is taken."""
    for kind in kinds:
        if kind.name in _kinds:
            raise ValueError(f"The order `{kind.name}` is registered twice.")
        _kinds[kind.name] = kind


def parse_order(text: str | None, project_id: int, state: int = 0) -> Order:
    """`score`, `-score`, `field:area`, `random:7` … Raises ValidationError that lists what there is.

    `state` is that of a cursor; with it, the order goes on as it began, or raises OrderGone.
    """
    text = text or "id"
    name, colon, argument = text.removeprefix("-").partition(":")
    kind = ORDERS.get(name)
    is_possible = kind and (kind.is_reversible or not text.startswith("-")) and (kind.argument or not colon)
    if not kind or not is_possible:
        usages = ", ".join(kind.usage for kind in ORDERS.values())
        raise ValidationError(f"`order` is {text!r}, but takes one of {usages}; a leading - turns it round.")
    if state and kind.resume:
        return kind.resume(text, argument, project_id, state)
    return kind.build(text, argument, project_id)
