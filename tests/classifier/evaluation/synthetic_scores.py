"""Objects whose true probabilities are known, and a small tree of taxa."""

import numpy as np
from scipy.special import softmax

from classifier.contract.tree import Nodes, Tree

PARENTS = {
    "animalia": None,
    "copepoda": "animalia",
    "calanoida": "copepoda",
    "calanus": "calanoida",
    "cyclopoida": "copepoda",
    "cnidaria": "animalia",
    "medusae": "cnidaria",
    "detritus": None,
}
CLASSES = ["calanus", "copepoda", "cyclopoida", "detritus", "medusae"]  # one is the ancestor of two others


def tree() -> Tree:
    return Tree(parents=dict(PARENTS), names={taxon: taxon.title() for taxon in PARENTS})


def nodes() -> Nodes:
    return Nodes(tree(), CLASSES)


def judged(count: int, classes: int = 5, seed: int = 0, spread: float = 2.0):
    """(logits, labels) of honest logits: labels are drawn from their softmax. Later classes are rarer."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, spread, (count, classes)) - 0.5 * np.arange(classes)
    p = softmax(logits, axis=1)
    labels = (p.cumsum(1) < rng.random((count, 1))).sum(1).clip(max=classes - 1)
    return logits, labels
