"""Figures of a classifier from labels, probabilities and the labels it gives."""

import numpy as np

from classifier.evaluation.calibration import classwise_ece
from classifier.evaluation.confusion import Scores, confusion, mean_of, scores
from classifier.evaluation.figures import number

BINS = 15
LEAST_P = 1e-12  # so that one impossible label does not make the loss infinite


def evaluate(
    labels: np.ndarray,
    p: np.ndarray,
    classes: list[str],
    predicted: np.ndarray | None = None,
    order: list[int] | None = None,
) -> dict:
    """What can be said without the tree, the samples or other folds. Figures that need objects are None without.

    `labels` (N,) class numbers, `p` (N, C) adding up to 1, `predicted` (N,) the labels that are given, the likeliest
    unless told. `order`: the class numbers as the confusion matrix has them.
    """
    predicted = p.argmax(1) if predicted is None else predicted
    matrix = confusion(labels, predicted, len(classes))
    by_class = scores(matrix)
    return {
        **headline(matrix),
        "top5_accuracy": _top(labels, p, 5),
        "nll": _mean(-np.log(np.maximum(_of(p, labels), LEAST_P))),
        "ece": expected_calibration_error(labels, p, predicted),
        "ece_by_chance": ece_by_chance(_of(p, predicted)),
        "classwise_ece": number(classwise_ece(labels, p)),
        "n_held_out": len(labels),
        "per_taxon": _per_taxon(by_class, classes),
        "confusion": _confused(matrix, classes, order),
        "reliability": {"bins": reliability(labels, p, predicted)},
    }


def headline(matrix: np.ndarray) -> dict:
    """Of a confusion matrix (C, C). The means are over the classes that have labels: none can be had of the others."""
    by_class = scores(matrix)
    present = by_class.support > 0
    total = matrix.sum()
    return {
        "accuracy": float(np.trace(matrix) / total) if total else None,
        "balanced_accuracy": number(mean_of(by_class.recall, present)),
        "macro_f1": number(mean_of(by_class.f1, present)),
    }


def _per_taxon(by_class: Scores, classes: list[str]) -> list[dict]:
    return [
        {
            "taxon": taxon,
            "precision": float(by_class.precision[k]),
            "recall": float(by_class.recall[k]),
            "f1": float(by_class.f1[k]),
            "support": int(by_class.support[k]),
        }
        for k, taxon in enumerate(classes)
    ]


def _confused(matrix: np.ndarray, classes: list[str], order: list[int] | None) -> dict:
    """Without the classes that neither are labels nor were given."""
    involved = (matrix.sum(0) + matrix.sum(1)) > 0
    involved_classes = [k for k in (range(len(classes)) if order is None else order) if involved[k]]
    return {
        "labels": [classes[k] for k in involved_classes],
        "matrix": matrix[np.ix_(involved_classes, involved_classes)].tolist(),
    }


def reliability(labels: np.ndarray, p: np.ndarray, predicted: np.ndarray | None = None) -> list[dict]:
    """Bins of equal mass over the score of the label given: mean score against share that is right."""
    predicted = p.argmax(1) if predicted is None else predicted
    return reliability_of(_of(p, predicted), predicted == labels)


def reliability_of(score: np.ndarray, right: np.ndarray, bins: int = BINS) -> list[dict]:
    return [
        {
            "low": float(score[part].min()),
            "high": float(score[part].max()),
            "confidence": float(score[part].mean()),
            "accuracy": float(right[part].mean()),
            "count": len(part),
        }
        for part in equal_mass(score, bins)
    ]


def expected_calibration_error(
    labels: np.ndarray, p: np.ndarray, predicted: np.ndarray | None = None
) -> float | None:
    """Mean distance between score and share that is right, over bins of equal mass (Nguyen & O'Connor 2015)."""
    return _distance(reliability(labels, p, predicted))


def ece_of(score: np.ndarray, right: np.ndarray, bins: int = BINS) -> float | None:
    return _distance(reliability_of(score, right, bins))


def ece_by_chance(score: np.ndarray, bins: int = BINS) -> float | None:
    """The ECE to be expected were every score true: labels fall right or wrong by chance, the more so in small bins.

    The mean distance of a binomial count from its mean, by the normal approximation.
    """
    if len(score) == 0:
        return None
    variances = [(score[part] * (1 - score[part])).sum() for part in equal_mass(score, bins)]
    return float(np.sqrt(2 / np.pi * np.array(variances)).sum() / len(score))


def equal_mass(score: np.ndarray, bins: int = BINS) -> list[np.ndarray]:
    """Row numbers of each bin, from the least score to the greatest; as many bins as there are objects, at most."""
    order = np.argsort(score, kind="stable")
    return np.array_split(order, min(bins, len(order))) if len(order) else []


def _distance(bins: list[dict]) -> float | None:
    total = sum(b["count"] for b in bins)
    return sum(b["count"] * abs(b["confidence"] - b["accuracy"]) for b in bins) / total if total else None


def _of(p: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return p[np.arange(len(p)), chosen]


def _top(labels: np.ndarray, p: np.ndarray, most: int) -> float | None:
    return _mean((p > _of(p, labels)[:, None]).sum(1) < most)


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None
