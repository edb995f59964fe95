"""Which members stand for a cluster, and in which order clusters are shown so that what is alike stands together."""

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage

from classifier.clustering.cores import Core, nearest_core
from classifier.clustering.rounds import Clusters

TYPICAL = 8  # members a cluster


def typical_members(clusters: Clusters) -> list[np.ndarray]:
    """For each cluster places in `clusters.labels`, int (at most TYPICAL,): of each densest place in turn the nearest
    member, then the second …"""
    order = np.argsort(clusters.labels, kind="stable")
    bounds = np.searchsorted(clusters.labels[order], np.arange(len(clusters.cores) + 1))
    return [
        _typical(order[bounds[number] : bounds[number + 1]], core, clusters.points)
        for number, core in enumerate(clusters.cores)
    ]


def _typical(members: np.ndarray, core: Core, points: np.ndarray) -> np.ndarray:
    places = [Core(place[None], 1.0) for place in core.places]
    nearest = [
        members[np.argsort(nearest_core(points[members], [each])[1], kind="stable")] for each in places
    ]
    in_turn = np.array([row[:TYPICAL] for row in nearest]).T.ravel()
    return in_turn[np.sort(np.unique(in_turn, return_index=True)[1])][:TYPICAL]


def centroids(clusters: Clusters) -> np.ndarray:
    """float32 (clusters, dimensions)."""
    return np.array([core.places.mean(axis=0) for core in clusters.cores], np.float32)


def order_of(middles: np.ndarray) -> np.ndarray:
    """The place of each of float (n, dimensions) along the leaves of their average linkage, int (n,)."""
    if len(middles) < 3:
        return np.arange(len(middles))
    return np.argsort(leaves_list(linkage(middles, "average", optimal_ordering=len(middles) < 1000)))
