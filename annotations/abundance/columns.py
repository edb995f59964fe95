"""Which taxon a label counts for: itself, what it was merged into, or a coarser one that holds all below it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.db import connection

from annotations.learning.models import Model
from annotations.taxonomy.replacements import in_use
from classifier.statistics.confusion import HeldOutConfusion

Columns = Callable[[list[int]], dict[int, int]]

HALF_AN_OBJECT = 0.5
PATHS = "SELECT id, path FROM taxonomy_taxon WHERE id = ANY(%s)"
# what the model was calibrated by (fold tune) and is measured on (fold test); an object of a sample is like its others
HELD_OUT = """
SELECT o.sample_id, h.taxon_id, h.predicted_id, count(*), h.fold = 'test'
FROM learning_heldout h JOIN samples_object o ON o.id = h.object_id
WHERE h.model_id = %s GROUP BY o.sample_id, h.taxon_id, h.predicted_id, h.fold
"""


def columns_by_level(taxa_below: list[int]) -> Columns:
    """Of `taxa_below` each holds all below it; of two on one line, the finer holds its own."""
    coarse = set(taxa_below)

    def columns(taxa: list[int]) -> dict[int, int]:
        became = in_use(taxa)
        if not coarse:
            return became
        with connection.cursor() as cursor:
            cursor.execute(PATHS, [list(set(became.values()))])
            paths = dict(cursor.fetchall())
        level = {taxon: _level(taxon, path, coarse) for taxon, path in paths.items()}
        return {taxon: level.get(now, now) for taxon, now in became.items()}

    return columns


def _level(taxon: int, path: list[int], coarse: set[int]) -> int:
    return next((above for above in reversed(path) if above in coarse), taxon)


@dataclass(frozen=True)
class HeldOutEvidence:
    """How the model errs on objects of its fold `test`, and (T,) the shares of taxa with which it is calibrated."""

    confusion: HeldOutConfusion
    prior: np.ndarray


def held_out_of(model: Model, taxa: np.ndarray, columns: Columns) -> HeldOutEvidence | None:
    """Of the `taxa` of a table; None where none were kept, as of a model that was brought in."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_OUT, [model.pk])
        rows = np.array(cursor.fetchall(), np.int64).reshape(-1, 5)
    column_of = columns(sorted({*rows[:, 1].tolist(), *rows[:, 2].tolist(), *model.classes}))
    place = {taxon: number for number, taxon in enumerate(taxa.tolist())}
    cells = np.array([[place.get(column_of[taxon], -1) for taxon in pair] for pair in rows[:, 1:3].tolist()])
    is_in = (cells.reshape(-1, 2) >= 0).all(1)
    rows, cells = rows[is_in], cells.reshape(-1, 2)[is_in]
    is_test = rows[:, 4] == 1
    if not is_test.any():
        return None
    sample = np.unique(rows[is_test, 0], return_inverse=True)[1]
    confusion = HeldOutConfusion(sample, cells[is_test, 0], cells[is_test, 1], rows[is_test, 3], len(taxa))
    return HeldOutEvidence(confusion, _prior(model, cells[:, 0], rows[:, 3], column_of, place))


def _prior(
    model: Model, taxon: np.ndarray, count: np.ndarray, column_of: dict[int, int], place: dict[int, int]
) -> np.ndarray:
    """(T,): of the model's classes none is quite without a share, of others it says nothing."""
    prior = np.bincount(taxon, count, len(place)).astype(float)
    classes = [place[column_of[one]] for one in model.classes if column_of[one] in place]
    prior[list(set(classes))] += HALF_AN_OBJECT
    return prior / prior.sum()
