"""Clusters of a labelled set, and what they save; and how long many vectors take.

    python -m benchmarks.clusters labelled VECTORS.npz [--smallest 64]
    python -m benchmarks.clusters drawn --objects 100000 1000000

VECTORS.npz holds `vectors`, float (n, dimensions), and `labels`, (n,). The labels are not used for clustering: they say
how pure clusters are, and what a simulated taxonomist answers, who makes no mistakes but believes what lies before a
page of candidates that belongs. A decision is an answer to a page, an object that is taken out, a name, a cluster that
is passed over because it is a mixture. What is in no cluster at last gets its names one by one.
"""

import argparse
import resource
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score

from annotations.clusters.bisection import PAGE, BorderSearch
from classifier.clustering.cores import nearest_core
from classifier.clustering.rounds import Clusters, Settings, cluster

GOAL = 0.95
MIXTURE = 0.5  # the share of its commonest label below which a cluster is passed over
GROUPS, DIMENSIONS, NOISE_SHARE = 300, 64, 0.3  # of what is drawn


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ways = parser.add_subparsers(dest="way", required=True)
    labelled = ways.add_parser("labelled")
    labelled.add_argument("vectors", type=Path)
    labelled.add_argument("--smallest", type=int, default=64)
    drawn = ways.add_parser("drawn")
    drawn.add_argument("--objects", type=int, nargs="+", default=[100_000])
    options = parser.parse_args()
    if options.way == "labelled":
        with np.load(options.vectors) as file:
            labels = np.unique(file["labels"], return_inverse=True)[1]
            of_a_labelled_set(file["vectors"].astype(np.float32), labels, Settings(options.smallest))
    else:
        for objects in options.objects:
            of_drawn(objects)


def of_a_labelled_set(vectors: np.ndarray, labels: np.ndarray, settings: Settings) -> None:
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    clusters = cluster(vectors, settings)
    share, purity, rand = agreement(clusters.labels, labels)
    print(
        f"{len(vectors):,} objects, {labels.max() + 1} labels: {len(clusters.cores)} clusters "
        f"with {share:.0%} of them, "
        f"purity {purity:.3f}, adjusted Rand {rand:.3f}",
        flush=True,
    )
    person = Taxonomist(vectors, labels)
    person.work(settings)
    print(f"decisions per 1,000 until {GOAL:.0%} are named: {person.per_thousand}, {person.right:.1%} right")


def of_drawn(objects: int) -> None:
    """Seven tenths of them in groups of many sizes, the others anywhere."""
    chance = np.random.default_rng(0)
    middles = chance.normal(size=(GROUPS, DIMENSIONS)).astype(np.float32)
    sizes = chance.dirichlet(np.full(GROUPS, 0.5))
    labels = chance.choice(GROUPS, objects, p=sizes)
    vectors = middles[labels] + 0.35 * chance.normal(size=(objects, DIMENSIONS)).astype(np.float32)
    is_noise = chance.random(objects) < NOISE_SHARE
    vectors[is_noise] = chance.normal(size=(int(is_noise.sum()), DIMENSIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cluster(vectors[:2000], Settings(64))  # compiled by now
    began = time.perf_counter()
    clusters = cluster(vectors, Settings(max(64, objects // 5000)))
    took = time.perf_counter() - began
    share, purity, rand = agreement(clusters.labels[~is_noise], labels[~is_noise])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{objects:,} drawn: {took:.0f} s, {memory:.1f} GB at most; {len(clusters.cores)} clusters of {GROUPS} groups "
        f"with {share:.0%} of their members, purity {purity:.3f}, adjusted Rand {rand:.3f}; "
        f"{(clusters.labels[is_noise] >= 0).mean():.1%} of the noise",
        flush=True,
    )


def agreement(clusters: np.ndarray, labels: np.ndarray) -> tuple[float, float, float]:
    """The share that is in a cluster, and of these the purity and the adjusted Rand index."""
    inside = clusters >= 0
    right = sum(
        np.bincount(labels[clusters == group]).max(initial=0) for group in range(clusters.max(initial=-1) + 1)
    )
    rand = adjusted_rand_score(labels[inside], clusters[inside]) if inside.any() else 0.0
    return float(inside.mean()), right / max(inside.sum(), 1), float(rand)


@dataclass
class Taxonomist:
    """Works through clusters, the largest first; then through those of what is left, and names the rest one by one."""

    vectors: np.ndarray
    labels: np.ndarray
    decisions: int = 0
    named: np.ndarray = field(init=False)  # int (n,): -1 where nothing has a name

    def __post_init__(self) -> None:
        self.named = np.full(len(self.labels), -1)

    @property
    def is_done(self) -> bool:
        return float((self.named >= 0).mean()) >= GOAL

    @property
    def right(self) -> float:
        has = self.named >= 0
        return float((self.named[has] == self.labels[has]).mean())

    @property
    def per_thousand(self) -> int:
        return round(1000 * self.decisions / len(self.labels))

    def work(self, settings: Settings) -> None:
        before = -1
        while not self.is_done and (self.named >= 0).sum() > before:
            before = int((self.named >= 0).sum())
            left = np.flatnonzero(self.named < 0)
            clusters = cluster(self.vectors[left], settings)
            self._through(left, clusters)
            print(
                f"  {(self.named >= 0).mean():.0%} named by {self.per_thousand} decisions per 1,000",
                flush=True,
            )
        missing = int(np.ceil(GOAL * len(self.labels))) - int((self.named >= 0).sum())
        self.decisions += max(missing, 0)

    def _through(self, left: np.ndarray, clusters: Clusters) -> None:
        for number in np.argsort(
            -np.bincount(clusters.labels[clusters.labels >= 0], minlength=len(clusters.cores))
        ):
            members = left[(clusters.labels == number) & (self.named[left] < 0)]
            if self.is_done:
                return
            if len(members) > 1:
                self._one(members, left, clusters, int(number))

    def _one(self, members: np.ndarray, left: np.ndarray, clusters: Clusters, number: int) -> None:
        self.decisions += 1  # they belong together, or it is passed over
        counts = np.bincount(self.labels[members])
        label = int(counts.argmax())
        if counts[label] < MIXTURE * len(members):
            return
        same = members[self.labels[members] == label]
        self.decisions += len(members) - len(same) + 1  # the name
        out = members[self.labels[members] != label]
        free = left[(self.named[left] < 0) & ~np.isin(left, members)]
        at = np.searchsorted(left, free)
        near = free[np.argsort(nearest_core(clusters.points[at], [clusters.cores[number]])[1], kind="stable")]
        grown = self._grow(near, label)
        self.named[same] = label
        self.named[grown] = label
        self.named[out] = -1

    def _grow(self, near: np.ndarray, label: int) -> np.ndarray:
        search, joined = BorderSearch.begin(min(-(-len(near) // PAGE), 200)), []
        while search.at is not None:
            page = near[search.at * PAGE : (search.at + 1) * PAGE]
            is_it = self.labels[page] == label
            self.decisions += 1
            if is_it.mean() < 0.5:  # taking the others out would be more work
                search = search.none_belong()
                continue
            self.decisions += int((~is_it).sum())
            following = search.some_belong(1 - is_it.mean()) if not is_it.all() else search.all_belong()
            if following.good > search.at and not search.is_single:
                joined.append(near[search.good * PAGE : search.at * PAGE])
            joined.append(page[is_it])
            search = following
        return np.concatenate(joined) if joined else np.empty(0, int)


if __name__ == "__main__":
    main()
