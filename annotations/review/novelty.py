"""Whether a model knows what it has named: how much of what waits is unlike anything that it has learnt."""

from dataclasses import dataclass

from django.db import connection

from annotations.learning.doubt import MUCH, UNLIKE
from annotations.similarity.queries import is_embedded

# A look at a few objects of each of the largest groups of sample, taxon and state, weighed by what the groups count: as
# fast in a project of millions
SHARE = """
WITH cells AS (
    SELECT sample_id, taxon_id, state, sum(count)::bigint AS count FROM labels_tally
    WHERE project_id = %(project)s AND state IN ('U', 'P') GROUP BY 1, 2, 3 HAVING sum(count) > 0
    ORDER BY 4 DESC, 1, 2 LIMIT 100
)
SELECT sum(c.count * seen.unlike::float8 / seen.count)::float8 / sum(c.count), max(seen.example)
FROM cells c CROSS JOIN LATERAL (
    SELECT count(*) AS count, count(*) FILTER (WHERE p.novelty >= %(unlike)s) AS unlike,
           min(p.object_id) FILTER (WHERE p.novelty >= %(unlike)s) AS example
    FROM (
        (SELECT id FROM samples_object
         WHERE sample_id = c.sample_id AND taxon_id = c.taxon_id AND state = c.state LIMIT 20)
        UNION ALL
        (SELECT id FROM samples_object
         WHERE c.taxon_id IS NULL AND sample_id = c.sample_id AND taxon_id IS NULL AND state = c.state LIMIT 20)
    ) o JOIN learning_prediction p ON p.object_id = o.id AND p.is_current WHERE p.novelty IS NOT NULL
) seen
WHERE seen.count > 0
"""


@dataclass(frozen=True)
class Unlike:
    share: float  # of what waits for a person, as far as a model has looked at it
    example: int | None  # one that is unlike, where similarity to it is known

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def much_unlike(project_id: int) -> Unlike | None:
    """None where the model knows most of what it has named, or nothing was."""
    with connection.cursor() as cursor:
        cursor.execute(SHARE, {"project": project_id, "unlike": UNLIKE})
        share, example = cursor.fetchone()
    if share is None or share < MUCH:
        return None
    return Unlike(share, example if example is not None and is_embedded(example) else None)
