"""A backbone, the true size of the organism beside it, one head for the taxa and one for each trait."""

from dataclasses import asdict, dataclass
from typing import NamedTuple, Self

import torch
from torch import Tensor, nn

from classifier.contract.backbones import COMPACT, TIMM
from classifier.contract.traits import Trait
from classifier.models.backbones import (
    FIXED_SIDE,
    SMALL_IMAGE,
    backbone,
    check_side,
    keep_first_resolution,
    open_stem,
)
from classifier.models.channels_last import ChannelsLast
from classifier.models.trait_heads import head_width

EMBEDDING = 256
SIZES = 3  # log longest side, log aspect, whether the scale is known


@dataclass(frozen=True)
class Architecture:
    """What a network must be built from, so that its weights fit. `keep_resolution`: the first layer doesn't halve;
    `open_stem`: nor does what follows it."""

    backbone: str
    image_size: int
    classes: int
    traits: tuple[Trait, ...] = ()
    use_size: bool = True
    keep_resolution: bool = False
    open_stem: bool = False

    @classmethod
    def suited(cls, name: str, image_size: int, stem: str = "suited", **more) -> Self:
        """Of a network that learns from scratch; `stem` is a setting."""
        may_change = not name.startswith((*FIXED_SIDE, TIMM))
        keeps = stem == "suited" and image_size <= SMALL_IMAGE and name != COMPACT
        return cls(
            name,
            image_size,
            keep_resolution=keeps and may_change,
            open_stem=stem == "open" and may_change,
            **more,
        )

    def as_json(self) -> dict:
        return asdict(self) | {"traits": [trait.as_json() for trait in self.traits]}

    @classmethod
    def from_json(cls, entry: dict) -> Self:
        return cls(**entry | {"traits": tuple(map(Trait.from_json, entry["traits"]))})


class NetworkOutput(NamedTuple):
    logits: Tensor  # (N, classes)
    embedding: Tensor  # (N, 256)
    traits: list[Tensor]  # of each trait (N, head_width)


class Network(ChannelsLast):
    """Grey pictures (N, 1, S, S) and sizes (N, 3), both normalised, to a NetworkOutput."""

    in_bfloat16: bool  # the features; see training/precision.py

    def __init__(self, shape: Architecture, pretrained: bool = False):
        """Raises ClassifierError and OSError, see `backbone`."""
        super().__init__()
        self.shape = shape
        self.features, width = backbone(shape.backbone, shape.image_size, pretrained)
        if shape.keep_resolution:
            keep_first_resolution(self.features)
        if shape.open_stem:
            open_stem(self.features)
        check_side(shape.backbone, self.features, shape.image_size)
        more = SIZES if shape.use_size else 0
        self.embed = nn.Sequential(nn.Dropout(0.3), nn.Linear(width + more, EMBEDDING), nn.Hardswish())
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Linear(EMBEDDING, shape.classes)
        self.trait_heads = nn.ModuleList(nn.Linear(EMBEDDING, head_width(trait)) for trait in shape.traits)
        self.in_bfloat16 = False

    def forward(self, pictures: Tensor, sizes: Tensor) -> NetworkOutput:
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=self.in_bfloat16):
            features = self.features(pictures)
        # the heads stay in float32: bfloat16 has three digits, too few for a score
        pooled = features.flatten(1).float()  # (N, width)
        embedding = self.embed(torch.cat([pooled, sizes], 1) if self.shape.use_size else pooled)
        dropped = self.dropout(embedding)
        return NetworkOutput(self.head(dropped), embedding, [head(dropped) for head in self.trait_heads])
