"""Profiles and time series as an address asks for them: the same of the page, its downloads and the API."""

from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import cleaned
from annotations.results import query as tables
from annotations.results.counting import CountingForm, choice_of
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
        return self.table.address(along=self.along, quantity=self.quantity, scale=self.scale)


class GradientForm(CountingForm):
    along = choice_of("along", ALONG)
    quantity = choice_of("quantity", QUANTITIES)
    scale = choice_of("scale", SCALES)


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
