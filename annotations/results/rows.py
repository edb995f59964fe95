"""The rows that an address asks for: of labels, or corrected by what a model errs by."""

from collections.abc import Iterator

from annotations.projects.models import Project
from annotations.results.corrected import corrected_rows
from annotations.results.query import ResultsQuery
from annotations.results.table import ResultRow, results_table


def result_rows(project: Project, query: ResultsQuery) -> Iterator[ResultRow]:
    """Raises ValidationError, before the first row, where what is asked can't be answered."""
    return corrected_rows(project) if query.is_corrected else results_table(project, query)
