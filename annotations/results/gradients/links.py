"""From a point of a profile or a time series to the bench: its samples, its taxon, its states."""

from urllib.parse import urlencode

from django.urls import reverse

from annotations.projects.models import Project
from annotations.results.gradients.gradients import GradientRow
from annotations.results.gradients.query import GradientQuery
from annotations.results.taxon_filters import filter_of

MOST_SAMPLES = 100  # in an address


def address_of(project: Project, query: GradientQuery, row: GradientRow) -> str | None:
    """None where nothing is there, for taxa at a rank, and for more samples than an address has room for."""
    of_taxon = filter_of(query.table, [row.taxon])
    if not row.count or of_taxon is None or len(row.samples) > MOST_SAMPLES:
        return None
    narrowed = query.table.criteria.as_dict() | {
        **of_taxon,
        "state": [state.word for state in query.table.states],
        "sample": list(row.samples),
    }
    return f"{reverse('gallery:bench', args=[project.pk])}?{urlencode(narrowed, doseq=True)}"
