"""What an earlier model said of objects, as log probabilities of today's classes."""

import numpy as np

from classifier.refit.head import Array

LEAST = 1e-4  # probability of a class that the model has not named, or does not know
LEAST_SHARE = 1e-2  # of an even share, for a class of which an imitation thinks nothing


def log_probabilities(best: Array, scores: Array, classes: int, shares: Array | None = None) -> Array:
    """float32 (N, C) of its surest classes: `best` (N, k) class numbers, -1 for none, and their `scores` (N, k).

    What is left goes to the classes that it has not named: as `shares` (N, C) has them, else evenly. An object that it
    has not seen is even, or as these.
    """
    is_named = best >= 0
    scores = np.where(is_named, scores, 0.0)
    rows, columns = np.nonzero(is_named)
    p = (
        np.ones((len(best), classes), np.float32)
        if shares is None
        else np.maximum(shares, LEAST_SHARE / classes)
    )
    p[rows, best[rows, columns]] = 0
    others = np.maximum(classes - is_named.sum(axis=1), 1)
    rest = np.maximum((1 - scores.sum(axis=1)) / others, LEAST) * others
    p *= (rest / np.maximum(p.sum(axis=1), 1e-12))[:, None]
    p[rows, best[rows, columns]] = np.maximum(scores[rows, columns], LEAST)
    return np.log(p / p.sum(axis=1, keepdims=True), dtype=np.float32)
