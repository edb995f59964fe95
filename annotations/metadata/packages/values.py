"""The values of an update in the database: copied in by chunks, counted by column once all are there."""

from collections.abc import Sequence

from django.db import connection

from annotations.common.copying import copy_rows
from annotations.metadata.models import Correction, PackageUpdate
from annotations.metadata.planning import CellDifference

# a chunk that is done again, and an object whose lines lie far apart, say the same once more
INSERT = """
INSERT INTO metadata_correctedvalue (correction_id, row_id, "column", old, new)
SELECT correction_id, row_id, "column", old, new FROM differing ON CONFLICT DO NOTHING
"""
COUNTS = """
SELECT c.id, v."column", count(*) FROM metadata_correctedvalue v JOIN metadata_correction c ON c.id = v.correction_id
WHERE c.package_id = %s GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""
ROWS = "SELECT count(DISTINCT row_id) FROM metadata_correctedvalue WHERE correction_id = %s"


def copy_differences(correction: Correction, differences: Sequence[CellDifference]) -> None:
    if not differences:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            'CREATE TEMPORARY TABLE differing (correction_id bigint, row_id bigint, "column" text, old text, new text)'
        )
        rows = ((correction.pk, one.row_id, one.column, one.old, one.new) for one in differences)
        copy_rows("differing", 'correction_id, row_id, "column", old, new', rows)
        cursor.execute(INSERT)
        cursor.execute("DROP TABLE differing")


def close_plan(update: PackageUpdate) -> None:
    """Counts what changes, by column; a level of which nothing changes has no correction. Writes the update."""
    corrections = {one.pk: one for one in update.corrections.all()}
    by_correction: dict[int, list[str]] = {}
    update.columns = []
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [update.pk])
        for number, column, count in cursor.fetchall():
            by_correction.setdefault(number, []).append(column)
            update.columns.append({"level": corrections[number].level, "column": column, "values": count})
        for number, columns in by_correction.items():
            cursor.execute(ROWS, [number])
            (rows,) = cursor.fetchone()
            Correction.objects.filter(pk=number).update(columns=columns, rows=rows)
    Correction.objects.filter(pk__in=corrections.keys() - by_correction.keys()).delete()
    update.save()
