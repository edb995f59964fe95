"""A table of traits as an address asks for it: the same of the page, its downloads and the API."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.traits.models import Trait
from annotations.traits.tables import TableSpec, table

OWN = ["by", "states", "depth_bin", "rollup", "format"]  # the others are of the filter
KEY = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class TableQuery:
    """Which table, of which of the project's objects."""

    spec: TableSpec
    criteria: Filter
    where: tuple[
        str, list
    ]  # of the filter: worked out before an answer begins, so that what is wrong is said

    def rows(self) -> Iterator[dict]:
        return table(self.spec, *self.where)


def read_table_query(
    project_id: int, params: QueryDict, user: User, trait: Trait | None = None
) -> TableQuery:
    """`trait` is a key, or a comparison of the filter such as `egg_sac=yes`; both may be params.

    Raises ValidationError that names the parameter and the remedy.
    """
    criteria = Filter.parse(filter_of(params), user)
    by = tuple(name for text in params.getlist("by") for name in text.split(",") if name) or ("sample",)
    words = [word for text in params.getlist("states") for word in text.split(",") if word]
    spec = TableSpec(
        trait=trait or _trait(project_id, params),
        by=by,
        states=tuple(dict.fromkeys(map(_state, words))) or (State.VALIDATED,),
        depth_m=_metres(params.get("depth_bin") or "50"),
        rolls_up=params.get("rollup", "") in ("1", "true", "on", "yes") and criteria.descendants,
        taxa=tuple(criteria.taxa) if criteria.taxon else None,
    )
    return TableQuery(spec, criteria, criteria.where(project_id))


def filter_of(params: QueryDict) -> QueryDict:
    """What of the address is for the gallery's filter."""
    rest = params.copy()
    for name in OWN:
        rest.pop(name, None)
    rest.setlist("trait", [text for text in params.getlist("trait") if not KEY.fullmatch(text)])
    return rest


def trait_key_of(params: QueryDict) -> str:
    """The trait that the table is about, as the address names it."""
    return next((text for text in params.getlist("trait") if KEY.fullmatch(text)), "")


def address_of(params: QueryDict, trait: Trait, conditions: list[str]) -> str:
    """The query string of the table about this trait, with what the filter asks of others."""
    query = params.copy()
    query.setlist("trait", [trait.key, *conditions])
    return query.urlencode()


def _trait(project_id: int, params: QueryDict) -> Trait:
    key = trait_key_of(params)
    trait = Trait.objects.filter(project=project_id, key=key).first()
    if trait is None:
        keys = ", ".join(Trait.objects.filter(project=project_id).values_list("key", flat=True))
        raise ValidationError(f"`trait` is {key!r}, but the project has {keys or 'no traits yet'}.")
    return trait


def _state(word: str) -> State:
    try:
        return State.from_word(word)
    except KeyError:
        raise ValidationError(f"`states` is {word!r}, but takes validated, dubious and predicted.") from None


def _metres(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValidationError(f"`depth_bin` is {text!r}, but takes whole metres: 50.")
    return int(text)
