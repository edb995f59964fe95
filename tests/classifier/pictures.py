"""Picture files of shapes that are told apart in seconds."""

import numpy as np
from PIL import Image

KINDS = ["disc", "bar", "ring"]


def draw(kind: str, rng: np.random.Generator) -> Image.Image:
    """A dark shape on a light ground, which a network tells apart in two epochs."""
    side = int(rng.integers(36, 60))
    y, x = np.mgrid[:side, :side] - side / 2
    radius = np.hypot(x, y)
    mask = {
        "disc": radius < side * 0.35,
        "bar": np.abs(y) < side * 0.08,
        "ring": np.abs(radius - side * 0.36) < side * 0.06,
    }[kind]
    grey = np.where(mask, 60, 225) + rng.normal(0, 6, (side, side))
    return Image.fromarray(grey.clip(0, 255).astype(np.uint8))
