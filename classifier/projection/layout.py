"""UMAP's two dimensions of vectors, and places for vectors that come later. For workers: it loads numba."""

from collections.abc import Callable

import numpy as np
import umap
from sklearn.neighbors import NearestNeighbors

BESIDE = 3  # nearest vectors that have a place already: what comes later lies at their mean
SPREAD = 10.0  # width of the first places, as UMAP's own ways to begin have it
FEW = 4  # vectors; fewer have no neighbours to speak of
CHUNK = 5_000  # vectors between two looks whether to go on

OnPart = Callable[[int, int], None]


class _Epochs:
    """What tqdm writes its progress to, as `12/200`: calls back with both."""

    def __init__(self, on_step: OnPart):
        self.on_step = on_step

    def write(self, text: str) -> None:
        done, slash, total = text.strip().partition("/")
        if slash and done.isdecimal() and total.isdecimal():
            self.on_step(int(done), int(total))

    def flush(self) -> None:
        """Nothing waits."""


def nearest(
    anchors: np.ndarray, vectors: np.ndarray, count: int, on_step: OnPart
) -> tuple[np.ndarray, np.ndarray]:
    """Of float32 (n, d) the nearest of each of (m, d): their rows and distances, (m, count), the nearest first."""
    finder = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(anchors)
    parts = []
    for start in range(0, len(vectors), CHUNK):
        on_step(start, len(vectors))
        parts.append(finder.kneighbors(vectors[start : start + CHUNK]))
    return np.concatenate([rows for _, rows in parts]), np.concatenate([away for away, _ in parts])


def laid_out(
    vectors: np.ndarray,
    start: np.ndarray,
    *,
    on_near: OnPart,
    on_epoch: OnPart,
    neighbours: int = 15,
    min_dist: float = 0.1,
    seed: int = 0,
) -> np.ndarray:
    """Places float (n, 2) of vectors float32 (n, d), n at least 4. The same with the same seed give the same places.

    `start` float (n, 2) are the places that it begins from: of principal components, so that what is far apart in the
    whole stays so. Both callbacks hear how much of how much is done, and may raise to stop it.
    """
    few = min(neighbours, len(vectors) - 1)
    near, distances = nearest(vectors, vectors, few, on_near)
    model = umap.UMAP(
        n_neighbors=few,
        min_dist=min_dist,
        init=_spread(start),
        random_state=seed,
        n_jobs=1,
        precomputed_knn=(near, distances.astype(np.float32)),
        tqdm_kwds={
            "file": _Epochs(on_epoch),
            "disable": False,
            "mininterval": 0.5,
            "bar_format": "{n}/{total}",
        },
    )
    return model.fit_transform(vectors)


def _spread(start: np.ndarray) -> np.ndarray:
    width = max(float(np.ptp(start)), 1e-9)
    return (SPREAD * start / width).astype(np.float32)


def places_beside(
    anchors: np.ndarray, places: np.ndarray, vectors: np.ndarray, on_step: OnPart
) -> np.ndarray:
    """Of vectors float32 (m, d): the mean of the places float (n, 2) of those of `anchors` (n, d) that are nearest."""
    near, _ = nearest(anchors, vectors, min(BESIDE, len(anchors)), on_step)
    return places[near].mean(axis=1)
