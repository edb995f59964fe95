"""What an earlier model said of objects, as log probabilities of today's classes."""

import numpy as np

from classifier.refit.head import Array

LEAST = 1e-4  # probability of a class that the model has not named, or does not know


def log_probabilities(best: Array, scores: Array, classes: int) -> Array:
    """float32 (N, C) of its surest classes: `best` (N, k) class numbers, -1 for none, and their `scores` (N, k).

    What is left is shared by the classes that it has not named. An object that it has not seen is even.
    """
    is_named = best >= 0
    scores = np.where(is_named, scores, 0.0)
    others = np.maximum(classes - is_named.sum(axis=1), 1)
    rest = np.maximum((1 - scores.sum(axis=1)) / others, LEAST)
    p = np.repeat(rest[:, None], classes, axis=1).astype(np.float32)
    rows, columns = np.nonzero(is_named)
    p[rows, best[rows, columns]] = np.maximum(scores[rows, columns], LEAST)
    return np.log(p / p.sum(axis=1, keepdims=True))
