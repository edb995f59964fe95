"""How a picture looks before anything in it is recognised: its contrast at each scale, its size and shape.

An embedding that was learnt from one instrument has no direction for what another one changes, so that its pictures may
lie in the midst of all that is known. These few numbers tell them: of 460 vignettes of UVP6, shown to models of ISIIS,
docs/learning.md has the figures. The contrast of an octave is the root mean square of what halving the picture loses.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

OCTAVES = 4  # of the letterboxed square; those that it is too small for are nought
FAINT = 1e-3  # of grey from 0 to 1: contrasts below are noise of rounding
FARTHEST = 6.0  # standard deviations
NEIGHBOURS = 5
CHUNK = 1024
SIDE, IN_UM = OCTAVES, OCTAVES + 2  # columns


def appearance(pixels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """uint8 (N, S, S) and true sizes (N, 3) to float32 (N, OCTAVES + 3): log contrast of each octave from the finest
    on, log longest side, log aspect, and whether the side is in µm."""
    grey = torch.from_numpy(np.ascontiguousarray(pixels))[:, None].float() / 255
    return np.concatenate([_contrasts(grey).numpy(), np.asarray(sizes, np.float32)], axis=1)


def _contrasts(grey: Tensor) -> Tensor:
    contrasts = []
    for _ in range(OCTAVES):
        if min(grey.shape[-2:]) < 2:
            contrasts.append(torch.zeros(len(grey)))
            continue
        grey = grey[..., : grey.shape[-2] // 2 * 2, : grey.shape[-1] // 2 * 2]
        half = F.avg_pool2d(grey, 2)
        lost = grey - F.interpolate(half, scale_factor=2.0)
        contrasts.append(lost.square().mean((1, 2, 3)).sqrt())
        grey = half
    return (torch.stack(contrasts, 1) + FAINT).log()


@dataclass(frozen=True)
class Looks:
    """Appearances of objects that were learnt from."""

    appearances: np.ndarray  # float32 (M, OCTAVES + 3)

    def distance(self, looks: np.ndarray) -> np.ndarray:
        """To the fifth neighbour, each column of deviation 1: float32 (N,). `looks` as `appearance` gives it."""
        learnt = torch.from_numpy(self._learnt)
        k = min(NEIGHBOURS, len(learnt))
        nearest = [
            torch.cdist(torch.from_numpy(self._standard(looks[start : start + CHUNK])), learnt)
            .topk(k, largest=False)
            .values[:, -1]
            for start in range(0, len(looks), CHUNK)
        ]
        return torch.cat(nearest).numpy() if nearest else np.zeros(0, np.float32)

    @cached_property
    def _learnt(self) -> np.ndarray:
        return self._standard(self.appearances)

    @cached_property
    def _scales(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Mean and deviation of each column among objects measured in pixels, and among those in µm."""
        scales = []
        for in_um in (0, 1):
            rows = self.appearances[self.appearances[:, IN_UM] == in_um]
            alike = rows if len(rows) else self.appearances
            scales.append((alike.mean(0), alike.std(0) + 1e-6))
        return scales

    def _standard(self, looks: np.ndarray) -> np.ndarray:
        """float32 (N, OCTAVES + 2). A side in a unit that nothing was learnt in tells nothing."""
        standard = np.zeros((len(looks), IN_UM), np.float32)
        for in_um, (mean, std) in enumerate(self._scales):
            rows = looks[:, IN_UM] == in_um
            standard[rows] = ((looks[rows] - mean) / std)[:, :IN_UM].clip(-FARTHEST, FARTHEST)
            if not (self.appearances[:, IN_UM] == in_um).any():
                standard[rows, SIDE] = 0
        return standard
