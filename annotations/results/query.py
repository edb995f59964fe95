"""A table of results as an address asks for it: the same of the page, its downloads and the API."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import cleaned
from annotations.results.levels import RANKS
from annotations.samples.models import State
from annotations.search.filter import Filter

PROJECT, SAMPLE, ACQUISITION, LAYER = "project", "sample", "acquisition", "layer"
GROUPINGS = {
    SAMPLE: "sample",
    ACQUISITION: "acquisition",
    LAYER: "sample and depth layer",
    PROJECT: "project (mean of its samples)",
}
NAMED = [State.VALIDATED, State.MACHINE_VALIDATED, State.PREDICTED, State.DUBIOUS]
HIGHEST_LAYER = 1000  # metres
LABELLED, CORRECTED = "labelled", "corrected"
COUNTS = {LABELLED: "as labelled", CORRECTED: "corrected by what a model errs by"}
OWN = [
    "counts",
    "by",
    "states",
    "level",
    "layer_m",
    "zeros",
    "quantity",
    "format",
]  # the others are of the filter


@dataclass(frozen=True)
class ResultsQuery:
    """Which table: a row for what, of objects in which states, and where in the tree taxa are told apart."""

    by: str
    states: tuple[State, ...]
    rank: str
    layer_m: int
    zeros: bool
    criteria: Filter
    counts: str = LABELLED

    @property
    def is_corrected(self) -> bool:
        return self.counts == CORRECTED

    def as_address(self) -> str:
        """The query string that asks for the table."""
        if self.is_corrected:
            return urlencode({"counts": CORRECTED})
        own: dict[str, object] = {
            "by": self.by,
            "states": [state.word for state in self.states],
            "level": self.rank,
        }
        own |= {"layer_m": self.layer_m, "zeros": "1" if self.zeros else ""}
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


class ResultsForm(forms.Form):
    counts = forms.ChoiceField(
        required=False,
        choices=list(COUNTS.items()),
        error_messages={"invalid_choice": f"`counts` takes {', '.join(COUNTS)}."},
    )
    by = forms.ChoiceField(
        required=False,
        choices=list(GROUPINGS.items()),
        error_messages={"invalid_choice": f"`by` takes {', '.join(GROUPINGS)}."},
    )
    level = forms.ChoiceField(
        required=False,
        choices=[("", "as they are labelled"), *((rank, rank) for rank in RANKS)],
        error_messages={"invalid_choice": f"`level` takes {', '.join(RANKS)}, or nothing."},
    )
    layer_m = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=HIGHEST_LAYER,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            f"`layer_m` takes whole metres from 1 to {HIGHEST_LAYER:,}.",
        ),
    )
    zeros = forms.BooleanField(required=False)


class ResultsMenus(ResultsForm):
    """What the page has a table of, to choose another: of ranks those that its taxa have."""

    def __init__(self, query: ResultsQuery, ranks: list[str]):
        super().__init__(initial={"by": query.by, "level": query.rank, "layer_m": query.layer_m})
        field = self.fields["level"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "as they are labelled"), *((rank, f"by {rank}") for rank in ranks)]


def read_results_query(params: QueryDict, user: User) -> ResultsQuery:
    """Raises ValidationError that names the parameter and the remedy."""
    sent = cleaned(ResultsForm(params))
    rest = params.copy()
    for name in OWN:
        rest.pop(name, None)
    criteria = Filter.parse(rest, user)
    if sent["counts"] == CORRECTED:
        _refuse_choices(params, sent, criteria)
    return ResultsQuery(
        by=sent["by"] or SAMPLE,
        states=states_of(params, criteria.state),
        rank=sent["level"],
        layer_m=sent["layer_m"] or 50,
        zeros=sent["zeros"],
        criteria=replace(criteria, state=()),
        counts=sent["counts"] or LABELLED,
    )


def _refuse_choices(params: QueryDict, sent: dict, criteria: Filter) -> None:
    """Corrected counts are of whole samples and of all their objects: what was not estimated can't be chosen."""
    chosen = [name for name in ("states", "level", "layer_m", "zeros") if params.get(name)]
    chosen += [] if sent["by"] in ("", SAMPLE) else ["by"]
    if chosen := [*chosen, *criteria.as_dict()]:
        names = ", ".join(f"`{name}`" for name in chosen)
        raise ValidationError(
            f"`counts=corrected` is of samples with all their objects: leave out {names}, or `counts`."
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
