"""Picture files of drawn shapes and a manifest of them; and a pretraining on them that kills itself."""

import os
import signal
from pathlib import Path

import numpy as np
import pyarrow as pa

from classifier.contract.manifest import SCHEMA, write_manifest
from classifier.contract.pretraining import PretrainRequest
from classifier.pretraining.run import pretrain
from tests.classifier.pictures import KINDS, draw

COUNT, SAMPLES = 72, 6


def manifest_in(folder: Path, labels: bool = True) -> Path:
    """A manifest of pictures that lie beside it; made once."""
    manifest = folder / "pictures.parquet"
    if manifest.exists():
        return manifest
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for row in range(COUNT):
        draw(KINDS[row % 3], rng).save(folder / f"{row}.png")
    columns = {
        "object_id": list(range(COUNT)),
        "sample": [f"tow {row // 3 % SAMPLES}" for row in range(COUNT)],
        "path": [f"{row}.png" for row in range(COUNT)],
        "label": [KINDS[row % 3] if labels else "" for row in range(COUNT)],
        "pixel_um": [20.0] * COUNT,
    }
    write_manifest(manifest, pa.table(columns, schema=SCHEMA))
    return manifest


def small_request(folder: Path, **more) -> PretrainRequest:
    small = {"image_size": 32, "epochs": 3, "batch_size": 16, "threads": 1, "device": "cpu", "held_out": 0.2}
    return PretrainRequest(str(manifest_in(folder / "pictures")), str(folder / "backbone"), **small | more)


def pretrain_and_die(folder: Path, dies_in: int) -> None:
    """Kills this process in the middle of the epoch."""

    def on_progress(step: dict) -> None:
        if len(step.get("history", [])) == dies_in - 1 and step["stage"] == "train":
            os.kill(os.getpid(), signal.SIGKILL)

    pretrain(small_request(folder), on_progress)
