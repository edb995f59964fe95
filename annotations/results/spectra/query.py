"""Size spectra as an address asks for them: the same of the page, its downloads and the API."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import cleaned
from annotations.results.counting import (
    COUNTING,
    CountingForm,
    CountingQuery,
    choice_of,
    read_counting,
)

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
OWN = ["by", "base", "measure", "from_mm3", "to_mm3", *COUNTING]


@dataclass(frozen=True, kw_only=True)
class SpectrumQuery(CountingQuery):
    """Which spectra: one for what, in classes that grow by `base`, with a line through those from `smallest` to
    `largest` mm³; None: as each spectrum says itself."""

    by: str
    base: float
    measure: str
    smallest: float | None
    largest: float | None

    def as_address(self) -> str:
        """The query string that asks for the spectra."""
        return self.address(
            by=self.by,
            base=f"{self.base:.9g}",
            measure=self.measure,
            from_mm3=self.smallest and f"{self.smallest:.6g}",
            to_mm3=self.largest and f"{self.largest:.6g}",
        )


class SpectraForm(CountingForm):
    by = choice_of("by", GROUPINGS)
    measure = choice_of("measure", MEASURES)
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
    if sent["from_mm3"] and sent["to_mm3"] and sent["from_mm3"] >= sent["to_mm3"]:
        raise ValidationError("`from_mm3` has to be below `to_mm3`.")
    return SpectrumQuery(
        by=sent["by"] or PROJECT,
        base=sent["base"] or OCTAVE,
        measure=sent["measure"] or BIOVOLUME,
        smallest=sent["from_mm3"] or None,
        largest=sent["to_mm3"] or None,
        **read_counting(params, user, sent, OWN),
    )
