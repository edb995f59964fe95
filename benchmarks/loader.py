"""Whether the loader keeps up: training from the decoded file against the same training with its pictures in memory.

Before each round from the file, the operating system is asked to forget it, as if the learning set had not been read
since it was decoded.
"""

import os
import tempfile
import time
from pathlib import Path

import numpy as np

from classifier.contract.messages import TrainRequest
from classifier.contract.tree import Tree
from classifier.data.decoded import Pictures
from classifier.data.learning_set import LearningSet
from classifier.inference.device import choose_device, set_up_cpu
from classifier.models.network import Architecture, Network
from classifier.run_folder import RunFolder
from classifier.training.examples import Examples
from classifier.training.loop import Run, Trainer

NAME, UNIT = "training from the decoded cache against data in memory", "ratio"
SIDES, BACKBONE, CLASSES, BATCH, STEPS, ROUNDS = (64, 96), "mobilenet_v3_small", 20, 64, 12, 3


def loader_ratios(threads: int = 0) -> dict[int, float]:
    """{pixels a side: steps/s from the file over steps/s from memory}, the best of several rounds each."""
    set_up_cpu(threads)
    return {side: _ratio(side) for side in SIDES}


def _ratio(side: int) -> float:
    count = BATCH * STEPS
    pixels = np.random.default_rng(0).integers(0, 256, (count, side, side), np.uint8)
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name) / "decoded.cache"
        written = np.memmap(cache, np.uint8, "w+", shape=pixels.shape)
        written[:] = pixels
        written.flush()
        del written
        from_file, from_memory = [], []
        for _ in range(ROUNDS):  # by turns, so that both see the same machine
            forget(cache)
            from_file.append(_rate(np.memmap(cache, np.uint8, "r", shape=pixels.shape), side, name))
            from_memory.append(_rate(pixels, side, name))
        return max(from_file) / max(from_memory)


def _rate(pixels: np.ndarray, side: int, folder: str) -> float:
    """Steps/s of one epoch; building the network does not count."""
    request = TrainRequest("", folder, backbone=BACKBONE, image_size=side, batch_size=BATCH, epochs=1)
    device = choose_device("cpu")
    network = Network(Architecture.suited(BACKBONE, side, classes=CLASSES)).to(device)
    run = Run(request, RunFolder(folder), device, lambda step: None, lambda: False)
    trainer = Trainer(run, Examples.of(_learning_set(pixels), device), network, 0, False, [])
    started = time.perf_counter()
    trainer.learn_epoch(0)
    return STEPS / (time.perf_counter() - started)


def _learning_set(pixels: np.ndarray) -> LearningSet:
    count = len(pixels)
    sizes = np.random.default_rng(1).normal(size=(count, 3)).astype(np.float32)
    return LearningSet(
        object_ids=np.arange(count),
        samples=np.repeat("sample", count),
        paths=[""] * count,
        pixel_um=np.full(count, np.nan, np.float32),
        classes=[str(k) for k in range(CLASSES)],
        labels=np.arange(count) % CLASSES,
        pictures=Pictures(pixels, sizes, np.ones(count, bool), np.arange(count)),
        folds=np.repeat("train", count),
        split_kind="given",
        tree=Tree(),
        traits=[],
        trait_labels={},
    )


def forget(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    for side, ratio in loader_ratios().items():
        print(f"{NAME}, {side} px: {ratio:.3f} {UNIT}")
