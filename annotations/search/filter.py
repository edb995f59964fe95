"""The one filter of the gallery, the API, exports, predictions and bulk actions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.accounts.models import User
from annotations.labels.queries import with_merged_taxa
from annotations.samples.models import State
from annotations.search.params import listed, several, truth
from annotations.search.registry import CONDITIONS, Condition, Parameter, Sql
from annotations.search.values import Comparison, whole
from annotations.taxonomy.queries import with_descendants

TALLIED = (
    Parameter(
        name="taxon",
        help="taxa, by their numbers; `none` for objects without one",
        example="25828",
        is_repeatable=True,
        type=int,
    ),
    Parameter(name="descendants", help="with the taxa below (default) or without", example="0", type=bool),
    Parameter(
        name="state",
        help="unclassified, predicted, machine-validated, dubious, validated",
        example="validated",
        is_repeatable=True,
    ),
    Parameter(name="sample", help="samples, by their numbers", example="3", is_repeatable=True, type=int),
)
NO_TAXON = 0  # `taxon=none`
NO_SAMPLE = -1  # none that there is
MOST_NARROWED = 0.5  # of the samples: with more, an order's index is the faster way


@dataclass(frozen=True)
class AppliedCondition:
    """A condition with its values, as the URL has them."""

    name: str
    texts: tuple[str, ...]

    @property
    def condition(self) -> Condition:
        return CONDITIONS[self.name]

    @property
    def values(self) -> list:
        return [self.condition.read(text, self.name) for text in self.texts]

    @property
    def value(self) -> Any:
        """What the condition's SQL and sentence are about: the list of the values, where there may be several."""
        return self.values if self.condition.is_repeatable else self.values[0]

    @property
    def samples(self) -> Sql | None:
        """Where to look: what the samples must have, or None when any may hold a match."""
        return self.condition.samples(self.value) if self.condition.samples else None

    def sql(self, project_id: int) -> Sql:
        return self.condition.sql(self.value, project_id)

    def __str__(self) -> str:
        return self.condition.sentence(self.value)


@dataclass(frozen=True)
class Filter:
    """Which objects of a project. An empty filter matches all; conditions are joined by AND.

    Taxon, state and sample are what the tally counts; all else is among the conditions.
    """

    taxon: tuple[int, ...] = ()
    descendants: bool = True
    state: tuple[State, ...] = ()
    sample: tuple[int, ...] = ()
    conditions: tuple[AppliedCondition, ...] = ()

    @classmethod
    def parse(cls, params: Mapping, user: User | None = None) -> "Filter":
        """From a query string (QueryDict) or JSON. Raises ValidationError that names the parameter and the remedy.

        `user` is the person for whom it is answered: some conditions tell what not every member may know.
        """
        if not hasattr(params, "getlist"):
            _refuse_unknown(params)
        return cls(
            taxon=_taxa([NO_TAXON if t == "none" else whole(t, "taxon") for t in listed(params, "taxon")]),
            descendants=truth(params.get("descendants", True)),
            state=tuple(_state(word) for word in listed(params, "state")),
            sample=tuple(whole(sample, "sample") for sample in listed(params, "sample")),
            conditions=tuple(_conditions(params, user)),
        )

    def as_dict(self) -> dict:
        """What `parse` takes: for URLs, and for the parameters of jobs."""
        names = {
            "taxon": ["none" if taxon == NO_TAXON else taxon for taxon in self.taxon],
            "descendants": None if self.descendants else 0,
            "state": [state.word for state in self.state],
            "sample": list(self.sample),
        }
        more = {c.name: list(c.texts) if c.condition.is_repeatable else c.texts[0] for c in self.conditions}
        return {name: value for name, value in (names | more).items() if value not in (None, [])}

    def as_query(self) -> str:
        return urlencode(self.as_dict(), doseq=True)

    @property
    def taxa(self) -> list[int]:
        """The taxa that match, descendants included."""
        chosen = [taxon for taxon in self.taxon if taxon != NO_TAXON]
        return with_descendants(chosen) if chosen and self.descendants else chosen

    @property
    def of_sampling(self) -> "Filter":
        """What of it is about where, when and by what objects were taken, whatever they are."""
        conditions = tuple(each for each in self.conditions if each.condition.is_of_sampling)
        return replace(self, taxon=(), state=(), conditions=conditions)

    @property
    def is_of_ids(self) -> bool:
        """Whether it names its objects, as a selection does, and says nothing else."""
        return set(self.as_dict()) == {"id"}

    @property
    def is_tallied(self) -> bool:
        """Whether the tally alone can answer how many objects match."""
        return not self.conditions

    def narrowed(self, project_id: int) -> "Filter":
        """The same matches, looked for only in samples that may hold any, where that leaves out most of them."""
        extents = [extent for condition in self.conditions if (extent := condition.samples)]
        if not extents:
            return self
        conditions = " AND ".join(f"({text})" for text, _ in extents)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT e.sample_id, {conditions} FROM samples_extent e WHERE e.project_id = %s",
                [*(param for _, params in extents for param in params), project_id],
            )
            samples = cursor.fetchall()
        possible = {sample for sample, is_possible in samples if is_possible}
        if len(possible) > MOST_NARROWED * len(samples):
            return self
        narrowed = possible & set(self.sample) if self.sample else possible
        return replace(self, sample=tuple(sorted(narrowed)) or (NO_SAMPLE,))

    def where(self, project_id: int) -> Sql:
        """An SQL condition over samples_object `o`, with its parameters."""
        parts: list[Sql] = []
        if self.taxon:
            bare = " OR o.taxon_id IS NULL" if NO_TAXON in self.taxon else ""
            parts.append((f"(o.taxon_id = ANY(%s){bare})", [self.taxa]))
        if self.state:
            parts.append(("o.state = ANY(%s)", [[state.value for state in self.state]]))
        parts += self.beyond_tally(project_id)
        if self.sample:
            parts.append(("o.sample_id = ANY(%s)", [list(self.sample)]))
        if not parts:
            return "TRUE", []
        return " AND ".join(text for text, _ in parts), [p for _, params in parts for p in params]

    @property
    def compared(self) -> list[Comparison]:
        """What is asked of free columns."""
        return [
            value for condition in self.conditions if condition.name == "field" for value in condition.values
        ]

    def beyond_tally(self, project_id: int) -> list[Sql]:
        """The conditions that are not about taxon, state or sample."""
        return [condition.sql(project_id) for condition in self.conditions]


def _taxa(taxa: list[int]) -> tuple[int, ...]:
    return tuple(with_merged_taxa(taxa)) if taxa else ()


def _refuse_unknown(params: Mapping) -> None:
    """A misspelled condition would be passed over, and match everything. An address may name more than the filter."""
    names = [*(parameter.name for parameter in TALLIED), *CONDITIONS]
    if unknown := sorted(set(map(str, params)) - set(names)):
        raise ValidationError(
            f"A filter has no {', '.join(f'`{name}`' for name in unknown)}. It takes {', '.join(names)}."
        )


def _conditions(params: Mapping, user: User | None) -> Iterable[AppliedCondition]:
    for name, condition in CONDITIONS.items():
        texts = tuple(several(params, name))
        if not texts:
            continue
        applied = AppliedCondition(name, texts if condition.is_repeatable else texts[-1:])
        values = applied.values  # reads them now, so that what is wrong is said now
        if not all(condition.may_use(value, user) for value in values):
            raise ValidationError(
                f"`{name}` is about what is not there, not closed yet, or not for you to see: leave it out."
            )
        yield applied


def _state(word: str) -> State:
    try:
        return State.from_word(word)
    except KeyError:
        names = ", ".join(state.word for state in State)
        raise ValidationError(f"`state` is {word!r}, but takes one of {names}.") from None
