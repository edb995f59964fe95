"""The temperature that makes scores honest, from parts that the head was not fitted to; a sample lies on one side."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from classifier.refit.head import Array

PARTS = 3
COLDEST, HOTTEST = 0.1, 20.0
SPREAD = 0.7  # of the logarithm of a temperature, before labels say otherwise: few labels move it little

Logits = Callable[[Array, Array], Array]  # (rows to fit to, rows to score) → float (N, C)


def kept_back(logits_of: Logits, y: Array, groups: Array, seed: int = 0) -> tuple[Array, Array] | None:
    """float (N', C) logits of objects that their head has not seen, and their classes; None where none is kept back.

    `y` (N,) class numbers, `groups` (N,) samples; of a single one, objects. An object whose class the other parts lack
    says nothing of how sure a head is that has it, and is left out.
    """
    logits, labels = [], []
    for fit, check in _parts(groups, seed):
        check = check[np.isin(y[check], y[fit])]
        if len(check):
            logits.append(logits_of(fit, check))
            labels.append(y[check])
    return (np.concatenate(logits), np.concatenate(labels)) if logits else None


def log_loss(logits: Array, y: Array, temperature: float) -> float:
    """The mean over objects."""
    scaled = np.asarray(logits, float) / temperature
    return float((logsumexp(scaled, axis=1) - scaled[np.arange(len(y)), y]).mean())


def fit_temperature(logits: Array, y: Array) -> float:
    """That of the least log loss, drawn to 1 as far as there are few objects."""
    logits = np.asarray(logits, float)
    own = logits[np.arange(len(y)), y]

    def loss(log_temperature: float) -> float:
        cold = np.exp(-log_temperature)
        return (logsumexp(logits * cold, axis=1) - own * cold).sum() + 0.5 * (log_temperature / SPREAD) ** 2

    bounds = (np.log(COLDEST), np.log(HOTTEST))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def _parts(groups: Array, seed: int) -> Iterator[tuple[Array, Array]]:
    """(rows to fit to, rows kept back), some samples each."""
    names, group = np.unique(groups, return_inverse=True)
    if len(names) == 1:
        group = np.arange(len(groups))
    count = int(group.max(initial=0)) + 1
    part_of = np.empty(count, int)
    part_of[np.random.default_rng(seed).permutation(count)] = np.arange(count) % PARTS
    for part in range(min(PARTS, count) if count > 1 else 0):
        is_kept = part_of[group] == part
        yield np.flatnonzero(~is_kept), np.flatnonzero(is_kept)
