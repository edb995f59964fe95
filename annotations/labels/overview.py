"""What the home page shows of projects, besides how far they are: some pictures, and when somebody worked last."""

from collections import defaultdict
from datetime import datetime

from django.db import connection

from annotations.pictures.keys import image_url
from annotations.samples.queries import first_image

PICTURES = 4  # a project

# One of each of the most frequent taxa, a validated one where there is one; then, where there are fewer taxa, whatever
# came first. All along indexes: by taxon and state, and by arrival.
EXAMPLES = f"""
SELECT p.id, example.taxon, i.key, i.width, i.height
FROM unnest(%(projects)s::bigint[]) p (id)
CROSS JOIN LATERAL (
    SELECT t.display_name AS taxon, o.id, -top.count AS place FROM (
        SELECT taxon_id, sum(count) AS count FROM labels_tally
        WHERE project_id = p.id AND taxon_id IS NOT NULL
        GROUP BY 1 HAVING sum(count) > 0 ORDER BY 2 DESC, 1 LIMIT {PICTURES}
    ) top JOIN taxonomy_taxon t ON t.id = top.taxon_id CROSS JOIN LATERAL (
        SELECT id FROM samples_object WHERE project_id = p.id AND taxon_id = top.taxon_id
        ORDER BY state DESC, id DESC LIMIT 1
    ) o
    UNION ALL
    (SELECT '', id, id FROM samples_object WHERE project_id = p.id ORDER BY id LIMIT {2 * PICTURES})
) example
{first_image("example.id")}
ORDER BY p.id, example.place
"""


def examples_of(projects: list[int]) -> dict[int, list[dict]]:
    """project → at most four pictures, of different taxa where it has as many: [{taxon, url, width, height}]."""
    pictures: dict[int, dict[str, dict]] = defaultdict(dict)  # each once, by its key
    with connection.cursor() as cursor:
        cursor.execute(EXAMPLES, {"projects": projects})
        for project, taxon, key, width, height in cursor.fetchall():
            picture = {"taxon": taxon, "url": image_url(key), "width": width, "height": height}
            pictures[project].setdefault(key, picture)
    return {project: list(by_key.values())[:PICTURES] for project, by_key in pictures.items()}


LAST_WORK = """
SELECT p.id, last.created FROM unnest(%s::bigint[]) p (id)
CROSS JOIN LATERAL (SELECT created FROM labels_batch WHERE project_id = p.id ORDER BY id DESC LIMIT 1) last
"""


def last_work_in(projects: list[int]) -> dict[int, datetime]:
    """project → when labels or traits were last changed; without those where none ever were."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_WORK, [projects])
        return dict(cursor.fetchall())
