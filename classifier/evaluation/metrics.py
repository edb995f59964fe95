"""Figures of a classifier from labels and probabilities; scikit-learn's where it has them."""

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

BINS = 15


def evaluate(labels: np.ndarray, probabilities: np.ndarray, classes: list[str]) -> dict:
    """Everything the model's page shows. `labels` (N,) class numbers, `probabilities` (N, classes) adding up to 1."""
    predicted = probabilities.argmax(1)
    present = np.unique(labels)
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, predicted, labels=np.arange(len(classes)), zero_division=0
    )
    confused = np.union1d(present, predicted)
    return {
        "accuracy": float(accuracy_score(labels, predicted)),
        # means over the classes that the held-out objects have: no figure can be had of the others
        "balanced_accuracy": float(recall[present].mean()),
        "macro_f1": float(f1[present].mean()),
        "ece": expected_calibration_error(labels, probabilities),
        "n_held_out": len(labels),
        "per_taxon": [
            {
                "taxon": name,
                "precision": float(precision[k]),
                "recall": float(recall[k]),
                "f1": float(f1[k]),
                "support": int(support[k]),
            }
            for k, name in enumerate(classes)
        ],
        "confusion": {
            "labels": [classes[k] for k in confused],
            "matrix": confusion_matrix(labels, predicted, labels=confused).tolist(),
        },
        "reliability": {"bins": reliability(labels, probabilities)},
    }


def reliability(labels: np.ndarray, probabilities: np.ndarray) -> list[dict]:
    """Bins of equal mass over the score of the predicted class: mean score against share that is right."""
    score, right = probabilities.max(1), probabilities.argmax(1) == labels
    order = np.argsort(score, kind="stable")
    return [
        {
            "low": float(score[part].min()),
            "high": float(score[part].max()),
            "confidence": float(score[part].mean()),
            "accuracy": float(right[part].mean()),
            "count": len(part),
        }
        for part in np.array_split(order, min(BINS, len(order)))
        if len(part)
    ]


def expected_calibration_error(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean distance between score and share that is right, over bins of equal mass (Nguyen & O'Connor 2015)."""
    bins = reliability(labels, probabilities)
    total = sum(b["count"] for b in bins)
    return sum(b["count"] * abs(b["confidence"] - b["accuracy"]) for b in bins) / total if total else 0.0
