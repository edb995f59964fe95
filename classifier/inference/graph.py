"""A fitted classifier as one graph of PyTorch, from raw pictures and sizes to logits: what other formats are made of.

pictures (N, 1, S, S) float, grey from 0 black to 1 white; sizes (N, 3) as letterbox.true_size gives them
→ natural logits (N, classes); embedding (N, D).
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from classifier.contract.errors import ClassifierError
from classifier.methods.features import FittedFeatures
from classifier.methods.frozen import FrozenBackbone
from classifier.methods.linear import Linear
from classifier.methods.network import FittedNetwork
from classifier.methods.patches import PatchDictionary
from classifier.methods.scaling import FARTHEST, Standard
from classifier.models.preprocessing import FARTHEST as FARTHEST_SIZE
from classifier.models.views import views_of


def graph_of(fitted: object) -> nn.Module:
    """On the processor. Raises ClassifierError for what is no chain of sums and products: forests, measurements."""
    if isinstance(fitted, FittedNetwork):
        return NetworkGraph(fitted)
    if isinstance(fitted, FittedFeatures) and isinstance(fitted.heads.taxa, Linear):
        return FeaturesGraph(fitted)
    raise ClassifierError(
        "ONNX is offered for networks, and for features with a linear head. Export this model's folder: "
        "`python -m classifier predict` works with it."
    )


class NetworkGraph(nn.Module):
    size_mean: Tensor
    size_std: Tensor
    adjustment: Tensor

    def __init__(self, fitted: FittedNetwork):
        super().__init__()
        pre = fitted.preprocessing
        self.networks = nn.ModuleList(fitted.networks).cpu()
        for network in fitted.networks:
            network.in_bfloat16 = False
        self.mean, self.std, self.views = pre.mean, pre.std, fitted.views
        _keep(self, size_mean=pre.size_mean, size_std=pre.size_std, adjustment=fitted.adjustment)

    def forward(self, pictures: Tensor, sizes: Tensor) -> tuple[Tensor, Tensor]:
        grey = (pictures - self.mean) / self.std
        scaled = ((sizes - self.size_mean) / self.size_std).clamp(-FARTHEST_SIZE, FARTHEST_SIZE)
        views = views_of(grey, self.views)
        answers = [network(view, scaled) for network in self.networks for view in views]
        logits = torch.stack([(answer.logits + self.adjustment).log_softmax(1) for answer in answers])
        embeddings = torch.stack([answer.embedding for answer in answers[: self.views]])
        return logits.mean(0), embeddings.mean(0)


class FeaturesGraph(nn.Module):
    axes: Tensor
    weight: Tensor
    bias: Tensor

    def __init__(self, fitted: FittedFeatures):
        super().__init__()
        assert isinstance(fitted.heads.taxa, Linear)
        self.extract = _extractor(fitted.extractor)
        self.standard = _Standard(fitted.components.standard)
        self.sizes = _Standard(fitted.sizes) if fitted.sizes else None
        head = fitted.heads.taxa
        _keep(self, axes=fitted.components.axes, weight=head.weight, bias=head.bias)

    def forward(self, pictures: Tensor, sizes: Tensor) -> tuple[Tensor, Tensor]:
        components = self.standard(self.extract(pictures)) @ self.axes
        features = components if self.sizes is None else torch.cat([components, self.sizes(sizes)], 1)
        return features @ self.weight + self.bias, components


class _Standard(nn.Module):
    mean: Tensor
    std: Tensor

    def __init__(self, standard: Standard):
        super().__init__()
        _keep(self, mean=standard.mean, std=standard.std)

    def forward(self, table: Tensor) -> Tensor:
        return ((table - self.mean) / self.std).clamp(-FARTHEST, FARTHEST)


class _Backbone(nn.Module):
    def __init__(self, frozen: FrozenBackbone):
        super().__init__()
        self.network = frozen.network.cpu()
        self.mean, self.std = frozen.description["mean"], frozen.description["std"]

    def forward(self, pictures: Tensor) -> Tensor:
        return self.network((pictures - self.mean) / self.std).flatten(1)


def _extractor(extractor: object) -> Callable[[Tensor], Tensor]:
    if isinstance(extractor, PatchDictionary):
        return extractor.features_of
    assert isinstance(extractor, FrozenBackbone)
    return _Backbone(extractor)


def _keep(module: nn.Module, **values: np.ndarray | tuple[float, ...]) -> None:
    """As constants, so that they are part of the graph."""
    for name, value in values.items():
        module.register_buffer(name, torch.tensor(np.asarray(value), dtype=torch.float32))
