"""From which score on a suggestion can be taken without a look, if a share of them has to be right.

What is promised is the lower bound of the share, not the share itself (Clopper & Pearson 1934): 59 checked objects
without an error are the fewest that speak for 95 %, because 0.95 ** 59 < 0.05.
"""

import numpy as np
from scipy.special import betainc, betaincinv

from classifier.evaluation.ranking import ranking
from classifier.tree import Nodes

CONFIDENCE = 0.95
WANTED = (0.8, 0.9, 0.95, 0.99)


def lower_bound(right: np.ndarray, total: np.ndarray, confidence: float = CONFIDENCE) -> np.ndarray:
    """The share that is right is above this, with the confidence given; 0 where none is. Of numbers or arrays."""
    right, total = np.asarray(right, float), np.asarray(total, float)
    some = right > 0
    return np.where(some, betaincinv(np.where(some, right, 1), total - right + 1, 1 - confidence), 0.0)


def threshold(score: np.ndarray, right: np.ndarray, precision: float) -> float | None:
    """The smallest score from which on at least `precision` are right, by the lower bound; None if there is none.

    `score` (N,), `right` (N,) bool.
    """
    down = ranking(score, right)
    # the lower bound is at least `precision` just where so many hits would be this rare at that precision
    chance = betainc(np.maximum(down.hits, 1), down.taken - down.hits + 1, precision)
    kept = np.flatnonzero((down.hits > 0) & (chance <= 1 - CONFIDENCE))
    return float(down.score[kept[-1]]) if len(kept) else None


def class_thresholds(
    p: np.ndarray, labels: np.ndarray, predicted: np.ndarray, precision: float
) -> np.ndarray:
    """(C,) for the label that was given itself; infinite where nothing can be promised. `p` (N, C)."""
    score, right = p[np.arange(len(p)), predicted], predicted == labels
    return np.array(
        [
            _or_never(threshold(score[rows], right[rows], precision))
            for rows in _rows_by_class(predicted, p.shape[1])
        ]
    )


def node_thresholds(
    p: np.ndarray, labels: np.ndarray, predicted: np.ndarray, nodes: Nodes, precision: float
) -> np.ndarray:
    """(nodes,) for climbing from the label given towards the root; infinite where nothing can be promised.

    A node is judged by the objects that come up to it because nothing below could be promised: they are the hard ones.
    Nodes above all classes are never good enough, for they say nothing.
    """
    found = np.full(len(nodes.taxa), np.inf)
    waiting = np.ones(len(p), bool)
    classes = nodes.members.shape[1]
    for node in np.argsort(-nodes.depths, kind="stable"):
        members = nodes.members[node]
        if node >= classes and members.all():
            continue
        rows = np.flatnonzero(waiting & members[predicted])
        score = p[np.ix_(rows, members)].sum(1)
        found[node] = _or_never(threshold(score, members[labels[rows]], precision))
        waiting[rows[score >= found[node]]] = False
    return found


def _rows_by_class(predicted: np.ndarray, classes: int) -> list[np.ndarray]:
    order = np.argsort(predicted, kind="stable")
    return np.split(order, np.cumsum(np.bincount(predicted, minlength=classes))[:-1])


def _or_never(threshold: float | None) -> float:
    return np.inf if threshold is None else threshold
