"""A comparison of samples as an address asks for it: the same of the page, its downloads and the API."""

from dataclasses import dataclass, replace

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import NamedChoiceField, cleaned
from annotations.results import query as tables
from annotations.results.counting import CountingForm, TaxonChoices, choice_of, counting_menu
from annotations.results.query import SAMPLE, ResultsQuery, read_results_query

SHARE, COUNT, CONCENTRATION = "share", "count", "concentration"
QUANTITIES = {SHARE: "shares", CONCENTRATION: "concentrations", COUNT: "counts"}
SQUARE_ROOT = "sqrt"
TRANSFORMATIONS = {
    SQUARE_ROOT: "square root",
    "fourth": "fourth root",
    "presence": "presence alone",
    "none": "none",
}
PCOA, NMDS = "pcoa", "nmds"
METHODS = {PCOA: "principal coordinates (PCoA)", NMDS: "by rank order (nMDS)"}
MONTH, SUN, DEPTH = "month", "sun", "depth"
OF_OBJECTS = {MONTH: "month of the year", SUN: "day and night", DEPTH: "mean depth, m"}
FREE = "sample."  # before the name of a free column
OWN_CHOICES = ("quantity", "transformation", "method", "colour", "species")
OWN = [*OWN_CHOICES, *tables.OWN]


@dataclass(frozen=True)
class ComparisonQuery:
    """Samples by what they are made of: of the `table`, a `quantity` by `transformation`, drawn by `method`, coloured
    by what `colour` names."""

    quantity: str
    transformation: str
    method: str
    colour: str
    species: bool
    table: ResultsQuery

    def as_address(self) -> str:
        own = {name: getattr(self, name) for name in OWN_CHOICES}
        return self.table.address(**own | {"species": "1" if self.species else ""})


class SampleComparisonForm(CountingForm):
    quantity = choice_of("quantity", QUANTITIES)
    transformation = choice_of("transformation", TRANSFORMATIONS)
    method = choice_of("method", METHODS)
    colour = forms.CharField(required=False, max_length=200)
    species = forms.BooleanField(required=False)


class SampleComparisonMenus(SampleComparisonForm):
    """What the page shows, to choose another: of columns those that its samples have."""

    def __init__(self, query: ComparisonQuery, choices: TaxonChoices, columns: list[str]):
        own = {name: getattr(query, name) for name in OWN_CHOICES}
        super().__init__(initial=own | counting_menu(query.table))
        self.offer(choices)
        free = [(f"{FREE}{column}", column) for column in columns]
        colours = [("", "nothing"), *OF_OBJECTS.items(), *free]
        self.fields["colour"] = NamedChoiceField(required=False, choices=colours)


def read_comparison_query(params: QueryDict, user: User) -> ComparisonQuery:
    """Raises ValidationError that names the parameter and the remedy."""
    sent = cleaned(SampleComparisonForm(params))
    rest = params.copy()
    for name in OWN_CHOICES:
        rest.pop(name, None)
    if rest.get("by") or rest.get("counts"):
        raise ValidationError("Samples are compared by their labels: leave out `by` and `counts`.")
    colour = sent["colour"]
    if colour and colour not in OF_OBJECTS and not colour.startswith(FREE):
        raise ValidationError(f"`colour` takes {', '.join(OF_OBJECTS)}, or a column as `{FREE}ship`.")
    return ComparisonQuery(
        quantity=sent["quantity"] or SHARE,
        transformation=sent["transformation"] or SQUARE_ROOT,
        method=sent["method"] or PCOA,
        colour=colour,
        species=sent["species"],
        table=replace(read_results_query(rest, user), by=SAMPLE, zeros=False),
    )
