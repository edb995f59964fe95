"""Embeddings of drawn classes: clouds around means, some of them close to each other."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Drawn:
    x: np.ndarray
    y: np.ndarray
    p: np.ndarray  # of a model that knows the means, but takes the clouds for wider than they are


def draw_classes(
    count: int, classes: int = 8, dimensions: int = 16, distance: float = 1.0, seed: int = 0
) -> Drawn:
    rng = np.random.default_rng(seed)
    means = rng.normal(size=(classes, dimensions)) * distance
    y = rng.integers(0, classes, count)
    x = (means[y] + rng.normal(size=(count, dimensions))).astype(np.float32)
    logits = -0.25 * np.square(x[:, None] - means).sum(axis=2)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return Drawn(x, y, p / p.sum(axis=1, keepdims=True))
