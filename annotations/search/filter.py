"""The one filter of the gallery, the API, exports, predictions and bulk actions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.accounts.models import User
from annotations.gallery.conditions import KINDS, Condition
from annotations.gallery.readers import Comparison, whole
from annotations.labels.queries import taxa_meant
from annotations.samples.models import State
from annotations.taxonomy.queries import with_descendants

TALLIED = ("taxon", "descendants", "state", "sample")
NO_TAXON = 0  # `taxon=none`
NO_SAMPLE = -1  # none that there is
MOST_NARROWED = 0.5  # of the samples: with more, an order's index is the faster way


@dataclass(frozen=True)
class Filter:
    """Which objects of a project. An empty filter matches all; conditions are joined by AND.

    Taxon, state and sample are what the tally counts; all else is among the conditions.
    """

    taxon: tuple[int, ...] = ()
    descendants: bool = True
    state: tuple[State, ...] = ()
    sample: tuple[int, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @classmethod
    def parse(cls, given: Mapping, asker: User | None = None) -> "Filter":
        """From a query string (QueryDict) or JSON. Raises ValidationError that names the parameter and the remedy.

        `asker` is the person for whom it is answered: some conditions tell what not every member may know.
        """
        if not hasattr(given, "getlist"):
            _refuse_unknown(given)
        return cls(
            taxon=_taxa([NO_TAXON if t == "none" else whole(t, "taxon") for t in _listed(given, "taxon")]),
            descendants=_truth(given.get("descendants", True)),
            state=tuple(_state(word) for word in _listed(given, "state")),
            sample=tuple(whole(sample, "sample") for sample in _listed(given, "sample")),
            conditions=tuple(_conditions(given, asker)),
        )

    def as_dict(self) -> dict:
        """What `parse` takes: for URLs, and for the parameters of jobs."""
        names = {
            "taxon": ["none" if taxon == NO_TAXON else taxon for taxon in self.taxon],
            "descendants": None if self.descendants else 0,
            "state": [state.word for state in self.state],
            "sample": list(self.sample),
        }
        more = {c.name: list(c.texts) if c.kind.is_many else c.texts[0] for c in self.conditions}
        return {name: value for name, value in (names | more).items() if value not in (None, [])}

    def as_query(self) -> str:
        return urlencode(self.as_dict(), doseq=True)

    @property
    def taxa(self) -> list[int]:
        """The taxa that match, descendants included."""
        chosen = [taxon for taxon in self.taxon if taxon != NO_TAXON]
        return with_descendants(chosen) if chosen and self.descendants else chosen

    @property
    def is_tallied(self) -> bool:
        """Whether the tally alone can answer how many objects match."""
        return not self.conditions

    def narrowed(self, project_id: int) -> "Filter":
        """The same matches, looked for only in samples that may hold any, where that leaves out most of them."""
        asked = [found for condition in self.conditions if (found := condition.samples)]
        if not asked:
            return self
        conditions = " AND ".join(f"({text})" for text, _ in asked)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT e.sample_id, {conditions} FROM samples_extent e WHERE e.project_id = %s",
                [*(param for _, params in asked for param in params), project_id],
            )
            samples = cursor.fetchall()
        may = {sample for sample, is_possible in samples if is_possible}
        if len(may) > MOST_NARROWED * len(samples):
            return self
        left = may & set(self.sample) if self.sample else may
        return replace(self, sample=tuple(sorted(left)) or (NO_SAMPLE,))

    def where(self, project_id: int) -> tuple[str, list]:
        """An SQL condition over samples_object `o`, with its parameters."""
        parts: list[tuple[str, list]] = []
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

    def beyond_tally(self, project_id: int) -> list[tuple[str, list]]:
        """The conditions that are not about taxon, state or sample."""
        return [condition.sql(project_id) for condition in self.conditions]


def _taxa(taxa: list[int]) -> tuple[int, ...]:
    return tuple(taxa_meant(taxa)) if taxa else ()


def _refuse_unknown(given: Mapping) -> None:
    """A misspelled condition would be passed over, and match everything. An address may name more than the filter."""
    names = [*TALLIED, *KINDS]
    if unknown := sorted(set(map(str, given)) - set(names)):
        raise ValidationError(
            f"A filter has no {', '.join(f'`{name}`' for name in unknown)}. It takes {', '.join(names)}."
        )


def _conditions(given: Mapping, asker: User | None) -> Iterable[Condition]:
    for name, kind in KINDS.items():
        texts = tuple(_several(given, name))
        if not texts:
            continue
        condition = Condition(name, texts if kind.is_many else texts[-1:])
        values = condition.values  # reads them now, so that what is wrong is said now
        if not all(kind.may_ask(value, asker) for value in values):
            raise ValidationError(
                f"`{name}` is about what is not there, not closed yet, or not for you to see: leave it out."
            )
        yield condition


def _several(given: Mapping, name: str) -> list[str]:
    """`a=1&a=2` and `{"a": [1, 2]}` alike; what is left empty is not asked."""
    value = given.getlist(name) if hasattr(given, "getlist") else given.get(name)
    parts = value if isinstance(value, list | tuple) else [value]
    for part in parts:
        if isinstance(part, dict | list):
            raise ValidationError(f"`{name}` takes a text or a number.")
    return [str(part).strip() for part in parts if part is not None and str(part).strip()]


def _listed(given: Mapping, name: str) -> list[str]:
    """As `_several`, and `a=1,2` too."""
    return [word.strip() for part in _several(given, name) for word in part.split(",") if word.strip()]


def _state(word: str) -> State:
    try:
        return State.from_word(word)
    except KeyError:
        names = ", ".join(state.word for state in State)
        raise ValidationError(f"`state` is {word!r}, but takes one of {names}.") from None


def _truth(value: object) -> bool:
    return str(value).lower() not in ("0", "false", "no", "off", "")
