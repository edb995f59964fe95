"""What every method says of pictures."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class PictureBatch:
    """Pictures as they go into a classifier: letterboxed, with their true sizes and, where it asks, measurements."""

    pixels: np.ndarray  # uint8 (N, S, S)
    sizes: np.ndarray  # float32 (N, 3), see letterbox.true_size
    measurements: np.ndarray | None = (
        None  # float32 (N, M), columns of contract.measurements.NAMES, NaN allowed
    )

    def __len__(self) -> int:
        return len(self.pixels)


@dataclass
class Outputs:
    """`logits` are log posteriors under the natural frequencies, up to a constant, not calibrated yet.

    `traits` by key: logits (N, choices) of a trait that is chosen, the value (N,) of one that is counted or measured.
    """

    logits: np.ndarray  # float64 (N, classes)
    embedding: np.ndarray  # float32 (N, D)
    traits: dict[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def joined(cls, parts: list["Outputs"]) -> "Outputs":
        return cls(
            np.concatenate([part.logits for part in parts]),
            np.concatenate([part.embedding for part in parts]),
            {key: np.concatenate([part.traits[key] for part in parts]) for key in parts[0].traits},
        )
