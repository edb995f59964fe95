"""A picture turned and flipped: what lies in the water has no upright side, so answers to all views may be averaged."""

import torch
from torch import Tensor

HEIGHT, WIDTH = 2, 3  # dimensions
ORDER = (0, 2, 1, 3)  # quarter turns: half a turn shows most of what one view misses
MOST_VIEWS = 2 * len(ORDER)


def views_of(pictures: Tensor, count: int) -> list[Tensor]:
    """Pictures (N, 1, S, S) as they are, then turned by right angles, then the same mirrored: `count` of the eight."""
    views = []
    for number in range(count):
        flipped = pictures if number < len(ORDER) else pictures.flip(WIDTH)
        views.append(torch.rot90(flipped, ORDER[number % len(ORDER)], (HEIGHT, WIDTH)))
    return views
