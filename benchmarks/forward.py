"""The whole of a prediction (files in, scores out) against the network alone on tensors that lie ready."""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from annotations.demo.package import write_package
from classifier.data.decoded import decode
from classifier.data.letterbox import VERSION
from classifier.inference.device import set_up_threads
from classifier.inference.predict import load_model, predict_chunks
from classifier.models.network import Network

SIDE, BATCH, CLASSES, PICTURES, ROUNDS = 128, 256, 16, 2048, 3


def forward_and_predict() -> tuple[float, float]:
    """(images/s of the bare forward pass, images/s of the whole)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_model(folder / "model")
        write_package(folder / "package", PICTURES // 4)
        files = sorted((folder / "package").rglob("*.png")) * 4
        rows = [(i, str(file), 22.0) for i, file in enumerate(files)]
        set_up_threads(0)
        model = load_model(str(folder / "model"), "cpu")
        found = [
            picture for picture in decode(((str(file), 22.0) for file in files[:BATCH]), SIDE) if picture
        ]
        some = np.stack([pixels for pixels, _ in found]), np.array([size for _, size in found], np.float32)
        bare, whole = [], []
        for _ in range(ROUNDS):  # by turns, so that both see the same machine
            bare.append(_rate(lambda: sum(len(model(*some)[0]) for _ in range(PICTURES // BATCH))))
            whole.append(
                _rate(lambda: sum(map(len, predict_chunks(str(folder / "model"), iter(rows), device="cpu"))))
            )
        return max(bare), max(whole)


def _rate(work: Callable[[], int]) -> float:
    """Images/s of `work`, which says how many it did."""
    started = time.perf_counter()
    return work() / (time.perf_counter() - started)


def _write_model(folder: Path) -> None:
    """A network that has learnt nothing: as fast as one that has."""
    folder.mkdir()
    torch.manual_seed(0)
    network = Network("mobilenet_v3_large", CLASSES, keep_resolution=False)
    save_file(network.state_dict(), folder / "model.safetensors")
    preprocessing = {"version": VERSION, "image_size": SIDE, "mean": 0.8, "std": 0.2}
    preprocessing |= {"size_mean": [6, 0.5, 1], "size_std": [1, 1, 1]}
    config = {"backbone": "mobilenet_v3_large", "classes": [str(k) for k in range(CLASSES)]}
    config |= {"preprocessing": preprocessing, "temperature": 1.0, "prior": [1 / CLASSES] * CLASSES}
    config |= {"logit_adjustment": 0.5, "pretrained": False, "keep_resolution": False}
    (folder / "config.json").write_text(json.dumps(config))
