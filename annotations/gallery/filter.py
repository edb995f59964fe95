"""The one filter of the gallery, the API, exports, predictions and bulk actions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from django.core.exceptions import ValidationError

from annotations.samples.models import State
from annotations.taxonomy.queries import with_descendants

NO_TAXON = 0  # `taxon=none`


@dataclass(frozen=True)
class Filter:
    """Which objects of a project. An empty filter matches all; conditions are joined by AND."""

    taxon: tuple[int, ...] = ()
    descendants: bool = True
    state: tuple[State, ...] = ()
    sample: tuple[int, ...] = ()
    score_min: float | None = None
    score_max: float | None = None
    original_id: str | None = None
    held_out: tuple[int, int, int] | None = None  # model, a person's taxon, the model's taxon

    @classmethod
    def parse(cls, given: Mapping) -> "Filter":
        """From a query string (QueryDict) or JSON. Raises ValidationError that names the parameter and the remedy."""
        return cls(
            taxon=tuple(NO_TAXON if t == "none" else _whole(t, "taxon") for t in _several(given, "taxon")),
            descendants=_truth(given.get("descendants", True)),
            state=tuple(_state(word) for word in _several(given, "state")),
            sample=tuple(_whole(sample, "sample") for sample in _several(given, "sample")),
            score_min=_number(given.get("score_min"), "score_min"),
            score_max=_number(given.get("score_max"), "score_max"),
            original_id=_text(given.get("original_id"), "original_id"),
            held_out=_held_out(given.get("held_out")),
        )

    def as_dict(self) -> dict:
        """What `parse` takes: for URLs, and for the parameters of jobs."""
        words = {
            "taxon": ["none" if taxon == NO_TAXON else taxon for taxon in self.taxon],
            "descendants": None if self.descendants else 0,
            "state": [state.word for state in self.state],
            "sample": list(self.sample),
            "score_min": self.score_min,
            "score_max": self.score_max,
            "original_id": self.original_id,
            "held_out": ":".join(map(str, self.held_out)) if self.held_out else None,
        }
        return {name: value for name, value in words.items() if value not in (None, [])}

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
        return all(getattr(self, f.name) is None for f in fields(self) if f.name not in TALLIED)

    def where(self) -> tuple[str, list]:
        """An SQL condition over samples_object `o`, with its parameters."""
        conditions: list[tuple[str, list]] = []
        if self.taxon:
            bare = " OR o.taxon_id IS NULL" if NO_TAXON in self.taxon else ""
            conditions.append((f"(o.taxon_id = ANY(%s){bare})", [self.taxa]))
        if self.state:
            conditions.append(("o.state = ANY(%s)", [[state.value for state in self.state]]))
        conditions += self.beyond_tally()
        if self.sample:
            conditions.append(("o.sample_id = ANY(%s)", [list(self.sample)]))
        return _joined(conditions)

    def beyond_tally(self) -> list[tuple[str, list]]:
        """The conditions that are not about taxon, state or sample."""
        conditions: list[tuple[str, list]] = []
        if self.score_min is not None:
            conditions.append(("o.score >= %s", [self.score_min]))
        if self.score_max is not None:
            conditions.append(("o.score <= %s", [self.score_max]))
        if self.original_id is not None:
            conditions.append((ORIGINAL_ID, [self.original_id]))
        if self.held_out is not None:
            conditions.append((HELD_OUT, list(self.held_out)))
        return conditions


TALLIED = {"taxon", "descendants", "state", "sample"}
ORIGINAL_ID = """o.id IN (SELECT w.object_id FROM samples_objectfields w
                 WHERE w.project_id = o.project_id AND w.original_id = %s)"""
HELD_OUT = """o.id IN (SELECT h.object_id FROM learning_heldout h
              WHERE h.model_id = %s AND h.taxon_id = %s AND h.predicted_id = %s)"""


def _joined(conditions: list[tuple[str, list]]) -> tuple[str, list]:
    if not conditions:
        return "TRUE", []
    return " AND ".join(text for text, _ in conditions), [p for _, params in conditions for p in params]


def _several(given: Mapping, name: str) -> list[str]:
    """`a=1&a=2`, `a=1,2` and `{"a": [1, 2]}` alike."""
    value = given.getlist(name) if hasattr(given, "getlist") else given.get(name)
    parts = value if isinstance(value, list | tuple) else [value]
    return [
        word.strip() for part in parts if part is not None for word in str(part).split(",") if word.strip()
    ]


def _whole(text: str, name: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ValidationError(f"`{name}` is {text!r}, but takes the number of a {name}.") from None
    if not 0 < number < 2**63:
        raise ValidationError(f"`{name}` is {text}, but takes the number of a {name}.")
    return number


def _number(value: object, name: str) -> float | None:
    if value in (None, ""):
        return None
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValidationError(f"`{name}` is {value!r}, but takes a number from 0 to 1.")
    return number


def _text(value: object, name: str) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or "\0" in value:  # PostgreSQL keeps no NUL
        raise ValidationError(f"`{name}` is {value!r}, but takes a text.")
    return value


def _state(word: str) -> State:
    try:
        return State.from_word(word)
    except KeyError:
        words = ", ".join(state.word for state in State)
        raise ValidationError(f"`state` is {word!r}, but takes one of {words}.") from None


def _truth(value: object) -> bool:
    return str(value).lower() not in ("0", "false", "no", "off", "")


def _held_out(value: object) -> tuple[int, int, int] | None:
    if not value:
        return None
    parts = [_whole(part, "held_out") for part in str(value).split(":")]
    if len(parts) != 3:
        raise ValidationError("`held_out` takes three numbers: model:taxon:predicted.")
    return parts[0], parts[1], parts[2]
