"""How far the models that looked at an object disagree about it: an order of what to look at next."""

from collections.abc import Sequence

from django.db import connection

from annotations.common.arrays import array_of
from annotations.projects.models import Project
from annotations.search.rankings import remove_ranks, write_ranks

NAME = "disagreement"

# the mean of the models' best scores, less the best of their mean scores: 0 where all say the same, however unsure
DISAGREEMENT = """
WITH said AS (
    SELECT p.object_id, p.model_id, best.taxon, best.score
    FROM learning_prediction p, unnest(p.taxa, p.scores) AS best (taxon, score)
    WHERE p.object_id IN (
        SELECT object_id FROM learning_prediction WHERE object_id = ANY(%s::bigint[])
        GROUP BY object_id HAVING count(*) > 1)
), models AS (
    SELECT object_id, count(*) AS count, avg(score) AS sure
    FROM (SELECT object_id, model_id, max(score) AS score FROM said GROUP BY 1, 2) each_model GROUP BY 1
), taxa AS (
    SELECT object_id, max(score) AS score
    FROM (SELECT object_id, taxon, sum(score) AS score FROM said GROUP BY 1, 2) each_taxon GROUP BY 1
)
SELECT m.object_id, round((m.sure - t.score / m.count)::numeric, 9)::float8
FROM models m JOIN taxa t USING (object_id) WHERE m.count > 1
"""


def rank_disagreement(*, project: Project, object_ids: Sequence[int]) -> None:
    """Writes the ranks of those of the objects that two models or more have looked at, most disputed first. Others have
    none, or have it no longer."""
    with connection.cursor() as cursor:
        cursor.execute(DISAGREEMENT, [array_of(object_ids)])
        ranks = {object_id: -disagreement for object_id, disagreement in cursor.fetchall()}
    if ranks:
        write_ranks(project=project, name=NAME, ranks=ranks.items())
    if unranked := set(object_ids) - ranks.keys():
        remove_ranks(project=project, name=NAME, object_ids=unranked)
