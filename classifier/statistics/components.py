"""Principal components of vectors, by numpy alone."""

from dataclasses import dataclass
from typing import Self

import numpy as np

MOST = 6  # components


@dataclass(frozen=True)
class PrincipalComponents:
    """`mean` float (d,); `components` float (k, d), orthonormal, the one with the largest spread first; `spread` float
    (k,), the standard deviation along each; `share` float (k,), of the whole variance."""

    mean: np.ndarray
    components: np.ndarray
    spread: np.ndarray
    share: np.ndarray

    @classmethod
    def of(cls, vectors: np.ndarray, most: int = MOST) -> Self:
        """Of float (n, d), n at least 2. The sign of each is such that its largest weight is positive, so that the same
        vectors give the same map again."""
        mean = vectors.mean(axis=0, dtype=np.float64)
        centred = vectors - mean
        variances, axes = np.linalg.eigh(centred.T @ centred / (len(vectors) - 1))
        largest_first = slice(None, -min(most, len(mean)) - 1, -1)
        components = axes[:, largest_first].T
        largest = np.take_along_axis(components, np.abs(components).argmax(axis=1)[:, None], axis=1)
        components = components * np.where(largest < 0, -1.0, 1.0)
        along = np.maximum(variances[largest_first], 0.0)
        whole = max(float(np.maximum(variances, 0).sum()), 1e-12)
        return cls(mean, components, np.sqrt(along), along / whole)

    def apply(self, vectors: np.ndarray) -> np.ndarray:
        """float (n, d) to float (n, k)."""
        return (vectors - self.mean) @ self.components.T
