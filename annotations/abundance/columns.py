"""Which taxon a label counts for: itself, what it was merged into, or a coarser one that holds all below it."""

from collections.abc import Callable

import numpy as np
from django.db import connection

from annotations.learning.models import Model
from annotations.taxonomy.replacements import in_use

Columns = Callable[[list[int]], dict[int, int]]

PATHS = "SELECT id, path FROM taxonomy_taxon WHERE id = ANY(%s)"
HELD_OUT = """
SELECT taxon_id, predicted_id, count(*) FROM learning_heldout WHERE model_id = %s AND fold = 'test' GROUP BY 1, 2
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


def confusion_of(model: Model, taxa: np.ndarray, columns: Columns) -> np.ndarray | None:
    """(T, T) held-out objects of the model, a row a true taxon; None where none were kept."""
    with connection.cursor() as cursor:
        cursor.execute(HELD_OUT, [model.pk])
        cells = cursor.fetchall()
    column_of = columns(list({taxon for cell in cells for taxon in cell[:2]}))
    place = {taxon: number for number, taxon in enumerate(taxa.tolist())}
    confusion = np.zeros((len(taxa), len(taxa)))
    for taxon, predicted, count in cells:
        row, column = place.get(column_of[taxon]), place.get(column_of[predicted])
        if row is not None and column is not None:
            confusion[row, column] += count
    return confusion if cells else None
