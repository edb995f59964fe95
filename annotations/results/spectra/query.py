"""Size spectra as an address asks for them: the same of the page, its downloads and the API."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import cleaned
from annotations.results.levels import RANKS
from annotations.results.query import HIGHEST_LAYER, states_of
from annotations.samples.models import State
from annotations.search.filter import Filter

PROJECT, SAMPLE, LAYER, SUN, TAXON = "project", "sample", "layer", "sun", "taxon"
GROUPINGS = {
    PROJECT: "all of the filter (mean of its samples)",
    SAMPLE: "each sample",
    LAYER: "each depth layer",
    SUN: "day and night",
    TAXON: "each taxon",
}
BIOVOLUME, ABUNDANCE = "biovolume", "abundance"
MEASURES = {BIOVOLUME: "biovolume (NBSS)", ABUNDANCE: "abundance (NASS)"}
OCTAVE = 2.0
BASES = {
    2.0: "octaves (× 2)",
    4.0: "two octaves (× 4)",
    1.41421356: "half octaves (× 1.41)",
    10.0: "decades (× 10)",
}
LEAST_BASE, MOST_BASE = 1.05, 100.0
OWN = ["by", "states", "level", "layer_m", "base", "measure", "from_mm3", "to_mm3", "format"]


@dataclass(frozen=True)
class SpectrumQuery:
    """Which spectra: one for what, of objects in which states, in classes that grow by `base`, with a line through
    those from `smallest` to `largest` mm³; None: as each spectrum says itself."""

    by: str
    states: tuple[State, ...]
    rank: str
    layer_m: int
    base: float
    measure: str
    smallest: float | None
    largest: float | None
    criteria: Filter

    def as_address(self, **changes: object) -> str:
        """The query string that asks for the spectra."""
        own: dict[str, object] = {
            "by": self.by,
            "states": [state.word for state in self.states],
            "level": self.rank,
            "layer_m": self.layer_m,
            "base": f"{self.base:.9g}",
            "measure": self.measure,
            "from_mm3": self.smallest and f"{self.smallest:.6g}",
            "to_mm3": self.largest and f"{self.largest:.6g}",
        }
        own |= changes
        return urlencode({**self.criteria.as_dict(), **{k: v for k, v in own.items() if v}}, doseq=True)

    @property
    def within(self) -> Filter:
        """The filter without what is asked of labels: a sample takes part with the water that it is of, too, where it
        has no object of the taxon."""
        return replace(self.criteria, taxon=(), state=())

    @property
    def taxa(self) -> set[int] | None:
        return set(self.criteria.taxa) if self.criteria.taxon else None


class SpectraForm(forms.Form):
    by = forms.ChoiceField(
        required=False,
        choices=list(GROUPINGS.items()),
        error_messages={"invalid_choice": f"`by` takes {', '.join(GROUPINGS)}."},
    )
    measure = forms.ChoiceField(
        required=False,
        choices=list(MEASURES.items()),
        error_messages={"invalid_choice": f"`measure` takes {', '.join(MEASURES)}."},
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
    base = forms.FloatField(
        required=False,
        min_value=LEAST_BASE,
        max_value=MOST_BASE,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            f"`base` takes a number from {LEAST_BASE:g} to {MOST_BASE:g}: how many times as large each class is.",
        ),
    )
    from_mm3 = forms.FloatField(
        required=False,
        min_value=0,
        error_messages=dict.fromkeys(("invalid", "min_value"), "`from_mm3` takes a volume in mm³."),
    )
    to_mm3 = forms.FloatField(
        required=False,
        min_value=0,
        error_messages=dict.fromkeys(("invalid", "min_value"), "`to_mm3` takes a volume in mm³."),
    )


def read_spectrum_query(params: QueryDict, user: User) -> SpectrumQuery:
    """Raises ValidationError that names the parameter and the remedy."""
    sent = cleaned(SpectraForm(params))
    rest = params.copy()
    for name in OWN:
        rest.pop(name, None)
    criteria = Filter.parse(rest, user)
    if sent["from_mm3"] and sent["to_mm3"] and sent["from_mm3"] >= sent["to_mm3"]:
        raise ValidationError("`from_mm3` has to be below `to_mm3`.")
    return SpectrumQuery(
        by=sent["by"] or PROJECT,
        states=states_of(params, criteria.state),
        rank=sent["level"],
        layer_m=sent["layer_m"] or 50,
        base=sent["base"] or OCTAVE,
        measure=sent["measure"] or BIOVOLUME,
        smallest=sent["from_mm3"] or None,
        largest=sent["to_mm3"] or None,
        criteria=replace(criteria, state=()),
    )
