"""A table of traits as an address asks for it: the same of the page, its downloads and the API."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.regroupings.counted_taxa import CountedTaxa, counted_groups, counted_taxa, narrowed_to
from annotations.samples.models import State
from annotations.search.filter import AppliedCondition, Filter
from annotations.search.values import whole
from annotations.taxonomy.levels import RANKS
from annotations.traits.models import Trait
from annotations.traits.table_spec import TableSpec
from annotations.traits.tables import table

OWN = ["by", "states", "depth_bin", "rollup", "level", "regrouping", "format"]  # the others are of the filter
KEY = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class TableQuery:
    """Which table, of which of the project's objects."""

    spec: TableSpec
    criteria: Filter  # as it was asked for
    counted: Filter | None  # without what a regrouping leaves out; None where no filter can ask for that
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
    project, level, regrouping = Project(pk=project_id), _level(params), _regrouping(params)
    counted = _counted(criteria, project, regrouping)
    is_of_targets = bool(level or regrouping)
    if is_of_targets and params.get("rollup"):
        raise ValidationError("With `level` or `regrouping` an object counts once: leave out `rollup`.")
    by = tuple(name for text in params.getlist("by") for name in text.split(",") if name) or ("sample",)
    words = [word for text in params.getlist("states") for word in text.split(",") if word]
    spec = TableSpec(
        trait=trait or _trait(project_id, params),
        by=by,
        states=tuple(dict.fromkeys(map(_state, words))) or (State.VALIDATED,),
        depth_m=_metres(params.get("depth_bin") or "50"),
        rolls_up=params.get("rollup", "") in ("1", "true", "on", "yes") and criteria.descendants,
        taxa=tuple(criteria.taxa) if criteria.taxon else None,
        counted_taxa=counted_taxa(project, level, regrouping) if is_of_targets else None,
    )
    where = (counted or criteria).where(project_id)
    return TableQuery(spec, criteria, counted, where if counted else _only(spec.counted_taxa, *where))


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


def _counted(criteria: Filter, project: Project, regrouping: int | None) -> Filter | None:
    groups = counted_groups(project, regrouping)
    if groups is None:
        return criteria
    counted = narrowed_to(groups, criteria.as_dict().get("taxon_group"))
    if counted is None:
        return None
    others = [each for each in criteria.conditions if each.name != "taxon_group"]
    return replace(criteria, conditions=(*others, AppliedCondition("taxon_group", tuple(counted))))


def _only(taxa: CountedTaxa | None, condition: str, params: list) -> tuple[str, list]:
    """Of these taxa, whatever else the condition asks for."""
    return f"({condition}) AND o.taxon_id = ANY(%s)", [*params, sorted(taxa.targets) if taxa else []]


def _level(params: QueryDict) -> str:
    level = params.get("level", "")
    if level and level not in RANKS:
        raise ValidationError(f"`level` is {level!r}, but takes {', '.join(RANKS)}, or nothing.")
    return level


def _regrouping(params: QueryDict) -> int | None:
    text = params.get("regrouping", "")
    return whole(text, "regrouping") if text else None


def _state(word: str) -> State:
    try:
        return State.from_word(word)
    except KeyError:
        raise ValidationError(f"`states` is {word!r}, but takes validated, dubious and predicted.") from None


def _metres(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValidationError(f"`depth_bin` is {text!r}, but takes whole metres: 50.")
    return int(text)
