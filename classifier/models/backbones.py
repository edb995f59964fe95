"""Networks by name, without a classifier and for grey pictures: ours, and every one of torchvision that classifies."""

from classifier.models import torchvision_ops  # noqa: F401, I001 (must come before torchvision)

import torch
import torchvision
from torch import nn
from torchvision.models.vision_transformer import interpolate_embeddings

from classifier.contract.backbones import COMPACT, TIMM
from classifier.contract.errors import ClassifierError
from classifier.models.compact import FEATURES, CompactResNet
from classifier.models.timm_networks import timm_network

OF_TORCHVISION: list[str] = torchvision.models.list_models(module=torchvision.models)
BACKBONES: list[str] = [COMPACT, *OF_TORCHVISION]
SMALL_IMAGE = 48  # pixels; below, a first layer that halves the picture throws too much away
HEADS = ("fc", "classifier", "heads", "head")  # what torchvision's families call their last part
KEPT_OF_HEAD = (nn.LayerNorm, nn.AdaptiveAvgPool2d, nn.Flatten)  # that norms and pools, not what classifies
BETWEEN = (nn.modules.batchnorm._BatchNorm, nn.ReLU, nn.Hardswish, nn.SiLU)
FIXED_SIDE = ("vit", "maxvit")  # families that are built for one size of picture


def backbone(name: str, image_size: int, pretrained: bool = False) -> tuple[nn.Module, int]:
    """A network from grey pictures (N, 1, S, S) to features, and how many features those are once flattened.

    Raises ClassifierError for a name that there isn't, or a size of picture that the network can't take; OSError when
    pretrained weights can't be fetched.
    """
    if name.startswith(TIMM):
        return timm_network(name, image_size, pretrained)
    if name not in BACKBONES:
        raise ClassifierError(f"There is no backbone {name!r}. Choose one of {', '.join(BACKBONES)}.")
    if name == COMPACT:
        return _compact(pretrained)
    if pretrained:
        fetch(name)
    try:
        network = _built(name, image_size, pretrained)
    except (ValueError, RuntimeError, AssertionError) as error:
        raise ClassifierError(_too_odd(name, image_size)) from error
    width = _take_head_off(network)
    _see_grey(network)
    return network, width


def check_side(name: str, network: nn.Module, image_size: int) -> None:
    """Raises ClassifierError when the network has more layers that halve than the picture has pixels."""
    was_training = network.training
    try:
        with torch.no_grad():
            network.eval()(torch.zeros(1, 1, image_size, image_size))
    except (ValueError, RuntimeError, AssertionError) as error:
        raise ClassifierError(_too_odd(name, image_size)) from error
    network.train(was_training)


def keep_first_resolution(network: nn.Module) -> None:
    """Lets the first convolution look at every pixel of a small picture."""
    first = _first_convolution(network)
    if first.kernel_size[0] <= 7 and first.stride == (2, 2):
        first.stride = (1, 1)


def open_stem(network: nn.Module) -> None:
    """What small pictures are usually given: a first convolution of half the stride, and no pooling right after it."""
    first = _first_convolution(network)
    if first.stride != (1, 1):
        is_patch = first.stride == first.kernel_size
        first.stride = (first.stride[0] // 2, first.stride[1] // 2)
        first.padding = (
            (1, 1) if is_patch else first.padding
        )  # patches overlap now: there are as many as pixels ask for
    _take_first_pool_out(network)


def _take_first_pool_out(network: nn.Module) -> None:
    """Where nothing lies between it and the first convolution but norms and activations."""
    layers = [(name, layer) for name, layer in network.named_modules() if not list(layer.children())]
    start = next(k for k, (_, layer) in enumerate(layers) if isinstance(layer, nn.Conv2d))
    name, layer = next(one for one in layers[start + 1 :] if not isinstance(one[1], BETWEEN))
    if isinstance(layer, nn.MaxPool2d):
        network.set_submodule(name, nn.Identity())


def is_depthwise(network: nn.Module) -> bool:
    """Whether it has convolutions of one channel at a time: many memory accesses for little arithmetic."""
    return any(isinstance(layer, nn.Conv2d) and layer.groups > 1 for layer in network.modules())


def _compact(pretrained: bool) -> tuple[nn.Module, int]:
    if pretrained:
        raise OSError(f"there are no pretrained weights of {COMPACT}")
    return CompactResNet(), FEATURES


def _too_odd(name: str, image_size: int) -> str:
    return (
        f"{name} cannot take pictures of {image_size} pixels a side. Try 96, 128 or 224, or another backbone."
    )


def fetch(name: str) -> None:
    """Into torch's cache. Raises OSError when that can't be done."""
    try:
        torchvision.models.get_model_weights(name).DEFAULT.get_state_dict(check_hash=True)
    except RuntimeError as error:  # a file that was cut short, by its hash
        raise OSError(str(error)) from error


def _built(name: str, image_size: int, pretrained: bool) -> nn.Module:
    if name.startswith("vit"):
        return _vision_transformer(name, image_size, pretrained)
    options: dict = {"weights": "DEFAULT" if pretrained else None}
    if name.startswith("maxvit"):
        options["input_size"] = (image_size, image_size)
    if name in ("googlenet", "inception_v3"):
        options |= {"aux_logits": False}
        if not pretrained:
            options |= {"init_weights": True}
    return torchvision.models.get_model(name, **options)


def _vision_transformer(name: str, image_size: int, pretrained: bool) -> nn.Module:
    """Its positions are learnt for one size: those of pretrained weights are drawn out to ours."""
    network = torchvision.models.get_model(name, image_size=image_size)
    if pretrained:
        weights = torchvision.models.get_model_weights(name).DEFAULT.get_state_dict(check_hash=True)
        network.load_state_dict(interpolate_embeddings(image_size, network.patch_size, weights))
    return network


def _take_head_off(network: nn.Module) -> int:
    """Puts what norms and pools in the place of the classifier; returns how many features come out."""
    name = next(name for name in HEADS if hasattr(network, name))
    head = getattr(network, name)
    layers = list(head.children()) or [head]
    first = next(k for k, layer in enumerate(layers) if isinstance(layer, nn.Linear | nn.Conv2d))
    layers_kept = [layer for layer in layers[:first] if isinstance(layer, KEPT_OF_HEAD)]
    if isinstance(layers[first], nn.Conv2d):  # SqueezeNet classifies every pixel and pools after it
        layers_kept = [nn.AdaptiveAvgPool2d(1)]
    setattr(network, name, nn.Sequential(*layers_kept))
    chosen = layers[first]
    if isinstance(chosen, nn.Linear):
        return chosen.in_features
    assert isinstance(chosen, nn.Conv2d)
    return chosen.in_channels


def _see_grey(network: nn.Module) -> None:
    """Sums the first convolution over its colours: exactly what it says of a grey picture spread to three channels, for
    pretrained weights too, at a third of the arithmetic."""
    first = _first_convolution(network)
    with torch.no_grad():
        first.weight = nn.Parameter(first.weight.sum(1, keepdim=True))
    first.in_channels = 1
    if hasattr(network, "transform_input"):  # of GoogLeNet and Inception: a normalisation colour by colour
        network.transform_input = False  # type: ignore[assignment]


def _first_convolution(network: nn.Module) -> nn.Conv2d:
    return next(layer for layer in network.modules() if isinstance(layer, nn.Conv2d))
