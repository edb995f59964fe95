"""Fewer dimensions, in which density means something and is found quickly."""

from dataclasses import dataclass

import numpy as np

MOST_FITTED = 50_000  # vectors from which the axes are worked out


@dataclass(frozen=True)
class Axes:
    """Principal components: `middle`, float (width,), and `axes`, float (width, dimensions)."""

    middle: np.ndarray
    axes: np.ndarray

    @classmethod
    def of(cls, vectors: np.ndarray, dimensions: int, chance: np.random.Generator) -> "Axes":
        """Of float (n, width), from as many as suffice; all axes where there are no more."""
        some = vectors
        if len(vectors) > MOST_FITTED:
            some = vectors[np.sort(chance.choice(len(vectors), MOST_FITTED, replace=False))]
        middle = some.mean(axis=0, dtype=np.float64)
        _, axes = np.linalg.eigh(np.cov(some - middle, rowvar=False).reshape(vectors.shape[1], -1))
        return cls(middle.astype(np.float32), axes[:, ::-1][:, :dimensions].astype(np.float32))

    def apply(self, vectors: np.ndarray) -> np.ndarray:
        """float32 (n, dimensions)."""
        return (vectors - self.middle) @ self.axes
