"""Scores of all that waits as predicted, as sets: a row a cell of the score, not a row an object."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import connection

from annotations.labels.tally import project_counts
from annotations.review.planning.pool import NOVEL
from annotations.samples.models import State

CELLS = 100  # to a unit of log odds: a cell at 0.95 is 0.0005 wide, so a million scores are some 1,400 rows
CUT = 1e-6  # scores nearer to 0 or 1 are in one cell

# what a person has said is not the taxon no threshold may accept, nor what is unlike anything learnt
ACCEPTABLE = f"""NOT EXISTS (SELECT FROM review_setaside a WHERE a.object_id = o.id AND a.taxon_id = o.taxon_id)
AND NOT {NOVEL}"""
# each cell begins at a score that an object has, so that the count above a threshold is exact
SCORES = f"""
SELECT predicted.taxon, min(o.score), count(*)
FROM unnest(%(taxa)s::bigint[]) AS predicted (taxon)
JOIN samples_object o ON o.project_id = %(project)s AND o.taxon_id = predicted.taxon AND o.state = 'P'
WHERE o.score BETWEEN 0 AND 1 AND {ACCEPTABLE}
GROUP BY predicted.taxon, floor({CELLS} * ln(greatest(o.score, {CUT}) / greatest(1 - o.score, {CUT})))
"""


@dataclass(frozen=True)
class WaitingScores:
    """Cells of the scores of a taxon: the lowest score in each, float (n,), and how many objects it has, int (n,)."""

    score: np.ndarray = field(default_factory=lambda: np.zeros(0))
    count: np.ndarray = field(default_factory=lambda: np.zeros(0, int))

    @property
    def objects(self) -> int:
        return int(self.count.sum())


def waiting_scores(project_id: int, taxa: Sequence[int]) -> dict[int, WaitingScores]:
    """taxon → the scores of what is predicted to be it and waits. One query, however many taxa there are."""
    rows: dict[int, list[tuple[float, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SCORES, {"taxa": list(taxa), "project": project_id})
        for taxon, score, count in cursor.fetchall():
            rows[taxon].append((score, count))
    return {taxon: _as_arrays(rows[taxon]) for taxon in taxa}


def _as_arrays(rows: list[tuple[float, int]]) -> WaitingScores:
    rows.sort()
    return WaitingScores(np.array([score for score, _ in rows]), np.array([count for _, count in rows], int))


def predicted_counts(project_id: int) -> dict[int, int]:
    """taxon → how many objects wait as predicted to be it, most first; from the tally."""
    counts = {
        taxon: count
        for taxon, state, count in project_counts(project_id)
        if taxon and state == State.PREDICTED
    }
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
