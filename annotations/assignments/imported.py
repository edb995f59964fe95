"""Labels that came with a package: whoever gave them worked elsewhere, however lately."""

from collections import Counter
from datetime import date

from django.db import connection

from annotations.labels.models import Batch, BatchKind

IMPORTS = [BatchKind.IMPORT, BatchKind.UPDATE]
# Of those that stand. An undo gives a label back, and a merge leaves it: the change says which one it is (`restores`),
# and only that is looked up besides. It begins with the labels of these days: packages may hold millions of years ago.
IMPORTED = """
SELECT o.annotator_id, (o.labelled_at AT TIME ZONE 'UTC')::date AS day, count(*)
FROM (
    SELECT DISTINCT annotator_id FROM labels_settledtally WHERE project_id = %(project)s AND day >= %(first)s
) AS people
JOIN samples_object o ON o.project_id = %(project)s AND o.annotator_id = people.annotator_id
    AND o.labelled_at >= %(first)s::timestamp AT TIME ZONE 'UTC' AND o.state IN ('V', 'D')
JOIN labels_change latest ON latest.object_id = o.id AND latest.version = o.version
LEFT JOIN labels_change restored ON restored.object_id = CASE WHEN latest.restores IS NOT NULL THEN o.id END
    AND restored.version = latest.restores
JOIN labels_batch b ON b.id = coalesce(restored.batch_id, latest.batch_id) AND b.kind = ANY(%(imports)s)
GROUP BY 1, 2
"""


def imported_labels(project_id: int, first: date) -> Counter[tuple[int, date]]:
    """(person, day) → objects whose label of that day (UTC), the `first` or a later one, came with a package."""
    batches = Batch.objects.filter(project=project_id, kind__in=IMPORTS, created__date__gte=first)
    if not batches.exists():  # a label is no younger than the package that brings it
        return Counter()
    with connection.cursor() as cursor:
        cursor.execute(IMPORTED, {"project": project_id, "first": first, "imports": IMPORTS})
        return Counter({(person, day): count for person, day, count in cursor.fetchall()})
