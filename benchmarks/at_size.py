"""What people do in a project that is there, beside the same in a smaller one: what grows with the size, and how much.

`manage.py bench --projects SMALL LARGE`, both of one site that is a copy or was made for it (`manage.py grow_project`):
labels that are measured stay in its log.
"""

from django.db import connection

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.samples.models import Object
from benchmarks.labelling import labels
from benchmarks.measure import pages
from benchmarks.reading import reading_of
from benchmarks.results import tables_of_results
from benchmarks.timing import Figures

TABLES = """
SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid), greatest(c.reltuples, 0)::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public' AND pg_total_relation_size(c.oid) > 100e6 ORDER BY c.relname
"""


def at_sizes(projects: list[Project]) -> Figures:
    """Pages, counts, labels and tables of results of each, then each figure of the last over that of the first."""
    user, _ = User.objects.get_or_create(username="bench", defaults={"is_active": True, "is_superuser": True})
    figures = Figures()
    each = [_measured(project, user) for project in projects]
    for of_one in each:
        figures.update(of_one)
    small, large = (
        {_without_size(name): figure for name, figure in one.items()} for one in (each[0], each[-1])
    )
    for name, figure in small.items():
        if figure["value"] and name in large:
            figures.add(f"{name}: large against small", large[name]["value"] / figure["value"], "ratio")
    on_disk(figures)
    return figures


def on_disk(figures: Figures) -> None:
    """Of the tables above 100 MB: bytes a row, without their indexes and of these."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for name, size, indexes, rows in cursor.fetchall():
            figures.add(f"{name}, {rows:,} rows", size / max(rows, 1), "bytes a row")
            figures.add(f"{name}, its indexes", indexes / max(rows, 1), "bytes a row")


def _measured(project: Project, user: User) -> Figures:
    size = Object.objects.filter(project=project).count()
    figures = Figures()
    pages(figures, project, user, size)
    reading_of(figures, project, user, size)
    labels(figures, project, user, size)
    tables_of_results(figures, project, user, size)
    return figures


def _without_size(name: str) -> str:
    """Names say the size, as in `at 20,000`, with what was counted at it."""
    before, at, after = name.partition(" at ")
    return before + after.lstrip("0123456789,") if at else name
