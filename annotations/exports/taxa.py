from django.db import connection

from annotations.exports.request import ExportRequest

TAXA = """
SELECT DISTINCT t.id, t.display_name FROM samples_object o JOIN taxonomy_taxon t ON t.id = o.taxon_id
WHERE o.project_id = %s AND ({condition}) ORDER BY t.id
"""


def taxa_in(request: ExportRequest) -> dict[int, str]:
    """The names of the taxa that matching objects have, by their numbers."""
    condition, params = request.object_filter.where(request.project.pk)
    with connection.cursor() as cursor:
        cursor.execute(TAXA.format(condition=condition), [request.project.pk, *params])
        return dict(cursor.fetchall())
