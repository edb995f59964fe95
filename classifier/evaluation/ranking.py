"""Objects from the highest score down, equal scores together."""

from typing import NamedTuple

import numpy as np


class ScoreRanking(NamedTuple):
    """One entry for each score that occurs, the highest first, (K,): how many objects have it or more, how many of
    those are right."""

    score: np.ndarray
    at_or_above: np.ndarray
    hits: np.ndarray


def ranking(score: np.ndarray, right: np.ndarray) -> ScoreRanking:
    """`score` (N,), `right` (N,) bool."""
    order = np.argsort(-score, kind="stable")
    descending = score[order]
    ends = np.flatnonzero(np.append(np.diff(descending) < 0, True)[: len(score)])
    return ScoreRanking(descending[ends], ends + 1, np.cumsum(right[order])[ends])
