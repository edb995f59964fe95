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
from annotations.traits.tables import Asked, table

OWN = ["by", "states", "depth_bin", "rollup", "format"]  # the others are of the filter
KEY = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Question:
    """Which table, of which of the project's objects."""

    asked: Asked
    wanted: Filter
    where: tuple[
        str, list
    ]  # of the filter: worked out before an answer begins, so that what is wrong is said

    def rows(self) -> Iterator[dict]:
        return table(self.asked, *self.where)


def read_question(project_id: int, given: QueryDict, asker: User, trait: Trait | None = None) -> Question:
    """`trait` is a key, or a comparison of the filter such as `egg_sac=yes`; both may be given.

    Raises ValidationError that names the parameter and the remedy.
    """
    wanted = Filter.parse(filter_of(given), asker)
    by = tuple(name for text in given.getlist("by") for name in text.split(",") if name) or ("sample",)
    words = [word for text in given.getlist("states") for word in text.split(",") if word]
    asked = Asked(
        trait=trait or _trait(project_id, given),
        by=by,
        states=tuple(dict.fromkeys(map(_state, words))) or (State.VALIDATED,),
        depth_m=_metres(given.get("depth_bin") or "50"),
        rolls_up=given.get("rollup", "") in ("1", "true", "on", "yes") and wanted.descendants,
        taxa=tuple(wanted.taxa) if wanted.taxon else None,
    )
    return Question(asked, wanted, wanted.where(project_id))


def filter_of(given: QueryDict) -> QueryDict:
    """What of the address is for the gallery's filter."""
    rest = given.copy()
    for name in OWN:
        rest.pop(name, None)
    rest.setlist("trait", [text for text in given.getlist("trait") if not KEY.fullmatch(text)])
    return rest


def key_of(given: QueryDict) -> str:
    """The trait that the table is about, as the address names it."""
    return next((text for text in given.getlist("trait") if KEY.fullmatch(text)), "")


def _trait(project_id: int, given: QueryDict) -> Trait:
    key = key_of(given)
    found = Trait.objects.filter(project=project_id, key=key).first()
    if found is None:
        known = ", ".join(Trait.objects.filter(project=project_id).values_list("key", flat=True))
        raise ValidationError(f"`trait` is {key!r}, but the project has {known or 'no traits yet'}.")
    return found


def _state(word: str) -> State:
    try:
        return State.from_word(word)
    except KeyError:
        raise ValidationError(f"`states` is {word!r}, but takes validated, dubious and predicted.") from None


def _metres(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValidationError(f"`depth_bin` is {text!r}, but takes whole metres: 50.")
    return int(text)
