"""Labels that came with a package: whoever gave them worked elsewhere, however lately."""

from collections import Counter
from datetime import date

from django.db import connection

from annotations.labels.models import BatchKind

IMPORTS = [BatchKind.IMPORT, BatchKind.UPDATE]
# Of those that stand. An undo gives a label back, and a merge leaves it: the change says which one it is (`restores`),
# and is looked up only where something came after the package. A label is no younger than the package that brings it.
IMPORTED = """
SELECT o.annotator_id, (o.labelled_at AT TIME ZONE 'UTC')::date AS day, count(*)
FROM labels_batch b JOIN labels_change c ON c.batch_id = b.id JOIN samples_object o ON o.id = c.object_id
WHERE b.project_id = %(project)s AND b.kind = ANY(%(imports)s)
    AND b.created >= %(first)s::timestamp AT TIME ZONE 'UTC'
    AND o.project_id = %(project)s AND o.state IN ('V', 'D') AND o.annotator_id IS NOT NULL
    AND o.labelled_at >= %(first)s::timestamp AT TIME ZONE 'UTC'
    AND (c.version = o.version OR EXISTS (
        SELECT FROM labels_change latest
        WHERE latest.object_id = o.id AND latest.version = o.version AND latest.restores = c.version
    ))
GROUP BY 1, 2
"""


def imported_labels(project_id: int, first: date) -> Counter[tuple[int, date]]:
    """(person, day) → objects whose label of that day (UTC), the `first` or a later one, came with a package."""
    with connection.cursor() as cursor:
        cursor.execute(IMPORTED, {"project": project_id, "first": first, "imports": IMPORTS})
        return Counter({(person, day): count for person, day, count in cursor.fetchall()})
