"""Counts of objects per (sample, taxon, state) and per (person, day), exact at every commit; see migrations 0002, 0008.

Both are tables of deltas: the sum over the rows of a key is its count.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

COMPACTION_LOCK = 7_351_001  # any number that no other advisory lock of the site uses


@dataclass(frozen=True)
class Deltas:
    """A table of deltas, the columns of its key, and of these the one that may be null."""

    table: str
    key: tuple[str, ...]
    nullable: str = ""

    @property
    def compaction(self) -> str:
        key = ", ".join(self.key)
        same = " AND ".join(
            f"t.{name} {'IS NOT DISTINCT FROM' if name == self.nullable else '='} c.{name}"
            for name in self.key
        )
        return f"""
WITH crowded AS (
    SELECT {key} FROM {self.table} GROUP BY {key} HAVING count(*) > 1 OR sum(count) = 0
), gone AS (
    DELETE FROM {self.table} t USING crowded c WHERE {same} RETURNING t.*
)
INSERT INTO {self.table} ({key}, count)
SELECT {key}, sum(count) FROM gone GROUP BY {key} HAVING sum(count) <> 0
"""


TALLIES = [  # apps above append theirs
    Deltas("labels_tally", ("project_id", "sample_id", "taxon_id", "state"), nullable="taxon_id"),
    Deltas("labels_settledtally", ("project_id", "annotator_id", "day")),
]

COUNT_USE = """
UPDATE taxonomy_taxon t SET used = n.count FROM (
    SELECT t.id, coalesce(sum(l.count), 0)::bigint AS count
    FROM taxonomy_taxon t LEFT JOIN labels_tally l ON l.taxon_id = t.id
    WHERE t.used > 0 OR l.count IS NOT NULL GROUP BY 1
) n WHERE n.id = t.id AND t.used IS DISTINCT FROM n.count
"""


def compact_tally() -> None:
    """Adds up the deltas. Readers and writers go on meanwhile: it deletes only rows that it saw committed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [COMPACTION_LOCK])
        if cursor.fetchone()[0]:
            for deltas in TALLIES:
                cursor.execute(deltas.compaction)


def count_use() -> None:
    """Notes at each taxon how many objects of the site have it: the picker shows first what is used most."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_USE)


def project_counts(project_id: int, samples: list[int] | None = None) -> list[tuple[int | None, str, int]]:
    """(taxon id, state letter, number of objects) of a project or of some of its samples."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT taxon_id, state, sum(count)::bigint FROM labels_tally
               WHERE project_id = %s AND (%s::bigint[] IS NULL OR sample_id = ANY(%s))
               GROUP BY 1, 2 HAVING sum(count) <> 0""",
            [project_id, samples, samples],
        )
        return cursor.fetchall()


def count_unsettled(project_id: int) -> int:
    """Objects that no person has settled: what a prediction looks at."""
    return sum(count for _, state, count in project_counts(project_id) if state in "UP")


def settled_since(project_id: int, day: date) -> int:
    """Objects that people have settled on that day (UTC) or later, and that still are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(count), 0)::bigint FROM labels_settledtally WHERE project_id = %s AND day >= %s",
            [project_id, day],
        )
        return cursor.fetchone()[0]


def counts_by_project(project_ids: list[int]) -> dict[int, dict[str, int]]:
    """For each project how many objects it has in each state (letter)."""
    counts: dict[int, dict[str, int]] = {project_id: {} for project_id in project_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT project_id, state, sum(count)::bigint FROM labels_tally
               WHERE project_id = ANY(%s) GROUP BY 1, 2 HAVING sum(count) <> 0""",
            [project_ids],
        )
        for project_id, state, count in cursor.fetchall():
            counts[project_id][state] = count
    return counts
