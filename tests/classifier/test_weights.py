"""What an object counts for in training: all of it by whole, unless the manifest says less."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from classifier.contract.errors import ClassifierError
from classifier.contract.manifest import write_manifest
from classifier.contract.messages import TrainRequest
from classifier.data.learning_set import LearningSet, load_learning_set
from classifier.models.network import NetworkOutput
from classifier.run_folder import RunFolder
from classifier.training.examples import Examples
from classifier.training.objective import Objective
from tests.classifier.drawn import drawn

CPU = torch.device("cpu")


@pytest.fixture
def weighed() -> LearningSet:
    """A quarter for every second training object."""
    plain = drawn()
    weights = np.ones(len(plain.labels), np.float32)
    weights[plain.train[::2]] = 0.25
    return replace(plain, weights=weights)


def test_the_loss_of_an_object_is_times_its_weight(weighed):
    objective = Objective(Examples.of(weighed, CPU), 1.0, CPU)
    rows = torch.arange(12)
    output = NetworkOutput(torch.randn(12, 3), torch.zeros(12, 2), [])
    each = F.cross_entropy(
        objective.adjusted(output), torch.from_numpy(weighed.labels)[:12], reduction="none"
    )
    summed = (each.numpy() * weighed.weights[:12]).sum()
    assert float(objective.taxon_loss(output, rows)) == pytest.approx(summed, rel=1e-5)


def test_a_smoothed_label_is_shared_by_all_taxa():
    objective = Objective(Examples.of(drawn(), CPU), 0.0, CPU, smoothing=0.3)
    output = NetworkOutput(torch.randn(12, 3), torch.zeros(12, 2), [])
    shares = 0.7 * F.one_hot(torch.from_numpy(drawn().labels)[:12], 3) + 0.1
    summed = float(-(shares * output.logits.log_softmax(1)).sum())
    assert float(objective.taxon_loss(output, torch.arange(12))) == pytest.approx(summed, rel=1e-5)


def test_frequencies_are_by_weight_and_figures_of_what_was_looked_at(weighed):
    train = weighed.train
    counts = np.bincount(weighed.labels[train], weighed.weights[train]) + 0.5
    assert weighed.prior == pytest.approx(counts / counts.sum())
    assert weighed.looked_at.tolist() == train[1::2].tolist()
    assert drawn().looked_at.tolist() == train.tolist()


def load(tmp_path, folds: list[str], weights: list[float]) -> LearningSet:
    for n in range(4):
        Image.new("L", (20, 20), 60 * n).save(tmp_path / f"{n}.png")
    columns = {
        "object_id": list(range(4)),
        "sample": list("abcd"),
        "path": [f"{n}.png" for n in range(4)],
        "label": ["1", "1", "2", "2"],
        "pixel_um": [20.0] * 4,
        "fold": folds,
        "weight": pa.array(weights, pa.float32()),
    }
    write_manifest(tmp_path / "set.parquet", pa.table(columns))
    request = TrainRequest(str(tmp_path / "set.parquet"), str(tmp_path), image_size=32)
    return load_learning_set(request, RunFolder(tmp_path), lambda done, total: None)


def test_a_manifest_brings_them(tmp_path):
    loaded = load(tmp_path, ["train", "train", "train", "test"], [1, 0.5, 1, 1])
    assert loaded.weights.tolist() == [1, 0.5, 1, 1]


@pytest.mark.parametrize(
    ("weights", "wrong"), [([1, 1, 1, 0.5], "outside of the fold train"), ([1, 0, 1, 1], "above 0, up to 1")]
)
def test_what_is_held_out_counts_whole(tmp_path, weights, wrong):
    with pytest.raises(ClassifierError, match=wrong):
        load(tmp_path, ["train", "train", "train", "test"], weights)
