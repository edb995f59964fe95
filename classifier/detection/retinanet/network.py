"""The detector. Its answers at a place hang on nothing but the pixels within `reach`: norms are batch norms, and the
head has none, so that a scan can be looked at by tiles."""

import math
from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d
from torchvision.models.detection._utils import BoxCoder
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.retinanet import RetinaNetHead
from torchvision.ops import FeaturePyramidNetwork

from classifier.detection.retinanet.anchors import STRIDES, anchor_count
from classifier.detection.retinanet.bodies import REACH, Body
from classifier.models.channels_last import ChannelsLast

HEAD_LAYERS = 5  # convolutions of 3 × 3 of torchvision's head
CODER = BoxCoder((1.0, 1.0, 1.0, 1.0))


@dataclass(frozen=True)
class DetectorShape:
    """What the weights fit to. Sizes are of pixels as the network sees them."""

    backbone: str
    channels: int  # 1 grey, 3 colour
    classes: int
    width: int
    shrink: int  # pixels a side that are averaged into one
    sizes: tuple[tuple[float, ...], ...]  # of anchors, by level
    ratios: tuple[float, ...]  # height over width

    @property
    def multiple(self) -> int:
        """Pixels of the scan that sides of pictures, and places of tiles, are multiples of."""
        return self.shrink * STRIDES[-1]

    @property
    def reach(self) -> int:
        """Pixels of the scan from which an answer may come, to each side; a multiple of `multiple`: the body, the
        coarsest map's convolution and the one it is added to, and the head."""
        coarse = REACH[self.backbone] + STRIDES[-1] * (2 + HEAD_LAYERS)
        return (coarse // STRIDES[-1] + 2) * self.multiple

    def rounded(self, side: int) -> int:
        """The least multiple that is no less."""
        return -(-side // self.multiple) * self.multiple


class Detector(ChannelsLast):
    """Pictures (N, channels, H, W) to `cls_logits` (N, anchors, classes) and `bbox_regression` (N, anchors, 4)."""

    def __init__(self, shape: DetectorShape, pretrained: bool = False):
        """Raises ClassifierError when pretrained weights can't be fetched."""
        super().__init__()
        self.shape = shape
        self.body = Body(shape.backbone, shape.channels, pretrained)
        self.pyramid = FeaturePyramidNetwork(list(self.body.widths), shape.width)
        self.head = RetinaNetHead(shape.width, anchor_count(shape.ratios), shape.classes)
        self.in_bfloat16 = False
        _widen(self.head)
        self._anchors = AnchorGenerator(shape.sizes, (shape.ratios,) * len(STRIDES))

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            shrunk = avg_pool2d(pictures, self.shape.shrink) if self.shape.shrink > 1 else pictures
            maps = OrderedDict((str(level), values) for level, values in enumerate(self.body(shrunk)))
            pyramid = self.pyramid(maps)
        # boxes stay in float32: bfloat16 has three digits
        return self.head([values.float() for values in pyramid.values()])

    def anchors(self, height: int, width: int, device: torch.device) -> Tensor:
        """(anchors, 4) of a picture of so many pixels of the scan: left, top, right, bottom as the network sees it."""
        self._anchors.set_cell_anchors(torch.float32, device)
        grids = [[side // self.shape.shrink // stride for side in (height, width)] for stride in STRIDES]
        strides = [[torch.tensor(stride, device=device)] * 2 for stride in STRIDES]
        return torch.cat(self._anchors.grid_anchors(grids, strides)).float()

    def boxes(self, regression: Tensor, anchors: Tensor) -> Tensor:
        """(n, 4) both → (n, 4) in pixels of the scan."""
        return CODER.decode_single(regression, anchors) * self.shape.shrink


def _widen(head: nn.Module) -> None:
    """torchvision's convolutions begin as they suit 256 channels and pretrained features: of fewer ones nothing would
    come out of the fourth."""
    for layer in head.modules():
        if isinstance(layer, nn.Conv2d) and layer.in_channels == layer.out_channels:
            nn.init.normal_(layer.weight, 0, math.sqrt(2 / (9 * layer.in_channels)))
