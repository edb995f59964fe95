"""From raw columns to what a head can learn from: gaps filled, scales made alike, dimensions dropped."""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA

FARTHEST = 4.0  # standard deviations that a value may lie off
ALIKE = 0.5  # power by which the components' scales are made alike: 0 leaves them, 1 makes them equal


@dataclass
class Filling:
    """Training medians for values that are missing; 0 where a column has none."""

    medians: np.ndarray  # float32 (D,)

    @classmethod
    def of(cls, table: np.ndarray) -> "Filling":
        has_values = ~np.isnan(table).all(axis=0)
        medians = np.zeros(table.shape[1], np.float32)
        medians[has_values] = np.nanmedian(table[:, has_values], axis=0)
        return cls(medians)

    def __call__(self, table: np.ndarray) -> np.ndarray:
        return np.where(np.isfinite(table), table, self.medians).astype(np.float32)

    def tensors(self) -> dict[str, np.ndarray]:
        return {"medians": self.medians}


@dataclass
class Standard:
    """Mean 0, deviation 1, and nothing far out."""

    mean: np.ndarray  # float32 (D,)
    std: np.ndarray  # float32 (D,)

    @classmethod
    def of(cls, table: np.ndarray) -> "Standard":
        std = table.std(axis=0)
        return cls(
            table.mean(axis=0), np.where(std > 1e-6 * np.abs(table).max(axis=0), std, 1).astype(np.float32)
        )

    def __call__(self, table: np.ndarray) -> np.ndarray:
        return ((table - self.mean) / self.std).clip(-FARTHEST, FARTHEST).astype(np.float32)

    def tensors(self) -> dict[str, np.ndarray]:
        return {"mean": self.mean, "std": self.std}


@dataclass
class Components:
    """Principal components of a standardised table, the strong ones not much louder than the weak."""

    standard: Standard
    axes: np.ndarray  # float32 (D, components)

    @classmethod
    def of(cls, table: np.ndarray, most: int, seed: int) -> "Components":
        """At most `most` of float32 (N, D), as far as N and D go."""
        standard = Standard.of(table)
        count = min(most, table.shape[1], max(len(table) - 1, 1))
        pca = PCA(count, svd_solver="randomized", random_state=seed).fit(standard(table))
        scale = np.maximum(pca.explained_variance_, 1e-6) ** (ALIKE / 2)
        return cls(standard, np.ascontiguousarray((pca.components_ / scale[:, None]).T, np.float32))

    def __call__(self, table: np.ndarray) -> np.ndarray:
        return self.standard(table) @ self.axes

    def tensors(self) -> dict[str, np.ndarray]:
        return {"axes": self.axes, **self.standard.tensors()}

    @classmethod
    def from_tensors(cls, tensors: dict[str, np.ndarray]) -> "Components":
        return cls(Standard(tensors["mean"], tensors["std"]), tensors["axes"])
