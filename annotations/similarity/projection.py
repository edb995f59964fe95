"""Embeddings made narrower by principal components, fitted once and kept with the space."""

import base64
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Projection:
    """`middle` is float32 (width before,), `components` float32 (width, width before), rows of length one.

    `variance_kept` is the share of the sample's variance that the components hold, 0 to 1.
    """

    middle: np.ndarray
    components: np.ndarray
    variance_kept: float
    sample: int  # objects that it was fitted on

    @classmethod
    def fitted(cls, vectors: np.ndarray, width: int) -> "Projection":
        """On float (n, width before), of length one each; narrower still where there are fewer of either."""
        middle = vectors.mean(axis=0)
        _, strengths, components = np.linalg.svd(vectors - middle, full_matrices=False)
        variance = strengths**2
        share = variance[:width].sum() / max(variance.sum(), 1e-12)
        return cls(
            middle.astype(np.float32), components[:width].astype(np.float32), float(share), len(vectors)
        )

    def apply(self, vectors: np.ndarray) -> np.ndarray:
        """float32 (n, width), of float (n, width before), of length one each."""
        return (vectors - self.middle) @ self.components.T

    def as_json(self) -> dict:
        return {
            "width_before": len(self.middle),
            "variance_kept": round(self.variance_kept, 4),
            "sample": self.sample,
            "middle": _text(self.middle),
            "components": _text(self.components),
        }

    @classmethod
    def from_json(cls, details: dict) -> "Projection":
        middle = _numbers(details["middle"])
        components = _numbers(details["components"]).reshape(-1, len(middle))
        return cls(middle, components, details["variance_kept"], details["sample"])


def _text(numbers: np.ndarray) -> str:
    return base64.b64encode(numbers.astype("<f4").tobytes()).decode()


def _numbers(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")
