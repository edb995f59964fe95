"""A backbone with the head that its loss looks through; the head is thrown away when it has learnt."""

import torch
from torch import Tensor, nn

from classifier.models.backbones import backbone, check_side, keep_first_resolution, open_stem
from classifier.models.channels_last import ChannelsLast
from classifier.models.network import Architecture

PROJECTED = {"simclr": 128, "vicreg": 1024}  # dimensions that the loss compares
HIDDEN = {"simclr": 512, "vicreg": 1024}


class Learner(ChannelsLast):
    """Normalised grey pictures (N, 1, S, S) to projections (N, dimensions), float32."""

    in_bfloat16: bool  # the features; see training/precision.py

    def __init__(self, shape: Architecture, method: str):
        super().__init__()
        self.shape = shape
        self.features, width = backbone(shape.backbone, shape.image_size)
        if shape.keep_resolution:
            keep_first_resolution(self.features)
        if shape.open_stem:
            open_stem(self.features)
        check_side(shape.backbone, self.features, shape.image_size)
        self.width = width
        self.projection = projection(width, HIDDEN[method], PROJECTED[method])
        self.in_bfloat16 = False

    def pooled(self, pictures: Tensor) -> Tensor:
        """(N, width)."""
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            features = self.features(pictures)
        return features.flatten(1).float()

    def forward(self, pictures: Tensor) -> Tensor:
        return self.projection(self.pooled(pictures))


def projection(width: int, hidden: int, dimensions: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(width, hidden, bias=False),
        nn.BatchNorm1d(hidden),
        nn.ReLU(inplace=True),
        nn.Linear(hidden, dimensions),
    )
