"""Sample by sample: where figures fall, the sea or the instrument has changed."""

import numpy as np

from classifier.evaluation.confusion import macro_f1
from classifier.evaluation.figures import number
from classifier.evaluation.metrics import BINS, ece_of

NOVEL = 0.95  # share of the known objects that lie nearer: of a sample like the others, 5 % are novel
LEAST_A_BIN = 20


def per_sample(
    samples: np.ndarray, labels: np.ndarray, predicted: np.ndarray, score: np.ndarray, novelty: np.ndarray
) -> list[dict]:
    """The figures of each sample, the worst first. All (N,): names, class numbers, class numbers, the score of the
    label given, and novelty from 0 to 1. Small samples have fewer bins, so that chance is not taken for error."""
    _, place, sample_of = np.unique(samples, return_index=True, return_inverse=True)
    order = np.argsort(sample_of, kind="stable")
    rows_of = np.split(order, np.cumsum(np.bincount(sample_of))[:-1]) if len(order) else []
    entries = [
        {
            "sample": str(samples[first]),
            "count": len(rows),
            "accuracy": float((labels[rows] == predicted[rows]).mean()),
            "macro_f1": number(_macro_f1(labels[rows], predicted[rows])),
            "ece": ece_of(score[rows], labels[rows] == predicted[rows], _bins(len(rows))),
            "mean_score": float(score[rows].mean()),
            "novel_share": float((novelty[rows] > NOVEL).mean()),
        }
        for first, rows in zip(place, rows_of, strict=True)
    ]
    return sorted(entries, key=lambda entry: (entry["accuracy"], entry["sample"]))


def _macro_f1(labels: np.ndarray, predicted: np.ndarray) -> float:
    """Over the few classes that a sample has."""
    names, both = np.unique(np.concatenate([labels, predicted]), return_inverse=True)
    return macro_f1(both[: len(labels)], both[len(labels) :], len(names))


def _bins(count: int) -> int:
    return min(BINS, max(1, count // LEAST_A_BIN))
