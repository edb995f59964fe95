"""A section through the water as an address asks for it: the same of the page, its download and the API."""

from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import cleaned
from annotations.results import query as tables
from annotations.results.counting import CountingForm, TaxonChoices, choice_of, counting_menu
from annotations.results.gradients.query import BIOVOLUME, CONCENTRATION, LINEAR, SCALES
from annotations.results.query import LAYER, SAMPLE, ResultsQuery, read_results_query

DISTANCE, TIME = "distance", "time"
ACROSS = {DISTANCE: "distance along the track", TIME: "days"}
COUNT = "count"
QUANTITIES = {CONCENTRATION: "concentration", BIOVOLUME: "biovolume", COUNT: "objects in each layer"}
MEASURES = {CONCENTRATION: "concentration, m⁻³", BIOVOLUME: "biovolume, mm³ m⁻³", COUNT: "objects"}
UNITS = {CONCENTRATION: "m⁻³", BIOVOLUME: "mm³ m⁻³", COUNT: "1"}
OWN_CHOICES = ("across", "quantity", "scale")
OWN = [*OWN_CHOICES, *tables.OWN]


@dataclass(frozen=True)
class SectionQuery:
    """Of the `table`, with its zeros: a quantity of all its taxa together, across distance or time, by depth."""

    across: str
    quantity: str
    scale: str
    table: ResultsQuery

    @property
    def with_sizes(self) -> bool:
        """Layers need a walk through the objects, too."""
        return self.quantity != CONCENTRATION

    def as_address(self) -> str:
        return self.table.address(**{name: getattr(self, name) for name in OWN_CHOICES})


class SectionForm(CountingForm):
    across = choice_of("across", ACROSS)
    quantity = choice_of("quantity", QUANTITIES)
    scale = choice_of("scale", SCALES)


class SectionMenus(SectionForm):
    """What the page shows, to choose another."""

    def __init__(self, query: SectionQuery, choices: TaxonChoices):
        own = {name: getattr(query, name) for name in OWN_CHOICES}
        super().__init__(initial=own | counting_menu(query.table))
        self.offer(choices)


def read_section_query(params: QueryDict, user: User) -> SectionQuery:
    """Raises ValidationError that names the parameter and the remedy."""
    sent = cleaned(SectionForm(params))
    rest = params.copy()
    for name in OWN_CHOICES:
        rest.pop(name, None)
    if rest.get("by") or rest.get("counts"):
        raise ValidationError("Sections are of labels, by sample: leave out `by` and `counts`.")
    quantity = sent["quantity"] or CONCENTRATION
    by = LAYER if quantity == COUNT else SAMPLE
    return SectionQuery(
        across=sent["across"] or DISTANCE,
        quantity=quantity,
        scale=sent["scale"] or LINEAR,
        table=replace(read_results_query(rest, user), by=by, zeros=True),
    )
