"""Backbones as three maps of features, each half as fine as the one before."""

from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torchvision.ops.misc import FrozenBatchNorm2d

from classifier.contract.backbones import COMPACT
from classifier.contract.errors import ClassifierError
from classifier.models.backbones import backbone
from classifier.models.compact import BLOCKS, WIDTHS

SIDE = 96  # pixels; of networks that are built for one size, which these are not
REACH = {COMPACT: 72, "resnet18": 105}  # pixels from which features may come, to each side


class Body(nn.Module):
    """Pictures (N, channels, H, W) to features of STRIDES, `widths` channels each."""

    def __init__(self, name: str, channels: int, pretrained: bool = False):
        """Raises ClassifierError when pretrained weights can't be fetched."""
        super().__init__()
        self.features: Any = _features(name, pretrained)
        self.widths = WIDTHS[1:] if name == COMPACT else (64, 128, 256)
        if channels > 1:
            _see_channels(self.features, channels)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        if not hasattr(self.features, "stem"):
            return self._of_resnet(pictures)
        features, maps = self.features.stem(pictures), []
        ends = [sum(BLOCKS[: stage + 1]) for stage in range(1, len(BLOCKS))]
        for number, block in enumerate(self.features.stages, 1):
            features = block(features)
            if number in ends:
                maps.append(features)
        return maps

    def _of_resnet(self, pictures: Tensor) -> list[Tensor]:
        net = self.features
        maps = [net.layer1(net.maxpool(net.relu(net.bn1(net.conv1(pictures)))))]
        for layer in (net.layer2, net.layer3):
            maps.append(layer(maps[-1]))
        return maps

    def freeze(self) -> None:
        """Neither weights nor statistics of norms learn from here on."""
        self.requires_grad_(False)
        for name, layer in list(self.named_modules()):
            if isinstance(layer, nn.BatchNorm2d):
                frozen = FrozenBatchNorm2d(layer.num_features, layer.eps)
                state = {key: value for key, value in layer.state_dict().items() if "tracked" not in key}
                frozen.load_state_dict(state)
                self.set_submodule(name, frozen)

    def start_from(self, folder: Path, weights: dict[str, Tensor]) -> None:
        """Takes the features of a network or backbone. Raises ClassifierError for those of another kind."""
        mine = self.state_dict()
        fitting = {
            name: value
            for name, value in weights.items()
            if name in mine and mine[name].shape == value.shape and name.startswith("features.")
        }
        convolutions = [name for name, value in mine.items() if value.ndim > 1]
        if not set(convolutions[1:]) <= fitting.keys():  # the first may look at other channels
            raise ClassifierError(f"{folder} holds another backbone. Choose that one by --backbone.")
        self.load_state_dict(mine | fitting)


def _features(name: str, pretrained: bool) -> nn.Module:
    try:
        network, _ = backbone(name, SIDE, pretrained)
    except OSError as error:  # urllib's errors are OSErrors: no network, or a file that is not there
        raise ClassifierError(
            f"The pretrained weights of {name} could not be fetched ({error}). Put them into torch's cache "
            "(TORCH_HOME) on a machine with a connection, take --start-from FOLDER, or learn from scratch."
        ) from error
    for part in ("layer4", "avgpool", "fc"):  # of a ResNet: nothing reads them
        if hasattr(network, part):
            delattr(network, part)
    return network


def _see_channels(network: nn.Module, channels: int) -> None:
    """Looks at each channel as at grey, in equal parts."""
    first = next(layer for layer in network.modules() if isinstance(layer, nn.Conv2d))
    first.weight = nn.Parameter(first.weight.detach().repeat(1, channels, 1, 1) / channels)
    first.in_channels = channels
