"""A torchvision backbone, the true size of the organism beside it, and one head."""

from classifier.models import torchvision_ops  # noqa: F401, I001 (must come before torchvision)

import torch
from torch import Tensor, nn
from torchvision import models as vision

from classifier.errors import ClassifierError

BACKBONES = [
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "resnet18",
    "resnet50",
    "efficientnet_v2_s",
    "convnext_tiny",
]
EMBEDDING = 256
SIZES = 3  # log longest side, log aspect, whether the scale is known
SMALL_IMAGE = 48  # pixels; below, a first layer that halves the picture throws too much away


class Network(nn.Module):
    """Grey pictures (N, 1, S, S) and sizes (N, 3) to logits (N, classes) and embeddings (N, 256)."""

    def __init__(self, backbone: str, classes: int, keep_resolution: bool, pretrained: bool = False):
        super().__init__()
        self.features, width = _backbone(backbone, pretrained)
        _quicken_statistics(self.features)
        if keep_resolution:
            _keep_first_resolution(self.features)
        self.embed = nn.Sequential(nn.Dropout(0.2), nn.Linear(width + SIZES, EMBEDDING), nn.Hardswish())
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(EMBEDDING, classes))

    def forward(self, pictures: Tensor, sizes: Tensor) -> tuple[Tensor, Tensor]:
        grey = pictures.expand(-1, 3, -1, -1)
        pooled = self.features(grey).flatten(1)  # (N, width)
        embedding = self.embed(torch.cat([pooled, sizes], 1))
        return self.head(embedding), embedding


def _backbone(name: str, pretrained: bool) -> tuple[nn.Module, int]:
    """The network without its classifier, and how many features it gives."""
    if name not in BACKBONES:
        raise ClassifierError(f"There is no backbone {name!r}. Choose one of {', '.join(BACKBONES)}.")
    network = vision.get_model(name, weights="DEFAULT" if pretrained else None)
    if name.startswith("resnet"):
        width = network.fc.in_features
        network.fc = nn.Identity()
        return network, width
    width = next(layer.in_features for layer in network.classifier if isinstance(layer, nn.Linear))
    # convnext normalises before its linear layer: that belongs to the features
    norm = [layer for layer in network.classifier if "Norm" in type(layer).__name__]
    network.classifier = nn.Sequential(*norm) if norm else nn.Identity()
    return network, width


def _keep_first_resolution(features: nn.Module) -> None:
    """Lets the first convolution look at every pixel of a small picture."""
    first = next(layer for layer in features.modules() if isinstance(layer, nn.Conv2d))
    if first.kernel_size[0] <= 7 and first.stride == (2, 2):
        first.stride = (1, 1)


def _quicken_statistics(features: nn.Module) -> None:
    """MobileNet's running means follow over thousands of steps: a learning set of a few hundred has not so many."""
    for layer in features.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 0.1
