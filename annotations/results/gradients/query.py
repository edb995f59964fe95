"""Profiles and time series as an address asks for them: the same of the page, its downloads and the API."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import cleaned
from annotations.results import query as tables
from annotations.results.query import SAMPLE, ResultsQuery, read_results_query

DEPTH, DAY, MONTH, SEASON = "depth", "day", "month", "season"
ALONG = {
    DEPTH: "depth",
    DAY: "days",
    MONTH: "months",
    SEASON: "months of the year",
}
CONCENTRATION, BIOVOLUME = "concentration", "biovolume"
QUANTITIES = {CONCENTRATION: "concentration", BIOVOLUME: "biovolume"}
UNITS = {CONCENTRATION: "m⁻³", BIOVOLUME: "mm³ m⁻³"}
LINEAR, LOG = "linear", "log"
SCALES = {LINEAR: "linear", LOG: "by powers of ten"}
OWN = ["along", "scale", *tables.OWN]


@dataclass(frozen=True)
class GradientQuery:
    """Of the samples' `table`, with its zeros: means of the samples of each layer, day or month."""

    along: str
    quantity: str
    scale: str
    table: ResultsQuery

    def as_address(self) -> str:
        own: dict[str, object] = {
            "along": self.along,
            "quantity": self.quantity,
            "scale": self.scale,
            "states": [state.word for state in self.table.states],
            "level": self.table.rank,
            "layer_m": self.table.layer_m,
        }
        return urlencode({**self.table.criteria.as_dict(), **{k: v for k, v in own.items() if v}}, doseq=True)


class GradientForm(forms.Form):
    along = forms.ChoiceField(
        required=False,
        choices=list(ALONG.items()),
        error_messages={"invalid_choice": f"`along` takes {', '.join(ALONG)}."},
    )
    quantity = forms.ChoiceField(
        required=False,
        choices=list(QUANTITIES.items()),
        error_messages={"invalid_choice": f"`quantity` takes {', '.join(QUANTITIES)}."},
    )
    scale = forms.ChoiceField(
        required=False,
        choices=list(SCALES.items()),
        error_messages={"invalid_choice": f"`scale` takes {', '.join(SCALES)}."},
    )


def read_gradient_query(params: QueryDict, user: User) -> GradientQuery:
    """Raises ValidationError that names the parameter and the remedy."""
    sent = cleaned(GradientForm(params))
    rest = params.copy()
    for name in ("along", "scale", "quantity"):
        rest.pop(name, None)
    if rest.get("by") or rest.get("counts"):
        raise ValidationError(
            "Profiles and time series are of labels, by sample: leave out `by` and `counts`."
        )
    table = read_results_query(rest, user)
    return GradientQuery(
        along=sent["along"] or DEPTH,
        quantity=sent["quantity"] or CONCENTRATION,
        scale=sent["scale"] or LINEAR,
        table=replace(table, by=SAMPLE, zeros=True),
    )
