"""From a point of a profile or a time series to the bench: its samples, its taxon, its states."""

from annotations.projects.models import Project
from annotations.results.gradients.gradients import GradientRow
from annotations.results.gradients.query import GradientQuery
from annotations.results.links import samples_address
from annotations.results.taxon_filters import filter_of


def address_of(project: Project, query: GradientQuery, row: GradientRow) -> str | None:
    """None where nothing is there, for taxa at a rank, and for more samples than an address has room for."""
    of_taxon = filter_of(query.table, [row.taxon])
    if not row.count or of_taxon is None:
        return None
    return samples_address(project, query.table, row.samples, **of_taxon)
