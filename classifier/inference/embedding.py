"""Where pictures lie in the space of a backbone, or of a network that names taxa: what similarity is made from."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from classifier.inference.device import choose_device
from classifier.inference.formats import read_config
from classifier.methods.frozen import FrozenBackbone


@dataclass(frozen=True)
class Embedder:
    """Call it with decoded pictures, see `data/decoded.py`."""

    backbone: FrozenBackbone
    image_size: int  # pixels a side that pictures are decoded to
    dimensions: int

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 (N, S, S) to float32 (N, dimensions): features as they come, for cosine distances."""
        return self.backbone(pixels)


def load_embedder(folder: str | Path, device: str = "auto") -> Embedder:
    """Of the folder of a backbone or of a network. Raises ClassifierError for another kind of model, or none."""
    where: torch.device = choose_device(device)
    side = _side_of(Path(folder))
    backbone = FrozenBackbone.of_model(Path(folder), side, where)
    dimensions = backbone(np.zeros((1, side, side), np.uint8)).shape[1]
    return Embedder(backbone, side, dimensions)


def _side_of(folder: Path) -> int:
    """Anything where there is no model: opening it says so."""
    try:
        return read_config(folder)["preprocessing"]["image_size"]
    except FileNotFoundError:
        return 0
