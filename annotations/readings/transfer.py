"""Second readings stay: of one that is closed the figures are kept; one that is open holds its objects."""

from django.db import connection

from annotations.readings.models import Choice, Reader, Reading, ReadingObject
from annotations.samples.following import CHECKS, Conflict, Selection, stays

OPEN = """
SELECT r.name, count(*) FROM readings_reading r JOIN readings_readingobject d ON d.reading_id = r.id
WHERE r.project_id = %s AND r.closed IS NULL AND d.object_id IN ({objects}) GROUP BY r.id, 1 ORDER BY 1
"""


def check_readings(selection: Selection) -> list[Conflict]:
    if selection.transfer.is_copy:
        return []
    with connection.cursor() as cursor:
        cursor.execute(OPEN.format(objects=selection.sql), [selection.transfer.source.pk, *selection.params])
        return [
            Conflict(
                "Second reading", name, remedy=f"It is open and reads {count:,} of these: close it first."
            )
            for name, count in cursor.fetchall()
        ]


CHECKS.append(check_readings)
stays(Reading, Reader, reason="done in a project; figures are kept")
stays(ReadingObject, Choice, reason="what was read: of objects that left, pages of the reading show nothing")
