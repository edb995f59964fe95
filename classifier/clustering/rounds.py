"""Clusters of many vectors: a sample by density, the rest by the nearest core, again and again on what is left, each
time with smaller groups."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from classifier.clustering.cores import Core, nearest_core
from classifier.clustering.density import NOISE, dense_groups
from classifier.clustering.reduction import Axes

DIMENSIONS = 32  # beyond, distances tell little, and the search takes long
FARTHEST = 2.5  # radii: HDBSCAN counts to a group also what has fallen off it long before it was dense
Report = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """`smallest`: the size of the smallest group in the first round, in objects; halved until `last`. `sample`: objects
    among which groups are looked for."""

    smallest: int = 128
    last: int = 16
    sample: int = 100_000
    seed: int = 0

    @property
    def sizes(self) -> list[int]:
        sizes = [self.smallest]
        while sizes[-1] // 2 >= self.last:
            sizes.append(sizes[-1] // 2)
        return sizes


@dataclass(frozen=True)
class Clusters:
    """`labels`, int (n,): from 0 on, NOISE for none; `distances`, float32 (n,), to the core, in its radii, so that 1 is
    its border; `rounds` and `cores`, one for each cluster, in the same order."""

    labels: np.ndarray
    distances: np.ndarray
    rounds: list[int]
    cores: list[Core]
    points: np.ndarray  # float32 (n, dimensions), in which the cores lie


def cluster(vectors: np.ndarray, settings: Settings, report: Report = lambda words: None) -> Clusters:
    """Of float (n, dimensions). The same for the same vectors, in the same order. `report` hears what is done; what it
    raises ends the work."""
    if len(vectors) < 2:
        return Clusters(np.full(len(vectors), NOISE), np.zeros(len(vectors), np.float32), [], [], vectors)
    chance = np.random.default_rng(settings.seed)
    points = Axes.of(vectors, DIMENSIONS, chance).apply(vectors).astype(np.float32)
    labels = np.full(len(points), NOISE)
    distances = np.full(len(points), np.inf, np.float32)
    cores: list[Core] = []
    rounds: list[int] = []
    for number, smallest in enumerate(settings.sizes, 1):
        left = np.flatnonzero(labels == NOISE)
        report(
            f"Round {number} of {len(settings.sizes)}: groups of {smallest} or more among {len(left):,} objects"
        )
        new_cores, members, far = one_round(points[left], smallest, settings.sample, chance)
        inside = members != NOISE
        labels[left[inside]] = members[inside] + len(cores)
        distances[left[inside]] = far[inside]
        cores += new_cores
        rounds += [number] * len(new_cores)
    return Clusters(labels, distances, rounds, cores, points)


def one_round(
    points: np.ndarray, smallest: int, sample: int, chance: np.random.Generator
) -> tuple[list[Core], np.ndarray, np.ndarray]:
    """The cores that were found, the cluster of each point, int (n,), and its distance in radii, float32 (n,)."""
    drawn = np.arange(len(points))
    if len(points) > sample:
        drawn = np.sort(chance.choice(len(points), sample, replace=False))
    # as many of a group are in the sample as there are of it, in parts
    least = max(round(smallest * len(drawn) / max(len(points), 1)), 5)
    groups, firmness = dense_groups(points[drawn], least)
    cores = [
        Core.of(points[drawn[_firm(groups == group, firmness)]])
        for group in range(groups.max(initial=NOISE) + 1)
    ]
    if not cores:
        return [], np.full(len(points), NOISE), np.full(len(points), np.inf, np.float32)
    nearest, distance = nearest_core(points, cores)
    far = distance / np.array([core.radius for core in cores], np.float32)[nearest]
    members = np.where(far <= 1, nearest, NOISE)
    members[drawn] = groups  # what is noise among the sample stays that
    for group, core in enumerate(cores):  # also where another core is nearer
        own = drawn[groups == group]
        far[own] = nearest_core(points[own], [core])[1] / core.radius
        members[own[far[own] > FARTHEST]] = NOISE
    return _without_empty(cores, members, far)


def _firm(is_member: np.ndarray, firmness: np.ndarray) -> np.ndarray:
    """The denser half of a group, bool (n,): what fell off it early would pull its core away."""
    return is_member & (firmness >= np.median(firmness[is_member]))


def _without_empty(
    cores: list[Core], members: np.ndarray, far: np.ndarray
) -> tuple[list[Core], np.ndarray, np.ndarray]:
    """Without the clusters that have no member left, the largest first."""
    sizes = np.bincount(members[members != NOISE], minlength=len(cores))
    order = [int(number) for number in np.argsort(-sizes, kind="stable") if sizes[number]]
    place = np.full(len(cores) + 1, NOISE)  # the last for NOISE itself
    place[order] = np.arange(len(order))
    return [cores[number] for number in order], place[members], far.astype(np.float32)
