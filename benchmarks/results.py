"""How fast a table of results is: the volume of every object by the formula, summed by sample and taxon."""

from django.http import QueryDict

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.results.query import read_results_query
from annotations.results.table import results_table
from annotations.volumes.actions import set_volumes
from benchmarks.timing import Figures, timed


def tables_of_results(figures: Figures, project: Project, user: User, size: int) -> None:
    """All states, with zeros: nothing is left out."""
    set_volumes(project=project, volume_unit="m3")
    query = read_results_query(QueryDict("states=validated,predicted,dubious&zeros=1"), user)
    rows: list = []
    milliseconds = timed(lambda: rows.extend(results_table(project, query)))
    figures.add(f"table of results at {size:,}, {len(rows):,} rows", 1000 * size / milliseconds, "objects/s")
