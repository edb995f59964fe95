"""Second readings that a person is asked for and has not handed in."""

from django.db import connection
from django.urls import reverse

from annotations.projects.access import projects_seen_by
from annotations.projects.waiting import Asker, NextStep, counted, register

MOST_READINGS = 2  # with a line each

OPEN = """
SELECT r.id, r.name, p.id, p.title,
       (SELECT count(*) FROM readings_readingobject d WHERE d.reading_id = r.id)
       - (SELECT count(*) FROM readings_choice c WHERE c.reading_id = r.id AND c.reader_id = a.user_id)
FROM readings_reader a JOIN readings_reading r ON r.id = a.reading_id JOIN projects_project p ON p.id = r.project_id
WHERE a.user_id = %s AND a.submitted IS NULL AND r.closed IS NULL AND p.id = ANY(%s)
ORDER BY r.id LIMIT %s
"""


def readings_open(asker: Asker) -> list[NextStep]:
    """The oldest first."""
    projects = list(projects_seen_by(asker.user).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [asker.user.pk, projects, MOST_READINGS])
        return [
            NextStep(
                _words(waiting),
                reverse("readings:read", args=[project, reading]),
                waiting or None,
                f"{name} · {title}",
            )
            for reading, name, project, title, waiting in cursor.fetchall()
        ]


def _words(waiting: int) -> str:
    if not waiting:
        return "Hand in your second reading"
    return f"{counted(waiting, 'object', 'objects')} to read in a second reading"


register(30, readings_open)
