"""How far an object lies from the nearest labelled one, as the share of labelled objects that lie nearer to others."""

from dataclasses import dataclass

import numpy as np

from classifier.refit.head import Array

MOST = 1000  # labelled objects that are compared with, rare classes whole
BLOCK = 4096


@dataclass(frozen=True)
class Strangeness:
    bank: Array  # float32 (M, D), of length 1
    quantiles: Array  # (101,) distances of the labelled to the nearest other

    @classmethod
    def of(cls, x: Array, y: Array, groups: Array, seed: int = 0) -> "Strangeness":
        """`x` (N, D) embeddings of labelled objects, `y` their classes, `groups` their samples.

        What an object of the same sample is like says little of a new one: where there are several, the nearest of
        another sample counts.
        """
        rows = _some_of_each(y, seed)
        bank, group = unit(x[rows]), np.asarray(groups)[rows]
        is_same = group[:, None] == group if len(np.unique(group)) > 1 else np.eye(len(rows), dtype=bool)
        near = np.where(is_same, -1.0, bank @ bank.T).max(axis=1)
        return cls(bank, np.quantile(1 - near, np.linspace(0, 1, 101)))

    def __call__(self, x: Array) -> Array:
        """(N, D) embeddings to (N,), from 0 for what is known to 1."""
        far = [1 - (part @ self.bank.T).max(axis=1) for part in _blocks(unit(x))]
        distances = np.concatenate(far) if far else np.zeros(0)
        return np.interp(distances, self.quantiles, np.linspace(0, 1, len(self.quantiles)))


def unit(x: Array) -> Array:
    x = np.asarray(x, np.float32)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)


def _blocks(x: Array) -> list[Array]:
    return [x[start : start + BLOCK] for start in range(0, len(x), BLOCK)]


def _some_of_each(y: Array, seed: int) -> Array:
    """At most MOST rows, by turns of each class."""
    shuffled = np.random.default_rng(seed).permutation(len(y))
    order = shuffled[np.argsort(y[shuffled], kind="stable")]
    _, first, counts = np.unique(y[order], return_index=True, return_counts=True)
    turn = np.arange(len(y)) - np.repeat(first, counts)
    return np.sort(order[np.argsort(turn, kind="stable")][:MOST])
