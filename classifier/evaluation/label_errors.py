"""Labels that are likely wrong: confident learning (Northcutt et al. 2021, arXiv 1911.00068)."""

import numpy as np

# How much likelier another class than the label must be. A weak model doubts a third of all labels: of 3,900 objects of
# ISIIS, 5 % of them mislabelled as what a model with 64 % right mistakes them for, every margin below nought found 83 %
# of the errors, one in seven of what it showed; this one 42 %, two in five of what it shows.
CLEARLY = 0.7


def suspects(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(N,) bool. `p` (N, C) of a model that did not learn from these objects, `labels` (N,) class numbers.

    An object is confidently of a class if it looks as much like it as the class's own objects do on average. Suspect
    is what is confidently of another class than its label, and which the model clearly calls otherwise.
    """
    belongs = np.where(p >= _self_confidence(p, labels), p, -1.0)
    likely = belongs.argmax(1)
    is_confident = belongs.max(1, initial=-1.0) >= 0
    return is_confident & (likely != labels) & (normalised_margin(p, labels) <= -CLEARLY)


def normalised_margin(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(N,) the label's probability less that of the best other class: the least first is the order to review in."""
    rows = np.arange(len(p))
    others = p.copy()
    others[rows, labels] = -1.0
    return p[rows, labels] - others.max(1, initial=-1.0)


def _self_confidence(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(C,) mean probability of the label, over the objects of each class; out of reach for a class without any."""
    counts = np.bincount(labels, minlength=p.shape[1])
    sums = np.bincount(labels, p[np.arange(len(p)), labels], minlength=p.shape[1])
    return np.where(counts > 0, sums / np.maximum(counts, 1), 2.0)
