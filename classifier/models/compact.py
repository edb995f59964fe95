"""A small residual network of our own, for grey vignettes of 48 to 96 pixels a side.

Networks for photographs halve a picture four or five times, the first two times before they have looked at much: of 64
pixels two remain. This one halves once less than they do, has whole convolutions, which processors with bfloat16 are
fast at, and pools by mean and by maximum: a maximum still sees an antenna where a mean has lost it.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTHS, BLOCKS = (32, 64, 128, 256), (1, 2, 2, 1)  # of the four stages
FEATURES = 2 * WIDTHS[-1]  # mean and maximum


class CompactResNet(nn.Module):
    """Pictures (N, 1, S, S) to features (N, 512)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, WIDTHS[0], 5, 2, 2, bias=False), nn.BatchNorm2d(WIDTHS[0]), nn.ReLU(inplace=True)
        )
        self.stages = nn.Sequential(*_blocks())
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, pictures: Tensor) -> Tensor:
        features = self.stages(self.stem(pictures))
        return torch.cat([features.mean((2, 3)), features.amax((2, 3))], 1)


class Block(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2015, arXiv 1512.03385); what is halved is averaged, not thrown
    away (He et al. 2018, arXiv 1812.01187). Begins as the shortcut alone."""

    def __init__(self, width_in: int, width: int, stride: int):
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(width_in, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        )
        norm = nn.BatchNorm2d(width)
        nn.init.zeros_(norm.weight)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), norm)
        self.shortcut = (
            nn.Identity() if (width_in, stride) == (width, 1) else _shortcut(width_in, width, stride)
        )

    def forward(self, features: Tensor) -> Tensor:
        return F.relu(self.second(self.first(features)) + self.shortcut(features), inplace=True)


def _shortcut(width_in: int, width: int, stride: int) -> nn.Sequential:
    halved = nn.AvgPool2d(stride, ceil_mode=True, count_include_pad=False)
    return nn.Sequential(halved, nn.Conv2d(width_in, width, 1, bias=False), nn.BatchNorm2d(width))


def _blocks() -> list[Block]:
    blocks, before = [], WIDTHS[0]
    for stage, (width, count) in enumerate(zip(WIDTHS, BLOCKS, strict=True)):
        for number in range(count):
            blocks.append(Block(before, width, 2 if stage and not number else 1))
            before = width
    return blocks
