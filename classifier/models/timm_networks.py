"""Networks of `timm` by name, as `timm:vit_small_patch14_dinov2.lvd142m`, where its extra is installed.

Weights are safetensors alone: a file that lies beside torchvision's (`TORCH_HOME`), else one that is fetched from the
hub. Their mean, deviation and licence travel with what is made of them.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from classifier.contract.backbones import TIMM
from classifier.contract.errors import ClassifierError
from classifier.models.torchvision_ops import declare_missing_operators


@dataclass(frozen=True)
class TimmWeights:
    """What is known of published weights; mean and deviation of grey from 0 to 1."""

    source: str  # of the hub
    licence: str
    mean: float
    std: float

    def as_json(self) -> dict:
        return asdict(self)


def timm_network(name: str, image_size: int, pretrained: bool) -> tuple[nn.Module, int]:
    """From grey pictures (N, 1, S, S) to features, and how many. Raises ClassifierError for a name that there is not,
    a size that the network can't take, and weights that are not to be had: the sentence says what to put where."""
    timm, options = _timm(), _options(name, image_size)
    if pretrained:
        options |= {"pretrained": True, "pretrained_cfg_overlay": {"file": str(_weights(name))}}
    try:
        network = timm.create_model(name.removeprefix(TIMM), **options)
        return network, _width(network, image_size)
    except (ValueError, RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ClassifierError(
            f"{name} cannot be built for {image_size} pixels a side ({reason}). Try 224, or another."
        ) from error


def weights_of_timm(name: str) -> TimmWeights:
    """Raises ClassifierError as above."""
    published = _published(name)
    mean, std = (sum(values) / len(values) for values in (published.mean, published.std))
    return TimmWeights(published.hf_hub_id or published.url, published.license or "not stated", mean, std)


def weights_file(name: str) -> Path:
    """Where a file that is not fetched has to lie."""
    return Path(torch.hub.get_dir()) / "checkpoints" / f"{name.removeprefix(TIMM)}.safetensors"


def _options(name: str, image_size: int) -> dict[str, Any]:
    """Without a classifier; of grey, for which timm sums the first convolution over its colours, as we do."""
    options: dict[str, Any] = {"num_classes": 0, "in_chans": 1}
    return options | ({"img_size": image_size} if _published(name).fixed_input_size else {})


def _weights(name: str) -> Path:
    file, source = weights_file(name), weights_of_timm(name).source
    if file.exists():
        return file
    if not source:
        raise ClassifierError(
            f"timm knows of no published weights of {name}. Choose another name, learn without pretrained weights, or "
            f"put weights of your own here as {file}."
        )
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(source, "model.safetensors"))
    except (OSError, ValueError) as error:
        raise ClassifierError(
            f"The weights of {name} are not here and could not be fetched. On a machine with a connection, take "
            f"model.safetensors from huggingface.co/{source} and put it here as {file}."
        ) from error


def _published(name: str) -> Any:
    """timm's facts of the weights; of the usual ones where the name has none."""
    timm, short = _timm(), name.removeprefix(TIMM)
    names = {*timm.list_models(), *timm.list_pretrained()}
    if short not in names:
        raise ClassifierError(f"timm has no network {short!r}: `timm.list_pretrained()` lists all.")
    return timm.get_pretrained_cfg(short)


def _width(network: nn.Module, image_size: int) -> int:
    with torch.no_grad():
        width = network.eval()(torch.zeros(1, 1, image_size, image_size)).flatten(1).shape[1]
    network.train()
    return width


def _timm() -> Any:
    declare_missing_operators()  # timm imports torchvision
    try:
        import timm
    except ImportError as error:
        raise ClassifierError(
            "Networks of timm need its extra: python -m pip install 'seston[timm]'."
        ) from error
    return timm
