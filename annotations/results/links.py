"""From a row of a table of results to the bench: the filter that lets through exactly the objects that it counts."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from annotations.projects.models import Project
from annotations.results.counting import CountingQuery
from annotations.results.downloads import depths_of
from annotations.results.query import ACQUISITION, ResultsQuery
from annotations.results.table import NO_DEPTH, ResultRow
from annotations.results.taxon_filters import filter_of, filter_of_counted

MOST_TAXA, MOST_SAMPLES = 100, 100  # in an address


def bench_address(project: Project, query: ResultsQuery, row: ResultRow) -> str | None:
    """None where no filter can ask for it: an estimate, of one acquisition, of no depth, or of taxa at a
    rank."""
    return bench_address_of(project, query, row, [row.taxon])


def bench_address_of(
    project: Project, query: ResultsQuery, row: ResultRow, taxa: Sequence[int]
) -> str | None:
    """The same of several taxa of the row's group; an address has no room for very many."""
    if query.is_corrected or query.by == ACQUISITION or row.group.layer == NO_DEPTH:
        return None
    of_taxa = filter_of(query, taxa)
    if len(taxa) > MOST_TAXA or of_taxa is None:
        return None
    narrowed = query.criteria.as_dict() | {
        **of_taxa,
        "state": [state.word for state in query.states],
    }
    if row.group.sample is not None:
        narrowed["sample"] = [row.group.sample]
    if depths := depths_of(row, query):
        if "depth" in narrowed:
            return None
        narrowed["depth"] = f"{depths[0]}:{depths[1]}"
    return _bench(project, narrowed)


def samples_address(
    project: Project, query: CountingQuery, samples: Sequence[int], **narrowed: object
) -> str | None:
    """The objects of samples that count, of any taxon of the filter or as it is narrowed; None of too many samples for
    an address."""
    if len(samples) > MOST_SAMPLES:
        return None
    states = [state.word for state in query.states]
    return _bench(project, query.criteria.as_dict() | narrowed | {"state": states, "sample": list(samples)})


class SampleLinks:
    """Addresses of all the objects of samples that count; what a regrouping leaves out is looked up once."""

    def __init__(self, project: Project, query: CountingQuery):
        self.project, self.query = project, query
        self.counted = filter_of_counted(query, project)

    def to(self, samples: Sequence[int], **narrowed: object) -> str | None:
        if self.counted is None:
            return None
        return samples_address(self.project, self.query, samples, **self.counted, **narrowed)


def _bench(project: Project, narrowed: Mapping[str, object]) -> str:
    return f"{reverse('gallery:bench', args=[project.pk])}?{urlencode(narrowed, doseq=True)}"
