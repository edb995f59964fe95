"""What every address of results says: which objects count, at which rank taxa are told apart, how high layers are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import IdField, NamedChoiceField
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.taxonomy.levels import RANKS

NAMED = [State.VALIDATED, State.MACHINE_VALIDATED, State.PREDICTED, State.DUBIOUS]
HIGHEST_LAYER = 1000  # metres
LAYER_M = 50
COUNTING = ["states", "level", "regrouping", "layer_m", "format"]  # of an address: no condition of a filter


@dataclass(frozen=True, kw_only=True)
class CountingQuery:
    """Of objects in which states, in layers of which height (metres), and what taxa count for: the groups of a
    regrouping; those that it leaves apart, and without one all, their ancestors of the rank."""

    states: tuple[State, ...]
    rank: str
    layer_m: int
    criteria: Filter
    regrouping: int | None = None

    def address(self, **own: object) -> str:
        """The query string that asks for it, with what is its own; what is empty is left out."""
        own |= {
            "states": [state.word for state in self.states],
            "level": self.rank,
            "regrouping": self.regrouping,
            "layer_m": self.layer_m,
        }
        return urlencode({**self.criteria.as_dict(), **{k: v for k, v in own.items() if v}}, doseq=True)

    @property
    def within(self) -> Filter:
        """The filter without what is asked of labels: what matches was looked at, so that a taxon that is not there is
        a true zero. Who was taken as it asks, and holds nothing that matches, takes part with zeros, too."""
        return replace(self.criteria, taxon=(), state=())

    @property
    def taxa(self) -> set[int] | None:
        """Those that have rows, 0 for none; None where all have."""
        return set(self.criteria.taxa) if self.criteria.taxon else None


class Counting(TypedDict):
    """The fields of a CountingQuery."""

    states: tuple[State, ...]
    rank: str
    layer_m: int
    criteria: Filter
    regrouping: int | None


def choice_of(name: str, choices: Mapping[str, str]) -> forms.ChoiceField:
    """An optional field of an address; what it refuses names the field and what it takes."""
    return NamedChoiceField(
        required=False,
        choices=list(choices.items()),
        error_messages={"invalid_choice": f"`{name}` takes {', '.join(choices)}."},
    )


@dataclass(frozen=True)
class TaxonChoices:
    """What a page offers its taxa to count for; regroupings as (number, name)."""

    ranks: Sequence[str]
    regroupings: Sequence[tuple[int, str]]


class CountingForm(forms.Form):
    level = NamedChoiceField(
        required=False,
        choices=[("", "as they are labelled"), *((rank, rank) for rank in RANKS)],
        error_messages={"invalid_choice": f"`level` takes {', '.join(RANKS)}, or nothing."},
    )
    regrouping = IdField(required=False, refusal="`regrouping` takes the number of a regrouping.")
    layer_m = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=HIGHEST_LAYER,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            f"`layer_m` takes whole metres from 1 to {HIGHEST_LAYER:,}.",
        ),
    )

    def offer(self, choices: TaxonChoices) -> None:
        """Of ranks only those that the taxa of the page have, and the project's regroupings."""
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "as they are labelled"), *((rank, f"by {rank}") for rank in choices.ranks)]
        names = [("", "none"), *((str(number), name) for number, name in choices.regroupings)]
        self.fields["regrouping"] = NamedChoiceField(required=False, choices=names)


def counting_menu(query: CountingQuery) -> dict[str, object]:
    """What the menus of a CountingForm begin with."""
    return {"level": query.rank, "regrouping": query.regrouping, "layer_m": query.layer_m}


def read_counting(params: QueryDict, user: User, sent: Mapping, own: Sequence[str]) -> Counting:
    """`sent`: the cleaned fields of a CountingForm; `own`: what else is none of the filter's. Raises ValidationError
    that names the parameter and the remedy."""
    rest = params.copy()
    for name in (*own, *COUNTING):
        rest.pop(name, None)
    criteria = Filter.parse(rest, user)
    return Counting(
        states=states_of(params, criteria.state),
        rank=sent["level"],
        layer_m=sent["layer_m"] or LAYER_M,
        criteria=replace(criteria, state=()),
        regrouping=sent["regrouping"] or None,
    )


def states_of(params: QueryDict, of_filter: tuple[State, ...]) -> tuple[State, ...]:
    """As `states` asks, else the filter's: an address of the bench counts what the bench showed."""
    words = [word for text in params.getlist("states") for word in text.split(",") if word]
    states = tuple(dict.fromkeys(map(_state, words or [state.word for state in of_filter])))
    if of_filter and set(states) != set(of_filter):
        raise ValidationError("`states` and `state` ask for different objects: leave one of them out.")
    return states or (State.VALIDATED,)


def _state(word: str) -> State:
    try:
        state = State.from_word(word)
    except KeyError:
        state = State.UNCLASSIFIED
    if state not in NAMED:
        raise ValidationError(f"`states` is {word!r}, but takes {', '.join(one.word for one in NAMED)}.")
    return state
