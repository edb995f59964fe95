"""Profiles and time series as an address asks for them: the same of the page, its downloads and the API."""

from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import cleaned
from annotations.results import query as tables
from annotations.results.counting import CountingForm, choice_of
from annotations.results.query import SAMPLE, ResultsQuery, read_results_query

DEPTH, DAY, MONTH, SEASON, EACH = "depth", "day", "month", "season", "sample"
ALONG = {
    DEPTH: "depth",
    DAY: "days",
    MONTH: "months",
    SEASON: "months of the year",
    EACH: "samples, each by itself",
}
CONCENTRATION, BIOVOLUME, SHARE = "concentration", "biovolume", "share"
QUANTITIES = {CONCENTRATION: "concentration", BIOVOLUME: "biovolume", SHARE: "share of the objects"}
UNITS = {CONCENTRATION: "m⁻³", BIOVOLUME: "mm³ m⁻³", SHARE: "1"}
MEASURES = {name: f"{text}, {UNITS[name]}" for name, text in QUANTITIES.items()} | {SHARE: QUANTITIES[SHARE]}
LINEAR, LOG = "linear", "log"
SCALES = {LINEAR: "linear", LOG: "by powers of ten"}
LINES, STACK = "lines", "stack"
DRAWINGS = {LINES: "lines, one a taxon", STACK: "stacked, what it is made of"}
OWN = ["along", "drawing", "scale", *tables.OWN]


@dataclass(frozen=True)
class GradientQuery:
    """Of the samples' `table`, with its zeros: means of the samples of each layer, day or month."""

    along: str
    quantity: str
    scale: str
    drawing: str
    table: ResultsQuery

    @property
    def with_sizes(self) -> bool:
        return self.quantity == BIOVOLUME

    def as_address(self) -> str:
        return self.table.address(
            along=self.along, quantity=self.quantity, scale=self.scale, drawing=self.drawing
        )


class GradientForm(CountingForm):
    along = choice_of("along", ALONG)
    quantity = choice_of("quantity", QUANTITIES)
    scale = choice_of("scale", SCALES)
    drawing = choice_of("drawing", DRAWINGS)


def read_gradient_query(params: QueryDict, user: User) -> GradientQuery:
    """Raises ValidationError that names the parameter and the remedy."""
    sent = cleaned(GradientForm(params))
    rest = params.copy()
    for name in ("along", "scale", "quantity", "drawing"):
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
        drawing=sent["drawing"] or LINES,
        table=replace(table, by=SAMPLE, zeros=True),
    )
