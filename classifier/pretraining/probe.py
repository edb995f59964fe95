"""How much features tell of taxa that they were not taught: the nearest neighbours' vote, and a linear classifier."""

import numpy as np
import torch

from classifier.methods.linear import fit_linear
from classifier.methods.scaling import Standard

NEIGHBOURS = 10
SHARPNESS = 0.1  # of the votes: exp(cosine / 0.1)
AT_ONCE = 1024  # objects that are compared with the whole support


def knn_accuracy(
    support: np.ndarray, labels: np.ndarray, query: np.ndarray, query_labels: np.ndarray
) -> float:
    """Share of `query` (M, D) whose nearest of `support` (N, D) by cosine vote for their class; labels (N,), (M,)."""
    voted = [_voted(support, labels, query[at : at + AT_ONCE]) for at in range(0, len(query), AT_ONCE)]
    return float((np.concatenate(voted) == query_labels).mean())


def _voted(support: np.ndarray, labels: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Class numbers (m,)."""
    cosines = unit(query) @ unit(support).T
    count = min(NEIGHBOURS, len(support))
    nearest = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
    votes = np.zeros((len(query), labels.max() + 1))
    weights = np.exp(np.take_along_axis(cosines, nearest, 1) / SHARPNESS)
    np.add.at(votes, (np.arange(len(query))[:, None], labels[nearest]), weights)
    return votes.argmax(1)


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def linear_accuracy(
    support: np.ndarray, labels: np.ndarray, query: np.ndarray, query_labels: np.ndarray
) -> float:
    """Share of `query` that a logistic regression on `support` names right; shapes as above."""
    classes, y = np.unique(labels, return_inverse=True)
    nothing = (np.zeros((0, support.shape[1]), np.float32), np.zeros(0, np.int64))
    head = fit_linear(
        "one", (support, y), nothing, len(classes), torch.device("cpu"), lambda done, total: None
    )
    return float((classes[head(query).argmax(1)] == query_labels).mean())


def probed(
    support: np.ndarray, labels: np.ndarray, query: np.ndarray, query_labels: np.ndarray
) -> dict[str, float]:
    """Both, of features (N, D) and (M, D) that are standardised first."""
    standard = Standard.of(support)
    support, query = standard(support), standard(query)
    return {
        "knn_accuracy": knn_accuracy(support, labels, query, query_labels),
        "linear_accuracy": linear_accuracy(support, labels, query, query_labels),
    }
