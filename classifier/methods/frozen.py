"""Features of a network that no longer learns: of an earlier model, or with torchvision's weights."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from classifier.contract.backbones import COMPACT, TIMM
from classifier.contract.errors import ClassifierError
from classifier.contract.messages import TrainRequest
from classifier.inference.formats import BACKBONE, read_config
from classifier.models.backbones import backbone, check_side, keep_first_resolution, open_stem
from classifier.models.timm_networks import weights_of_timm

GREY_MEAN, GREY_STD = 0.449, 0.226  # of ImageNet, its colours taken together
FEATURES = "features."  # what a network's weights call its backbone
TOGETHER = 64  # pictures


@dataclass
class FrozenBackbone:
    network: nn.Module
    # backbone, image_size, keep_resolution, open_stem, mean and std of grey: what it can be built from again
    description: dict
    device: torch.device

    @torch.inference_mode()
    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 (N, S, S) to float32 (N, features)."""
        parts = [self._of(pixels[at : at + TOGETHER]) for at in range(0, max(len(pixels), 1), TOGETHER)]
        return np.concatenate(parts)

    def _of(self, pixels: np.ndarray) -> np.ndarray:
        if not len(pixels):  # pooling takes no empty batch: its shape is that of any other picture
            return self._of(np.zeros((1, *pixels.shape[1:]), np.uint8))[:0]
        grey = torch.from_numpy(np.ascontiguousarray(pixels)).to(self.device)[:, None].float() / 255
        pictures = ((grey - self.description["mean"]) / self.description["std"]).contiguous(
            memory_format=torch.channels_last
        )
        return self.network(pictures).flatten(1).float().cpu().numpy()

    def tensors(self) -> dict[str, np.ndarray]:
        return {name: value.cpu().numpy() for name, value in self.network.state_dict().items()}

    def as_json(self) -> dict:
        return {"kind": "backbone", **self.description}

    @classmethod
    def built(cls, description: dict, weights: dict, device: torch.device) -> "FrozenBackbone":
        """`weights` are arrays or tensors by their names in the backbone."""
        network, _ = backbone(description["backbone"], description["image_size"])
        return cls._ready(network, description, weights, device)

    @classmethod
    def of_torchvision(cls, request: TrainRequest, device: torch.device) -> "FrozenBackbone":
        """Raises ClassifierError when the weights can't be fetched."""
        if request.backbone == COMPACT:
            raise ClassifierError(f"{COMPACT} has no pretrained weights: choose another backbone.")
        try:
            network, _ = backbone(request.backbone, request.side, pretrained=True)
        except OSError as error:  # urllib's errors are OSErrors: no network, or a file that is not there
            raise ClassifierError(
                f"The pretrained weights of {request.backbone} could not be fetched. Put them into torch's cache "
                "(TORCH_HOME) on a machine with a connection, start from an earlier network, or choose features "
                "that are learnt from the images themselves."
            ) from error
        mean, std = GREY_MEAN, GREY_STD
        if request.backbone.startswith(TIMM):
            weights = weights_of_timm(request.backbone)
            mean, std = weights.mean, weights.std
        description = {
            "backbone": request.backbone,
            "image_size": request.side,
            "keep_resolution": False,
            "open_stem": False,
            "mean": mean,
            "std": std,
        }
        return cls._ready(network, description, None, device)

    @classmethod
    def of_model(cls, folder: Path, image_size: int, device: torch.device) -> "FrozenBackbone":
        """Of the folder of a network, or of a backbone. Raises ClassifierError for another kind of model, or none."""
        try:
            config = read_config(folder)
            weights = load_file(folder / "model.safetensors")
        except FileNotFoundError as error:
            raise ClassifierError(f"{folder} is no model: {Path(error.filename).name} is missing.") from error
        if config["method"] not in ("network", BACKBONE):
            raise ClassifierError(f"{folder} holds no network: choose one to take the features from.")
        shape, grey = config["fitted"]["network"], config["fitted"]["preprocessing"]
        description = {
            "backbone": shape["backbone"],
            "image_size": image_size,
            "keep_resolution": shape["keep_resolution"],
            "open_stem": shape.get("open_stem", False),
            "mean": grey["mean"],
            "std": grey["std"],
        }
        body = {
            name.removeprefix(FEATURES): value for name, value in weights.items() if name.startswith(FEATURES)
        }
        return cls.built(description, body, device)

    @classmethod
    def _ready(
        cls, network: nn.Module, description: dict, weights: dict | None, device: torch.device
    ) -> "FrozenBackbone":
        if description["keep_resolution"]:
            keep_first_resolution(network)
        if description.get("open_stem"):  # what was written before this could be chosen says nothing of it
            open_stem(network)
        if weights is not None:
            network.load_state_dict({name: torch.as_tensor(value) for name, value in weights.items()})
        check_side(description["backbone"], network, description["image_size"])
        network.eval().requires_grad_(False).to(device)
        return cls(network, description, device)
