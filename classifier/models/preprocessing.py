"""From letterboxed pictures and true sizes to what a network takes; travels with the model."""

from dataclasses import asdict, dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor

from classifier.data.decoded import Pictures

LOOKED_AT = 2000  # pictures whose grey levels stand for all
FARTHEST = 4.0  # standard deviations that a size may lie off


@dataclass(frozen=True)
class Preprocessing:
    mean: float  # of grey, 0 to 1
    std: float
    size_mean: tuple[float, ...]
    size_std: tuple[float, ...]

    @classmethod
    def of(cls, pictures: Pictures, rows: np.ndarray) -> Self:
        """Of the training objects `rows`."""
        some = rows[np.linspace(0, len(rows) - 1, min(LOOKED_AT, len(rows))).astype(int)]
        grey = pictures.at(some).astype(np.float32) / 255
        sizes = pictures.sizes[rows]
        return cls(
            float(grey.mean()),
            float(grey.std() + 1e-3),
            tuple(map(float, sizes.mean(0))),
            tuple(map(float, sizes.std(0) + 1e-3)),
        )

    def pictures(self, grey: Tensor) -> Tensor:
        """(N, 1, S, S) in 0 to 1, normalised and in the memory order that convolutions like."""
        return ((grey - self.mean) / self.std).contiguous(memory_format=torch.channels_last)

    def sizes(self, raw: np.ndarray) -> Tensor:
        scaled = (raw - np.array(self.size_mean)) / np.array(self.size_std)
        return torch.from_numpy(scaled.clip(-FARTHEST, FARTHEST).astype(np.float32))

    def as_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, entry: dict) -> Self:
        return cls(entry["mean"], entry["std"], tuple(entry["size_mean"]), tuple(entry["size_std"]))


def unit_grey(pixels: Tensor) -> Tensor:
    """uint8 (N, S, S) → float32 (N, 1, S, S) in 0 to 1."""
    return pixels[:, None].float() / 255
