"""A backbone's folder with weights that have learnt nothing, as a pretraining writes it."""

from pathlib import Path
from types import SimpleNamespace

import torch

from classifier.contract.pretraining import PretrainRequest
from classifier.models.network import Architecture
from classifier.models.preprocessing import Preprocessing
from classifier.pretraining.folder import write_backbone
from classifier.pretraining.learner import Learner
from classifier.run_folder import RunFolder

FIGURES = {
    "loss": 4.2,
    "knn_accuracy": 0.5,
    "linear_accuracy": 0.6,
    "images": 1234,
    "labelled": 90,
    "held_out": 30,
    "epoch": 3,
    "dimensions": 256,
    "minutes": 12.0,
    "device": "cpu",
}


def tiny_backbone(folder: Path) -> Path:
    torch.manual_seed(0)
    request = PretrainRequest("pictures.parquet", str(folder), image_size=32, epochs=3)
    learner = Learner(Architecture.suited(request.backbone, 32, "suited", classes=0), "simclr")
    created = SimpleNamespace(
        average=SimpleNamespace(network=learner),
        preprocessing=Preprocessing(0.8, 0.1, (0.0,) * 3, (1.0,) * 3),
        epochs=3,
    )
    write_backbone(RunFolder(folder), request, created, FIGURES | {"dimensions": learner.width})
    return folder
