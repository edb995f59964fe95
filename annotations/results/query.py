"""A table of results as an address asks for it: the same of the page, its downloads and the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.common.forms import cleaned
from annotations.results.counting import (
    COUNTING,
    CountingForm,
    CountingQuery,
    TaxonChoices,
    choice_of,
    counting_menu,
    read_counting,
)
from annotations.search.filter import Filter

PROJECT, SAMPLE, ACQUISITION, LAYER = "project", "sample", "acquisition", "layer"
GROUPINGS = {
    SAMPLE: "sample",
    ACQUISITION: "acquisition",
    LAYER: "sample and depth layer",
    PROJECT: "project (mean of its samples)",
}
LABELLED, CORRECTED = "labelled", "corrected"
COUNTS = {LABELLED: "as labelled", CORRECTED: "corrected by what a model errs by"}
OWN = ["counts", "by", "zeros", "quantity", *COUNTING]  # the others are of the filter


@dataclass(frozen=True, kw_only=True)
class ResultsQuery(CountingQuery):
    """Which table: a row for what, with zeros or without, as labelled or corrected."""

    by: str
    zeros: bool
    counts: str = LABELLED

    @property
    def is_corrected(self) -> bool:
        return self.counts == CORRECTED

    def as_address(self) -> str:
        """The query string that asks for the table."""
        if self.is_corrected:
            return urlencode({"counts": CORRECTED})
        return self.address(by=self.by, zeros="1" if self.zeros else "")


class ResultsForm(CountingForm):
    counts = choice_of("counts", COUNTS)
    by = choice_of("by", GROUPINGS)
    zeros = forms.BooleanField(required=False)


class ResultsMenus(ResultsForm):
    """What the page has a table of, to choose another."""

    def __init__(self, query: ResultsQuery, choices: TaxonChoices):
        super().__init__(initial={"by": query.by, **counting_menu(query)})
        self.offer(choices)


def read_results_query(params: QueryDict, user: User) -> ResultsQuery:
    """Raises ValidationError that names the parameter and the remedy."""
    sent = cleaned(ResultsForm(params))
    counting = read_counting(params, user, sent, OWN)
    if sent["counts"] == CORRECTED:
        _refuse_choices(params, sent, counting["criteria"])
    return ResultsQuery(
        by=sent["by"] or SAMPLE, zeros=sent["zeros"], counts=sent["counts"] or LABELLED, **counting
    )


def _refuse_choices(params: QueryDict, sent: Mapping, criteria: Filter) -> None:
    """Corrected counts are of whole samples and of all their objects: what was not estimated can't be chosen."""
    chosen = [
        name for name in ("state", "states", "level", "regrouping", "layer_m", "zeros") if params.get(name)
    ]
    chosen += [] if sent["by"] in ("", SAMPLE) else ["by"]
    if chosen := [*chosen, *criteria.as_dict()]:
        names = ", ".join(f"`{name}`" for name in chosen)
        raise ValidationError(
            f"`counts=corrected` is of samples with all their objects: leave out {names}, or `counts`."
        )
