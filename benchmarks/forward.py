"""The whole of a prediction (files in, scores out) against the network alone on tensors that lie ready."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from annotations.demo.package import write_package
from classifier.data.decoded import decode
from classifier.data.letterbox import VERSION
from classifier.evaluation.appearance import Looks, appearance
from classifier.evaluation.calibration import Calibration
from classifier.evaluation.confidence import Confidence
from classifier.evaluation.novelty import Novelty, make_bank
from classifier.inference.calibrator import Calibrator
from classifier.inference.device import set_up_cpu
from classifier.inference.formats import FORMAT
from classifier.inference.predict import load_model, predict_chunks
from classifier.methods.network import FittedNetwork
from classifier.models.network import EMBEDDING, Architecture, Network
from classifier.models.preprocessing import Preprocessing
from classifier.outputs import PictureBatch
from classifier.run_folder import RunFolder

BACKBONE, SIDE, BATCH, CLASSES, PICTURES, ROUNDS = "mobilenet_v3_large", 128, 256, 16, 2048, 3
LEARNT_FROM = 20_000  # objects whose embeddings novelty is measured against


def forward_and_predict() -> tuple[float, float]:
    """(images/s of the bare forward pass, images/s of the whole)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_model(folder / "model", [str(k) for k in range(CLASSES)])
        write_package(folder / "package", PICTURES // 4)
        files = sorted((folder / "package").rglob("*.png")) * 4
        rows = [(i, str(file), 22.0) for i, file in enumerate(files)]
        set_up_cpu(0)
        model = load_model(str(folder / "model"), "cpu")
        pictures = [
            picture for picture in decode(((str(file), 22.0) for file in files[:BATCH]), SIDE) if picture
        ]
        some = PictureBatch(
            np.stack([pixels for pixels, _ in pictures]), np.array([size for _, size in pictures], np.float32)
        )
        bare, whole = [], []
        for _ in range(ROUNDS):  # by turns, so that both see the same machine
            bare.append(_rate(lambda: sum(len(model.fitted(some).logits) for _ in range(PICTURES // BATCH))))
            whole.append(
                _rate(lambda: sum(map(len, predict_chunks(str(folder / "model"), iter(rows), device="cpu"))))
            )
        return max(bare), max(whole)


def _rate(work: Callable[[], int]) -> float:
    """Images/s of `work`, which says how many it did."""
    started = time.perf_counter()
    return work() / (time.perf_counter() - started)


def write_model(path: Path, classes: list[str]) -> None:
    """A network that has learnt nothing: as fast as one that has."""
    folder, count = RunFolder(path), len(classes)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    fitted = FittedNetwork(
        networks=[Network(Architecture(BACKBONE, SIDE, classes=count)).eval()],
        preprocessing=Preprocessing(0.8, 0.2, (6.0, 0.5, 1.0), (1.0, 1.0, 1.0)),
        scales=[],
        adjustment=np.zeros(count),
    )
    calibrator = Calibrator(
        classes=classes,
        prior=np.full(count, 1 / count),
        calibration=Calibration(),
        balance=0.0,
        candidates_from=0.1,
        confidence=Confidence(),
        novelty=Novelty(
            make_bank(rng.normal(size=(LEARNT_FROM, EMBEDDING)), np.arange(LEARNT_FROM)),
            Looks(appearance(np.zeros((LEARNT_FROM, 1, 1), np.uint8), rng.normal(size=(LEARNT_FROM, 3)))),
            dict.fromkeys(["embedding", "looks", "both"], np.linspace(0, 1, 101).tolist()),
        ),
        tuned_on=np.full((1, count), 1 / count, np.float16),
        tuned_labels=np.zeros(1, np.int64),
    )
    config = {"format": FORMAT, "method": "network", "classes": classes, "taxa": {}, "traits": []}
    config |= {"prior": calibrator.prior.tolist(), "preprocessing": {"version": VERSION, "image_size": SIDE}}
    folder.write_json(
        "config.json", {**config, "fitted": fitted.save(folder), "calibrator": calibrator.save(folder)}
    )
