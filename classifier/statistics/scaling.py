"""Non-metric multidimensional scaling: points whose distances are in the order of their dissimilarities."""

from dataclasses import dataclass

import numpy as np

from classifier.statistics.ordination import principal_coordinates, upright

ROUNDS, STARTS, SEED = 100, 2, 0
ENOUGH = 1e-6  # of stress a round: less is no gain


@dataclass(frozen=True)
class RankScaling:
    """`points` float (n, 2), on their principal axes; `stress` is Kruskal's first: 0 where every order is kept."""

    points: np.ndarray
    stress: float


def nonmetric_scaling(dissimilarities: np.ndarray) -> RankScaling:
    """Of float (n, n), n at least 3, by majorisation (SMACOF; Borg & Groenen, *Modern Multidimensional Scaling*, 2005)
    with Kruskal's primary treatment of ties. The better of two starts: principal coordinates, and one at random
    that is always the same."""
    count = len(dissimilarities)
    rng = np.random.default_rng(SEED)
    first = principal_coordinates(dissimilarities).points
    starts = [first, *rng.standard_normal((STARTS - 1, count, 2))]
    best = min((_scaled(dissimilarities, start) for start in starts), key=lambda each: each.stress)
    return RankScaling(_on_principal_axes(best.points), best.stress)


def _scaled(dissimilarities: np.ndarray, points: np.ndarray) -> RankScaling:
    pairs = np.triu_indices(len(points), 1)
    ranked = dissimilarities[pairs]
    stress, before = np.inf, np.inf
    for _ in range(ROUNDS):
        distances = _distances(points)
        targets = monotone(ranked, distances[pairs])
        stress = _stress(distances[pairs], targets)
        if before - stress < ENOUGH:
            break
        points, before = _moved(points, distances, targets, pairs), stress
    return RankScaling(points, stress)


def _distances(points: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(points[:, None] - points[None]).sum(axis=2))


def _stress(distances: np.ndarray, targets: np.ndarray) -> float:
    return float(np.sqrt(np.square(distances - targets).sum() / max(np.square(distances).sum(), 1e-300)))


def _moved(points: np.ndarray, distances: np.ndarray, targets: np.ndarray, pairs: tuple) -> np.ndarray:
    """Guttman's transform; targets of a fixed length keep the points from shrinking to one."""
    targets = targets * np.sqrt(len(targets) / max(np.square(targets).sum(), 1e-300))
    ratios = np.zeros_like(distances)
    ratios[pairs] = -targets / np.maximum(distances[pairs], 1e-12)
    ratios += ratios.T
    np.fill_diagonal(ratios, -ratios.sum(axis=1))
    return ratios @ points / len(points)


def monotone(order: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Of float (m,) each: what comes nearest to `values` in squares and never falls while `order` rises; of equal ones
    the order is free. By pooling adjacent violators."""
    places = np.lexsort((values, order))
    means: list[float] = []
    counts: list[int] = []
    for value in values[places].tolist():
        mean, count = value, 1
        while means and means[-1] >= mean:
            more = counts.pop()
            mean = (means.pop() * more + mean * count) / (more + count)
            count += more
        means.append(mean)
        counts.append(count)
    fitted = np.empty(len(values))
    fitted[places] = np.repeat(means, counts)
    return fitted


def _on_principal_axes(points: np.ndarray) -> np.ndarray:
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return upright(centred @ axes.T)
