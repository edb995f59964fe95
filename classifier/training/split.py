"""Which objects are held out: whole samples, because neighbours of one tow flatter the figure."""

from dataclasses import dataclass

import numpy as np

LEAST_SAMPLES = 3
MOST_LOST = 0.3  # of the classes, that a split by sample may leave without training objects


@dataclass(frozen=True)
class Split:
    held_out: np.ndarray  # bool, (N,)
    kind: str  # "sample" or "object"
    warnings: list[str]


def split(samples: np.ndarray, labels: np.ndarray, share: float, seed: int) -> Split:
    """Holds out about `share` of the objects. `samples` are names, `labels` class numbers, both (N,)."""
    by_sample = _by_sample(samples, share, seed)
    if by_sample is not None and _lost(labels, by_sample) <= MOST_LOST:
        return Split(by_sample, "sample", [])
    why = (
        "there are fewer than three samples"
        if by_sample is None
        else "some samples hold classes that no other has"
    )
    warning = (
        f"Held out by object, not by sample, because {why}: expect less on new samples than the figures say."
    )
    return Split(_by_object(labels, share, seed), "object", [warning])


def _by_sample(samples: np.ndarray, share: float, seed: int) -> np.ndarray | None:
    """Draws samples until the share is met as closely as whole samples allow."""
    names, sizes = np.unique(samples, return_counts=True)
    if len(names) < LEAST_SAMPLES:
        return None
    wanted, taken = share * len(samples), 0
    chosen: list[str] = []
    for k in np.random.default_rng(seed).permutation(len(names)):
        if abs(taken + sizes[k] - wanted) < abs(taken - wanted):
            chosen.append(names[k])
            taken += sizes[k]
    return np.isin(samples, chosen or [names[sizes.argmin()]])  # where each is too large, the smallest


def _by_object(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """The same share of each class; a class of one object stays in training."""
    rng = np.random.default_rng(seed)
    held_out = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        held_out[members[: round(share * len(members))]] = True
    return held_out


def _lost(labels: np.ndarray, held_out: np.ndarray) -> float:
    """Share of the classes that would have no training object."""
    return 1 - len(np.unique(labels[~held_out])) / len(np.unique(labels))
