"""The network: levels that get coarser and finer again, with bridges between those that are alike.

Its norms are batch norms. Group norms take their statistics from the picture that passes, so that a tile's borders
would decide what is seen in its middle; with these a pixel's answer hangs on nothing but the pixels within `reach`.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from classifier.models.channels_last import ChannelsLast

SEEN = 128  # of 255: from where on a pixel is an organism's


@dataclass(frozen=True)
class UnetShape:
    """What the weights fit to."""

    channels: int  # 1 grey, 3 colour
    classes: int  # with the background, which is the first
    width: int = 16  # channels of the finest level
    levels: int = 4
    stride: int = 2  # pixels a side that are taken as one

    @property
    def multiple(self) -> int:
        """Pixels that sides of pictures are multiples of."""
        return self.stride * 2 ** (self.levels - 1)

    @property
    def reach(self) -> int:
        """Pixels from which a pixel's answer may come, to each side; a multiple of `multiple`.

        Two convolutions of 3 × 3 a level and way, one way on the coarsest, and the blocks that are halved together.
        """
        ways = [
            self.stride * 2**level * (4 if level < self.levels - 1 else 2) for level in range(self.levels)
        ]
        return -(-(sum(ways) + self.multiple) // self.multiple) * self.multiple

    def rounded(self, side: int) -> int:
        """The least multiple that is no less."""
        return -(-side // self.multiple) * self.multiple


class Unet(ChannelsLast):
    """Pictures (N, channels, H, W) to logits float32 (N, classes + 1, H, W): of the classes, and of the seam, where
    two organisms touch."""

    def __init__(self, shape: UnetShape):
        super().__init__()
        self.shape = shape
        widths = [shape.width * 2**level for level in range(shape.levels)]
        first = shape.channels * shape.stride**2
        self.down = nn.ModuleList(
            _two_convolutions(before, after)
            for before, after in zip([first, *widths[:-1]], widths, strict=True)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(coarse, fine, 2, stride=2) for fine, coarse in pairwise(widths)
        )
        self.joined = nn.ModuleList(_two_convolutions(2 * fine, fine) for fine in widths[:-1])
        self.head = nn.Conv2d(shape.width, (shape.classes + 1) * shape.stride**2, 1)
        self.in_bfloat16 = False

    def forward(self, pictures: Tensor) -> Tensor:
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            logits = self._logits(nn.functional.pixel_unshuffle(pictures, self.shape.stride))
        return nn.functional.pixel_shuffle(logits.float(), self.shape.stride)

    def _logits(self, features: Tensor) -> Tensor:
        bridges = []
        for level, block in enumerate(self.down):
            features = block(features if level == 0 else nn.functional.max_pool2d(features, 2))
            bridges.append(features)
        for level in reversed(range(len(self.up))):
            features = torch.cat([bridges[level], self.up[level](features)], 1)
            features = self.joined[level](features)
        return self.head(features)


def organism_bytes(logits: Tensor) -> Tensor:
    """Logits of classes (classes, H, W), the background's first → float32 (H, W): how probably each pixel is an
    organism's, of whatever class, in whole numbers of 255. From SEEN on it is one."""
    return ((1 - logits.softmax(0)[0]) * 255).round()


def _two_convolutions(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(*_convolution(before, after), *_convolution(after, after))


def _convolution(before: int, after: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(before, after, 3, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )
