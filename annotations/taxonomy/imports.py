"""Brings a table of taxa into the tree, all of it or nothing, by SQL over sets.

The lines are copied into a temporary table, matched with what the site knows, checked, and merged: what matches is
updated where the table says something else, the rest is added. An empty cell says nothing, and importing twice adds
nothing.
"""

from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.common.problems import MOST_SHOWN, Problems
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.uploads import input_of
from annotations.taxonomy import jobs
from annotations.taxonomy.actions import TREE_LOCK
from annotations.taxonomy.merging import CHECKS, LEVELS, STAGING, TREE, WRITE
from annotations.taxonomy.tables import COLUMNS, FORMATS, Format, TaxonTable

CHUNK = 10_000


def start_taxa_import(*, user: User, path: Path, name: str, kind: str = "", dry_run: bool = False) -> Job:
    """Starts the import of a table that lies at `path`; `name` is what people call it."""
    params = {"path": str(path), "name": name, "format": kind, "dry_run": dry_run}
    return start_job(kind="import_taxa", owner=user, params=params)


@jobs.import_taxa.work
def import_taxa(job: Job, progress: Progress) -> dict:
    """The work of an import job. Raises JobError with all that is wrong, before anything is changed.

    Taken up again it starts anew: it is one transaction, and short.
    """
    return _import(input_of(job), job.params, progress)


def _import(path: Path, params: dict, progress: Progress) -> dict:
    problems = Problems(thing="table")
    table = TaxonTable(path, params["name"], problems, params.get("format", ""))
    _refuse_if(problems)
    _drop_staging()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE staged " + STAGING)
    try:
        lines = _copy(table, progress)
        progress.update(lines, lines, f"Comparing {lines:,} lines with the tree")
        with progress.fenced(), transaction.atomic():
            counts = _merge(FORMATS[table.kind], params["name"], problems)
            transaction.set_rollback(params.get("dry_run", False))
    finally:
        _drop_staging()
    return {**counts, "lines": lines, "message": _sentence(counts, params)}


def _copy(table: TaxonTable, progress: Progress) -> int:
    """The lines into the temporary table; outside any long transaction, so that the job's row stays free."""
    count, lines = 0, table.lines()
    while chunk := list(islice(lines, CHUNK)):
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY staged ({', '.join(COLUMNS)}) FROM STDIN") as copy,
        ):
            for line in chunk:
                copy.write_row([getattr(line, column) for column in COLUMNS])
        count += len(chunk)
        progress.update(count, 0, f"Read {count:,} lines")
    if not count and not table.problems:
        table.problems.add("The table has no line of taxa. Add what is missing.", table.name)
    _refuse_if(table.problems)
    return count


def _merge(shape: Format, file: str, problems: Problems) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])
        cursor.execute("SET LOCAL work_mem = '64MB'")  # hashes of the whole tree stay in memory
        cursor.execute("CREATE INDEX ON staged (key); CREATE INDEX ON staged (parent_key); ANALYZE staged")
        _check("before", shape, file, problems)
        _refuse_if(problems)
        _match(cursor, shape)
        for statement in TREE:
            cursor.execute(statement)
        _check("after", shape, file, problems)
        _refuse_if(problems)
        counts = {}
        for name, statement in WRITE.items():
            cursor.execute(statement.format(**_outside(shape)))
            counts[name] = cursor.rowcount
        return {name: counts[name] for name in ("added", "updated", "synonyms")}


def _match(cursor, shape: Format) -> None:
    """Level by level from the root, because a taxon without a number is known by its name and its parent."""
    for statement in LEVELS["before"]:
        cursor.execute(statement.format(**_outside(shape)))
    cursor.execute("SELECT max(depth) FROM staged")
    for depth in range((cursor.fetchone()[0] or 0) + 1):
        for statement in LEVELS["each"]:
            cursor.execute(statement, {"depth": depth})


def _check(when: str, shape: Format, file: str, problems: Problems) -> None:
    columns = {"key": shape.key_column, "parent": shape.parent_column}
    with connection.cursor() as cursor:
        for column, message, query in CHECKS[when]:
            cursor.execute(query.format(**_outside(shape)))
            for line, *about in cursor.fetchmany(MOST_SHOWN):
                problems.add(message.format(*about), file, line, columns.get(column, column))


def _outside(shape: Format) -> dict[str, str]:
    """SQL that finds what a line names and the table does not hold among the site's taxa."""
    return {
        f"outside_{of}": shape.outside.format(key=f"g.{of}_key") for of in ("parent", "accepted", "replaced")
    }


def _drop_staging() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged, tree")


def _refuse_if(problems: Problems) -> None:
    if problems:
        raise JobError(problems.sentence, problems.listed)


def _sentence(counts: dict[str, int], params: dict) -> str:
    would = "can be imported: it would have" if params.get("dry_run") else "imported:"
    return (
        f"{params['name']} {would} {counts['added']:,} taxa added, {counts['updated']:,} updated, "
        f"{counts['synonyms']:,} synonyms noted."
    )
