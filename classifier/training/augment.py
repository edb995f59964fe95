"""Turns, flips, zooms, light and noise, on whole batches: what a camera varies. Nothing is stretched."""

import torch
import torch.nn.functional as F
from torch import Tensor


def augment(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """(N, 1, S, S) in 0 to 1 → the same shape. Random numbers come from `generator` only."""
    device, n = pictures.device, len(pictures)

    def uniform(low: float, high: float) -> Tensor:
        return (torch.rand(n, generator=generator) * (high - low) + low).to(device)

    angle, zoom = uniform(0, 2 * torch.pi), 1 / uniform(0.85, 1.2)
    flip = torch.where(uniform(0, 1) < 0.5, -1.0, 1.0)
    shift = torch.stack([uniform(-0.08, 0.08), uniform(-0.08, 0.08)], 1)
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    turn = torch.stack(
        [torch.stack([cos * flip, -sin], 1), torch.stack([sin * flip, cos], 1)], 1
    )  # (N, 2, 2)
    grid = F.affine_grid(torch.cat([turn, shift[:, :, None]], 2), list(pictures.shape), align_corners=False)
    # `border` goes on with the background, which the letterbox has put at every edge
    moved = F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    light = uniform(0.8, 1.25)[:, None, None, None]
    level = uniform(-0.1, 0.1)[:, None, None, None]
    mean = moved.mean((2, 3), keepdim=True)
    lit = (moved - mean) * light + mean + level
    noise = torch.randn(lit.shape, generator=generator).to(device)
    return (lit + noise * uniform(0, 0.03)[:, None, None, None]).clamp(0, 1)
