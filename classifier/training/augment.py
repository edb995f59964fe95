"""Turns, flips, zooms, light, blur and noise, on whole batches: what a camera varies. Nothing is stretched."""

from dataclasses import dataclass, fields
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor

BLURRED, ERASED = 0.2, 0.1  # share of the pictures
BLUR = torch.outer(torch.tensor([1.0, 2, 1]), torch.tensor([1.0, 2, 1])) / 16


@dataclass(frozen=True)
class Chances:
    """What befalls each of N pictures. Drawn for the whole of a batch, so that a part of it fares as it would there."""

    angle: Tensor  # radians
    zoom: Tensor
    flip: Tensor  # 1 or -1
    shift: Tensor  # (N, 2), of half a side
    gain: Tensor
    level: Tensor
    gamma: Tensor
    is_blurred: Tensor  # bool
    hole: Tensor  # half the side of the square that is erased, of half a side; 0 for most
    hole_centre: Tensor  # (N, 2), -1 to 1
    noise: Tensor  # (N, 1, S, S)

    @classmethod
    def drawn(cls, n: int, side: int, generator: torch.Generator) -> Self:
        """On the generator's device."""

        def uniform(low: float, high: float, *more: int) -> Tensor:
            drawn = torch.rand(n, *more, generator=generator, device=generator.device)
            return drawn * (high - low) + low

        def normal(*more: int) -> Tensor:
            return torch.randn(n, *more, generator=generator, device=generator.device)

        return cls(
            angle=uniform(0, 2 * torch.pi),
            zoom=uniform(0.85, 1.2),
            flip=(uniform(0, 1) < 0.5) * 2.0 - 1,
            shift=uniform(-0.08, 0.08, 2),
            gain=uniform(0.8, 1.25),
            level=uniform(-0.1, 0.1),
            gamma=uniform(0.8, 1.25),
            is_blurred=uniform(0, 1) < BLURRED,
            hole=uniform(0.1, 0.25) * (uniform(0, 1) < ERASED),
            hole_centre=uniform(-1, 1, 2),
            noise=normal(1, side, side) * uniform(0, 0.03, 1, 1, 1),
        )

    def at(self, some: slice) -> "Chances":
        return Chances(*(getattr(self, field.name)[some] for field in fields(self)))


def augment(pictures: Tensor, chances: Chances) -> Tensor:
    """(N, 1, S, S) in 0 to 1 → the same shape."""
    moved = _moved(pictures, chances)
    blurred = F.conv2d(F.pad(moved, (1, 1, 1, 1), mode="replicate"), BLUR.to(moved.device)[None, None])
    lit = _lit(torch.where(_each(chances.is_blurred), blurred, moved), chances)
    return (_erased(lit, chances) + chances.noise).clamp(0, 1)


def _moved(pictures: Tensor, chances: Chances) -> Tensor:
    cos, sin = chances.angle.cos() / chances.zoom, chances.angle.sin() / chances.zoom
    turn = torch.stack(
        [torch.stack([cos * chances.flip, -sin], 1), torch.stack([sin * chances.flip, cos], 1)], 1
    )  # (N, 2, 2)
    affine = torch.cat([turn, chances.shift[:, :, None]], 2)
    grid = F.affine_grid(affine, list(pictures.shape), align_corners=False)
    # `border` goes on with the background, which the letterbox has put at every edge
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def _lit(pictures: Tensor, chances: Chances) -> Tensor:
    mean = pictures.mean((2, 3), keepdim=True)
    lit = (pictures - mean) * _each(chances.gain) + mean + _each(chances.level)
    return lit.clamp(1e-3, 1) ** _each(chances.gamma)


def _erased(pictures: Tensor, chances: Chances) -> Tensor:
    """A square here and there is filled with the background: no part of an animal is always seen."""
    side = pictures.shape[-1]
    places = torch.linspace(-1, 1, side, device=pictures.device)
    row, column = ((places - chances.hole_centre[:, k, None]).abs() < chances.hole[:, None] for k in (0, 1))
    inside = (row[:, :, None] & column[:, None, :])[:, None]  # (N, 1, S, S)
    return torch.where(inside, pictures[:, :, :1, :1], pictures)


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None]
