"""What the address of the clusters says."""

from dataclasses import dataclass
from typing import Self

from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.clusters.queries import WAITING, WHICH
from annotations.search.values import whole


@dataclass(frozen=True)
class ListQuery:
    """Which clusters, of which clustering (None: the newest), from where on; `filter`, a query string, is that of the
    next clustering."""

    which: str
    clustering: int | None
    cursor: str | None
    filter: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Raises ValidationError that names what it takes."""
        which = query.get("which", WAITING)
        if which not in WHICH:
            raise ValidationError(f"`which` is {which!r}, but takes one of {', '.join(WHICH)}.")
        number = query.get("clustering")
        return cls(
            which,
            whole(number, "clustering") if number else None,
            query.get("cursor"),
            query.get("filter", ""),
        )
