"""A model's folder as a training leaves it, in a moment: a small network with the weights it was born with."""

import json
from pathlib import Path

import numpy as np
import torch

from classifier.contract.tree import Tree
from classifier.data.letterbox import VERSION
from classifier.evaluation.appearance import IN_UM, Looks
from classifier.evaluation.calibration import Calibration
from classifier.evaluation.confidence import Confidence
from classifier.evaluation.novelty import Novelty, make_bank
from classifier.inference.calibrator import Calibrator
from classifier.inference.formats import FORMAT
from classifier.methods.network import FittedNetwork
from classifier.models.network import EMBEDDING, Architecture, Network
from classifier.models.preprocessing import Preprocessing
from classifier.run_folder import RunFolder

BACKBONE = "mobilenet_v3_small"
CLASSES = ["11", "12", "13"]
NAMES = {"11": "Noctiluca", "12": "Chaetognatha", "13": "Oithona|similis", "1": "living"}


PARENTS = {key: None if key == "1" else "1" for key in NAMES}
PRIOR = np.array([0.7, 0.2, 0.1])


def tiny_model(path: Path, backbone: str = BACKBONE, **more: object) -> Path:
    """Three taxa below one root, with figures, a calibrator and what should not travel: objects, samples."""
    folder = RunFolder(path)
    fitted, calibrator = tiny_network(backbone), tiny_calibrator()
    config = {
        "format": FORMAT,
        "method": "network",
        "classes": CLASSES,
        "taxa": calibrator.tree.as_json(),
        "traits": [],
        "prior": PRIOR.tolist(),
        "preprocessing": {"version": VERSION, "image_size": 32},
        "fitted": fitted.save(folder),
        "calibrator": calibrator.save(folder),
        "settings": {"backbone": backbone, "seed": 3},
    }
    folder.write_json("metrics.json", METRICS)
    folder.write_history([{"epoch": 1, "train_loss": 1.0}])
    (folder / "held_out.parquet").write_bytes(b"objects of people")
    (folder / "checkpoint.pt").write_bytes(b"a pickle")
    folder.write_json("config.json", json.loads(json.dumps(config)) | more)
    return path


def tiny_network(backbone: str = BACKBONE) -> FittedNetwork:
    torch.manual_seed(0)
    shape = Architecture(backbone, 32, classes=len(CLASSES), keep_resolution=True)
    return FittedNetwork(
        networks=[Network(shape).eval()],
        preprocessing=Preprocessing(0.8, 0.2, (6.0, 0.3, 1.0), (0.5, 0.2, 0.001)),
        scales=[],
        adjustment=0.5 * np.log(PRIOR),
        views=2,
    )


def tiny_calibrator() -> Calibrator:
    rng = np.random.default_rng(0)
    bank = rng.normal(size=(4, EMBEDDING))
    return Calibrator(
        classes=CLASSES,
        prior=PRIOR,
        calibration=Calibration(1.7, np.array([0.1, 0.0, -0.1])),
        balance=0.0,
        confidence=Confidence(0.9, 0.1, -0.2),
        candidates_from=0.2,
        novelty=Novelty(
            make_bank(bank, np.arange(4)),
            Looks(rng.normal(size=(4, IN_UM + 1)).astype(np.float32)),
            dict.fromkeys(["embedding", "looks", "both"], np.linspace(0, 1, 101).tolist()),
        ),
        tuned_on=rng.dirichlet(np.ones(3), 40).astype(np.float16),
        tuned_labels=rng.integers(0, 3, 40),
        tree=Tree(PARENTS, NAMES),
    )


METRICS = {
    "accuracy": 0.9,
    "balanced_accuracy": 0.8,
    "macro_f1": 0.75,
    "ece": 0.02,
    "n_held_out": 30,
    "n_train": 100,
    "split": "sample",
    "intervals": {"macro_f1": [0.6, 0.85]},
    "baseline": {"name": "random forest", "accuracy": 0.7, "balanced_accuracy": 0.6, "macro_f1": 0.5},
    "per_taxon": [
        {"taxon": key, "precision": 0.9, "recall": 0.8, "f1": 0.85, "support": 10} for key in CLASSES
    ],
    "confusion": {"labels": CLASSES, "matrix": [[9, 1, 0], [0, 10, 0], [1, 1, 8]]},
    "thresholds": {"0.95": {"11": 0.7, "12": None, "13": 0.9}},
    "precision_recall": {"12": [[0.5, 1.0], [1.0, 0.4]]},
    "samples": [{"sample": "771", "count": 30, "accuracy": 0.9}],
    "worst": [{"object_id": 4711, "label": "11", "predicted": "12", "score": 0.99}],
    "warnings": ["Few samples."],
}
