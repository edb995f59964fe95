"""Drawn shapes that a network tells apart in a few steps, as a learning set; and trainings of them."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np

from classifier.contract.messages import TrainRequest
from classifier.contract.traits import Trait
from classifier.contract.tree import Tree
from classifier.data.decoded import Pictures
from classifier.data.learning_set import LearningSet
from classifier.methods.network import NetworkMethod
from classifier.run_folder import RunFolder
from classifier.training import distributed

SIDE, COUNT, BATCH = 24, 72, 16
STEPS = COUNT * 2 // 3 // BATCH  # an epoch
SHAPES = ["bar", "disc", "ring"]
TRAITS = [
    Trait("round", "flag", ("yes", "no")),
    Trait("rank", "ordinal", ("low", "middle", "high")),
    Trait("has", "several", ("edge", "middle")),
    Trait("length", "measure"),
]


def drawn(count: int = COUNT, cache: Path | None = None) -> LearningSet:
    """A third each of bars, discs and rings; two thirds to train, the rest half tune, half test. Some objects have no
    labels of traits. The pictures lie in the file `cache`, if there is one to be."""
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 3
    shape = (count, SIDE, SIDE)
    pixels = np.memmap(cache, np.uint8, "w+", shape=shape) if cache else np.empty(shape, np.uint8)
    for row, label in enumerate(labels):
        pixels[row] = _picture(int(label), rng)
    sizes = np.column_stack([rng.normal(5, 1, count), rng.uniform(0, 1, count), np.ones(count)])
    gap = rng.random(count) < 0.3
    has = np.column_stack([labels == 2, labels != 2]).astype(np.float32)
    has[gap] = np.nan
    return LearningSet(
        object_ids=np.arange(count),
        samples=np.repeat("sample", count),
        paths=[""] * count,
        pixel_um=np.full(count, 20, np.float32),
        classes=SHAPES,
        labels=labels,
        pictures=Pictures(pixels, sizes.astype(np.float32), np.ones(count, bool), np.arange(count)),
        folds=np.resize(np.repeat(["train", "train", "train", "train", "tune", "test"], 3), count),
        split_kind="given",
        tree=Tree(),
        traits=TRAITS,
        trait_labels={
            "round": np.where(gap, -1, (labels == 0).astype(int)),
            "rank": np.where(gap, -1, labels),
            "has": has,
            "length": np.where(gap, np.nan, 10.0 ** (labels + 1)),
        },
    )


def _picture(label: int, rng: np.random.Generator) -> np.ndarray:
    """Dark on light, of a size of its own."""
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2 + rng.uniform(-1, 1, (2, 1, 1))
    radius, size = np.hypot(x, y), SIDE * rng.uniform(0.3, 0.4)
    ring = np.abs(radius - size) < 1.5
    mask = [(np.abs(y) < 2) & (np.abs(x) < size), radius < size, ring][label]
    return (np.where(mask, 60, 225) + rng.normal(0, 6, (SIDE, SIDE))).clip(0, 255).astype(np.uint8)


def small_request(folder: Path, **more) -> TrainRequest:
    small = {
        "image_size": SIDE,
        "backbone": "compact_resnet",
        "epochs": 3,
        "batch_size": BATCH,
        "threads": 1,
        "device": "cpu",
    }
    return TrainRequest("drawn", str(folder), **small | more)


def train(folder: Path, rank: int = 0, on_progress: Callable[[dict], None] = lambda step: None) -> None:
    """As the program does it: the main process draws, learns, writes."""
    run = RunFolder(folder)
    learning_set = distributed.share_learning_set(lambda: drawn(cache=run / "decoded.cache"), run)
    fitted = NetworkMethod().fit(learning_set, small_request(folder), run, on_progress, lambda: False)
    fitted.save(RunFolder(folder / f"process{rank}"))


def train_and_die(folder: Path, dies_in: int) -> None:
    """Kills this process in the middle of the epoch."""

    def on_progress(step: dict) -> None:
        if len(step["history"]) == dies_in - 1 and step["done"] % STEPS:
            os.kill(os.getpid(), signal.SIGKILL)

    train(folder, on_progress=on_progress)
