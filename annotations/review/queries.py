from collections import defaultdict

from django.db import connection

from annotations.pictures.keys import image_url
from annotations.samples.models import State
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from annotations.search.queries import counts

EXAMPLES = 8

# of all taxa at once, each by the index of the review; what came without a score last
SUREST = f"""
SELECT wanted.taxon, o.score, i.key, i.width, i.height
FROM unnest(%(taxa)s::bigint[]) AS wanted (taxon)
CROSS JOIN LATERAL (
    (SELECT id, score FROM samples_object
     WHERE project_id = %(project)s AND taxon_id = wanted.taxon AND state = 'P' AND score IS NOT NULL
     ORDER BY score DESC, id DESC LIMIT %(most)s)
    UNION ALL
    (SELECT id, score FROM samples_object
     WHERE project_id = %(project)s AND taxon_id = wanted.taxon AND state = 'P' AND score IS NULL
     ORDER BY id LIMIT %(most)s)
    LIMIT %(most)s
) o
{first_image("o.id")}
"""


def predicted_taxa(project_id: int) -> list[dict]:
    """Predicted taxa with how many objects wait, most first, each with its most certain vignettes."""
    waiting = counts(project_id, Filter(state=(State.PREDICTED,)))
    waiting.sort(key=lambda entry: -entry["count"])
    examples = _examples(project_id, [entry["taxon"]["id"] for entry in waiting])
    return [{**entry, "examples": examples[entry["taxon"]["id"]]} for entry in waiting]


def _examples(project_id: int, taxa: list[int]) -> dict[int, list[dict]]:
    """taxon → [{score, url, width, height}], the surest first."""
    examples: dict[int, list[dict]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SUREST, {"taxa": taxa, "project": project_id, "most": EXAMPLES})
        for taxon, score, key, width, height in cursor.fetchall():
            examples[taxon].append({"score": score, "url": image_url(key), "width": width, "height": height})
    for entries in examples.values():
        entries.sort(key=lambda entry: (entry["score"] is None, -(entry["score"] or 0)))
    return examples
