"""Which objects of a pool belong together, and which of a page are strangers there."""

import numpy as np

from annotations.similarity.vectors import best_space, vectors_of

NEIGHBOURS = 20  # among which a crowd is looked for
CLOSE = 0.5  # of the way from the middle of a crowd to the middle of the pool: as far as a page reaches


class ObjectSimilarity:
    """How alike the objects of a pool are to each other: cosines of their embeddings."""

    def __init__(self, project_id: int, ids: list[int]):
        self.ids = np.array(ids, dtype=np.int64)
        self.lies, self.vectors = vectors_of(best_space(project_id), ids)

    def crowd(self, size: int, weights: np.ndarray | None = None) -> np.ndarray:
        """Places in `ids`, int (at most size,), of those around the densest spot, the nearest first.

        `weights`, float (n,), says how much each object counts there. Where nothing is known of similarity it is the
        first ones.
        """
        places = np.flatnonzero(self.lies)
        if len(places) < 2:
            return np.arange(min(size, len(self.ids)))
        near = self.vectors @ self.vectors.T
        count = min(NEIGHBOURS, len(places))
        density = np.partition(near, -count, axis=1)[:, -count:].mean(axis=1)
        if weights is not None:
            density = density * weights[places]
        return places[self._around(near[int(density.argmax())], size)]

    def chain(self, size: int) -> np.ndarray:
        """Places in `ids`, int (at most size,), each followed by what is most like it of those that are left, so that
        what is alike stands together; what nothing is known of comes last."""
        places = np.flatnonzero(self.lies)
        unknown = np.flatnonzero(~self.lies)
        if not len(places):
            return unknown[:size]
        near = self.vectors @ self.vectors.T
        order = [int(near.sum(axis=1).argmax())]
        is_left = np.ones(len(places), bool)
        is_left[order] = False
        while len(order) < min(size, len(places)):
            order.append(int(np.where(is_left, near[order[-1]], -np.inf).argmax()))
            is_left[order[-1]] = False
        return np.concatenate([places[order], unknown])[:size]

    def _around(self, cosines: np.ndarray, size: int) -> np.ndarray:
        order = np.argsort(-cosines, kind="stable")[:size]
        usual, nearest = float(np.median(cosines)), float(cosines[order[: min(5, len(order))]].mean())
        bound = nearest - CLOSE * max(nearest - usual, 0.0)
        close = order[cosines[order] >= bound - 1e-6]
        return close if len(close) > 1 else order[:1]

    def strangers_first(self, places: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """The places in the order of a page: what lies far from the middle of it, and what the model is less sure of,
        first. `scores`, float (n,), are of the pool."""
        doubt = 1 - np.nan_to_num(scores[places], nan=0.0)
        lies = self.lies[places]
        if lies.sum() > 1:
            rows = np.searchsorted(np.flatnonzero(self.lies), places[lies])
            vectors = self.vectors[rows]
            middle = vectors.mean(axis=0)
            far = np.ones(len(places))
            far[lies] = 1 - vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-6))
            doubt = _rank(far) + _rank(doubt)
        return places[np.argsort(-doubt, kind="stable")]


def _rank(values: np.ndarray) -> np.ndarray:
    """From 0 for the least to 1 for the greatest."""
    return np.argsort(np.argsort(values, kind="stable"), kind="stable") / max(len(values) - 1, 1)
