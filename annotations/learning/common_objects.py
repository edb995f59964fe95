"""Objects that several models were measured on: those in the test fold of each, and of what each started from, for what
one holds out may have taught another. Of these count what has the same label in all, of a taxon that all of them know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection

from annotations.learning.ancestors import LEARNT_BY_FOREBEARS, forebears_of
from annotations.learning.models import Model

MOST_OBJECTS = 200_000

# of more than MOST_OBJECTS any will do: the order is that of a hash
COMMON = f"""
SELECT h.object_id, max(o.sample_id), array_agg(h.taxon_id ORDER BY h.model_id),
       array_agg(h.predicted_id ORDER BY h.model_id), array_agg(h.score ORDER BY h.model_id)
FROM learning_heldout h JOIN samples_object o ON o.id = h.object_id
WHERE h.model_id = ANY(%(models)s) AND h.fold = 'test' AND NOT {LEARNT_BY_FOREBEARS}
GROUP BY h.object_id HAVING count(*) = %(count)s
ORDER BY hashint8(h.object_id) LIMIT %(most)s
"""


@dataclass(frozen=True)
class Common:
    """What all models were measured on: N objects, M models in the order of their numbers."""

    objects: np.ndarray  # (N,) ids
    samples: np.ndarray  # (N,) ids
    labels: np.ndarray  # (N,) taxon ids
    predicted: np.ndarray  # (N, M) taxon ids
    scores: np.ndarray  # (N, M)
    left_out: int  # labelled differently, or a taxon that not all know

    def __len__(self) -> int:
        return len(self.objects)


def common_objects(models: Sequence[Model]) -> tuple[Common, set[int]]:
    """Objects in the test fold of each and of its forebears, and the taxa that all models know."""
    numbers = [model.pk for model in models]
    with connection.cursor() as cursor:
        cursor.execute(
            COMMON,
            {
                "models": numbers,
                "count": len(numbers),
                "forebears": sorted(forebears_of(models)),
                "most": MOST_OBJECTS,
            },
        )
        rows = cursor.fetchall()
    shared_taxa = set.intersection(*(set(model.classes) for model in models))
    columns: list[Sequence] = list(zip(*rows, strict=True)) or [(), (), (), (), ()]
    order = np.argsort(np.argsort(numbers))  # from the order of numbers to that of the models
    objects, samples = (np.array(column, np.int64) for column in columns[:2])
    labels, predicted = (np.array(column, np.int64).reshape(-1, len(numbers)) for column in columns[2:4])
    scores = np.array(columns[4], float).reshape(-1, len(numbers))
    is_comparable = (labels == labels[:, :1]).all(1) & np.isin(labels[:, 0], list(shared_taxa))
    return (
        Common(
            objects[is_comparable],
            samples[is_comparable],
            labels[is_comparable, 0],
            predicted[is_comparable][:, order],
            scores[is_comparable][:, order],
            int((~is_comparable).sum()),
        ),
        shared_taxa,
    )
