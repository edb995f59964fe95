"""How much a training would learn from: objects, samples and taxa of what is chosen, from the tally."""

from dataclasses import dataclass

from django.db import connection

from annotations.learning.models import LearningSet
from annotations.projects.models import Project

AMOUNT = """
SELECT coalesce(sum(objects), 0)::bigint, count(DISTINCT sample_id), count(DISTINCT taxon_id)
FROM (
    SELECT sample_id, taxon_id, sum(count) AS objects FROM labels_tally
    WHERE project_id = ANY(%s) AND state = 'V' AND taxon_id IS NOT NULL
      AND (%s::bigint[] IS NULL OR taxon_id = ANY(%s))
    GROUP BY sample_id, taxon_id HAVING sum(count) > 0
) validated
"""


@dataclass(frozen=True)
class Amount:
    objects: int
    samples: int
    taxa: int


def amount_of_projects(projects: list[Project], taxa: list[int] | None) -> Amount:
    """Of their validated objects; `taxa` are those that are ticked, None for all."""
    with connection.cursor() as cursor:
        cursor.execute(AMOUNT, [[project.pk for project in projects], taxa, taxa])
        return Amount(*cursor.fetchone())


def amount_of_set(learning_set: LearningSet) -> Amount:
    facts = learning_set.facts
    return Amount(facts.get("objects", 0), facts.get("samples", 0), facts.get("taxa", 0))
