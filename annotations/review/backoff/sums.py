"""How sure a model is that objects are of a coarser taxon: the sum of their scores of what lies at or below it.

Stored are an object's few best taxa, so a sum is a lower bound: what is not stored may be of the coarser taxon, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from annotations.pictures.keys import image_url
from annotations.review.planning.pool import NOVEL
from annotations.samples.queries import first_image
from annotations.search.registry import Sql
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import meaning

CELLS = 100  # to a unit of log odds, as of thresholds
EXAMPLES = 8

# what somebody has taken out of a page waits for a name, and what is unlike anything learnt no rule may accept
WAITS = f"NOT EXISTS (SELECT FROM review_setaside a WHERE a.object_id = o.id) AND NOT {NOVEL}"
SUM = """(SELECT least(sum(best.score), 1) FROM learning_prediction p, unnest(p.taxa, p.scores) AS best (taxon, score)
WHERE p.object_id = o.id AND p.is_current AND best.taxon = ANY(%s::bigint[]))"""

SUMS = f"""
WITH below AS MATERIALIZED (
    SELECT o.id, o.taxon_id, p.taxa, p.scores
    FROM samples_object o JOIN learning_prediction p ON p.object_id = o.id AND p.is_current
    WHERE o.project_id = %(project)s AND o.taxon_id = ANY(%(guesses)s) AND o.state = 'P'
      AND o.score < %(threshold)s AND {WAITS}
), named AS MATERIALIZED (
    SELECT c.id, t.path FROM (SELECT DISTINCT unnest(taxa) AS id FROM below) c
    JOIN taxonomy_taxon t ON t.id = taxonomy_in_use(c.id)
), reached AS (
    SELECT below.id, below.taxon_id, coarser.id AS coarser, least(sum(best.score), 1) AS sum
    FROM below CROSS JOIN LATERAL unnest(below.taxa, below.scores) AS best (taxon, score)
    JOIN named ON named.id = best.taxon
    JOIN unnest(%(coarser)s::bigint[]) AS coarser (id) ON coarser.id = ANY(named.path)
    GROUP BY 1, 2, 3 HAVING sum(best.score) >= %(threshold)s
)
"""
REACHED = f"""{SUMS}
SELECT coarser, taxon_id, min(sum), count(*) FROM reached
GROUP BY coarser, taxon_id, floor({CELLS} * ln(greatest(sum, 1e-6) / greatest(1 - sum, 1e-6)))
"""
NEAREST = f"""{SUMS}
SELECT o.taxon_id, o.id, o.sum, i.key, i.width, i.height FROM (
    SELECT *, row_number() OVER (PARTITION BY taxon_id ORDER BY sum, id) AS place FROM reached
) o {first_image("o.id")} WHERE o.place <= {EXAMPLES} ORDER BY o.taxon_id, o.place
"""


@dataclass(frozen=True)
class Reached:
    """Objects of one best guess that a coarser taxon reaches, in cells: the lowest sum in each, and how many it has."""

    sums: np.ndarray
    count: np.ndarray

    @property
    def objects(self) -> int:
        return int(self.count.sum())


def reached_by(
    project_id: int, coarser: Sequence[int], guesses: Sequence[int], threshold: float
) -> dict[tuple[int, int], Reached]:
    """(coarser taxon, best guess) → what is predicted as the guess with less than the threshold, and of whose scores
    those at or below the coarser taxon add up to it. Without those that reach nothing."""
    cells: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for taxon, guess, lowest, count in _rows(REACHED, project_id, coarser, guesses, threshold):
        cells.setdefault((taxon, guess), []).append((lowest, count))
    return {pair: _as_arrays(rows) for pair, rows in cells.items()}


def nearest_reached(
    project_id: int, coarser: int, guesses: Sequence[int], threshold: float
) -> dict[int, list[dict]]:
    """Best guess → [{object_id, score, url, width, height}] of those that are only just reached, `score` the sum."""
    examples: dict[int, list[dict]] = {}
    for guess, object_id, total, key, width, height in _rows(
        NEAREST, project_id, [coarser], guesses, threshold
    ):
        picture = {"url": image_url(key), "width": width, "height": height}
        examples.setdefault(guess, []).append({"object_id": object_id, "score": total, **picture})
    return examples


def sum_at(coarser: int) -> Sql:
    """The sum of an object of samples_object `o`, as SQL with its parameters; NULL where no score is stored. What was
    merged counts where it is now, wherever it stood."""
    below = Taxon.objects.filter(path__contains=[coarser], replaced_by=None)
    return SUM, [meaning(below.values_list("pk", flat=True))]


def _rows(
    sql: str, project_id: int, coarser: Sequence[int], guesses: Sequence[int], threshold: float
) -> list[tuple]:
    params: dict[str, int | float | list[int]] = {
        "project": project_id,
        "coarser": list(coarser),
        "guesses": list(guesses),
        "threshold": threshold,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _as_arrays(rows: list[tuple[float, int]]) -> Reached:
    rows.sort()
    return Reached(np.array([lowest for lowest, _ in rows]), np.array([count for _, count in rows], int))
