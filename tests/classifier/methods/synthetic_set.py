"""A small learning set of drawn shapes, with a trait of every kind."""

from pathlib import Path

import numpy as np
from PIL import Image

from classifier.contract.messages import TrainRequest
from classifier.contract.traits import Trait
from classifier.contract.tree import Tree
from classifier.data.decoded import decode_all
from classifier.data.learning_set import LearningSet

KINDS = ["bar", "disc", "ring"]
SIDE = 32
TRAITS = [
    Trait("round", "flag", ("yes", "no"), "Round"),
    Trait("looks", "several", ("long", "hollow"), "Looks"),
    Trait("pixels", "count", (), "Pixels"),
    Trait("rare", "one", ("a", "b"), "Rare"),  # three objects have it
    Trait("same", "ordinal", ("low", "high"), "Same"),  # all that have it are alike
]


def draw(kind: str, rng: np.random.Generator) -> np.ndarray:
    """A dark shape on a light ground, uint8."""
    side = int(rng.integers(30, 50))
    y, x = np.mgrid[:side, :side] - side / 2
    radius = np.hypot(x, y)
    mask = {
        "disc": radius < side * 0.35,
        "bar": (np.abs(y) < side * 0.08) & (np.abs(x) < side * 0.4),
        "ring": np.abs(radius - side * 0.33) < side * 0.06,
    }[kind]
    return (np.where(mask, 60, 225) + rng.normal(0, 6, (side, side))).clip(0, 255).astype(np.uint8)


def learning_set(folder: Path, count: int = 90) -> LearningSet:
    rng = np.random.default_rng(0)
    labels = np.arange(count) % len(KINDS)
    paths = [str(folder / f"{k}.png") for k in range(count)]
    for path, label in zip(paths, labels, strict=True):
        Image.fromarray(draw(KINDS[label], rng)).save(path)
    pixel_um = np.full(count, 20.0, np.float32)
    return LearningSet(
        object_ids=np.arange(count),
        samples=np.array([f"sample {k % 5}" for k in range(count)]),
        paths=paths,
        pixel_um=pixel_um,
        classes=[*KINDS, "star"],  # nobody has ever seen one
        labels=labels,
        pictures=decode_all(paths, pixel_um, SIDE, None, lambda done: None),
        folds=np.array(["train"] * (count // 3 * 2) + ["tune"] * (count // 6) + ["test"] * count)[:count],
        split_kind="given",
        tree=Tree(),
        traits=TRAITS,
        trait_labels=_trait_labels(labels),
    )


def _trait_labels(labels: np.ndarray) -> dict[str, np.ndarray]:
    few = np.full(len(labels), -1)
    few[:3] = 0, 1, 0
    looks = np.stack([labels == 0, labels == 2], 1).astype(np.float32)
    looks[::4] = np.nan
    return {
        "round": np.where(labels == 0, 1, 0),
        "looks": looks,
        "pixels": np.array([100.0, 500.0, 300.0])[labels],
        "rare": few,
        "same": np.ones(len(labels), np.int64),
    }


def request(**more) -> TrainRequest:
    return TrainRequest("", "", image_size=SIDE, threads=1, device="cpu", **more)


def never() -> bool:
    return False


def quiet(step: dict) -> None:
    pass
