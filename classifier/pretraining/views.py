"""What may happen to an organism's picture without its becoming another one: any turn, a flip, a little nearer or
farther, off the centre, other light, noise, blur. Nothing is stretched, for shape is what taxa differ by; a zoom far
from 1 would make a large one of a small one.
"""

import torch
from torch import Tensor

from classifier.training.augment import Chances

ZOOM = (0.8, 1.15)
SHIFT = 0.12  # of half a side
GAIN, LEVEL, GAMMA = (0.8, 1.25), 0.1, (0.8, 1.25)
BLURRED, ERASED = 0.2, 0.1  # shares of the pictures
MOST_NOISE = 0.025  # standard deviation, of grey from 0 to 1


def drawn(n: int, side: int, generator: torch.Generator) -> Chances:
    """What befalls each of n pictures: more than a classifier's training does to them."""

    def uniform(low: float, high: float, *more: int) -> Tensor:
        values = torch.rand(n, *more, generator=generator, device=generator.device)
        return values * (high - low) + low

    noise = torch.randn(n, 1, side, side, generator=generator, device=generator.device)
    return Chances(
        angle=uniform(0, 2 * torch.pi),
        zoom=uniform(*ZOOM),
        flip=(uniform(0, 1) < 0.5) * 2.0 - 1,
        shift=uniform(-SHIFT, SHIFT, 2),
        gain=uniform(*GAIN),
        level=uniform(-LEVEL, LEVEL),
        gamma=uniform(*GAMMA),
        is_blurred=uniform(0, 1) < BLURRED,
        hole=uniform(0.1, 0.3) * (uniform(0, 1) < ERASED),
        hole_centre=uniform(-1, 1, 2),
        noise=noise * uniform(0, MOST_NOISE, 1, 1, 1),
    )
