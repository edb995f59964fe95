"""A model as ONNX says what it says in PyTorch."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from classifier.inference.onnx import export_onnx
from classifier.inference.predict import load_model
from classifier.outputs import PictureBatch
from tests.classifier.tiny import CLASSES, tiny_model


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    torch.set_num_threads(1)
    # of few layers: exporting takes its time for each
    folder = tiny_model(tmp_path_factory.mktemp("models") / "tiny", "compact_resnet")
    export_onnx(folder, folder / "model.onnx")
    return folder, folder / "model.onnx"


def test_probabilities_and_embedding_are_those_of_torch(files):
    folder, path = files
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (5, 32, 32), dtype=np.uint8)
    sizes = np.array([[6 + k, 0.1 * k, k % 2] for k in range(5)], np.float32)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    inputs = {"pictures": (pixels / 255).astype(np.float32)[:, None], "sizes": sizes}
    probabilities, embedding = session.run(["probabilities", "embedding"], inputs)
    model = load_model(str(folder), "cpu")
    outputs, _ = model(PictureBatch(pixels, sizes))
    assert probabilities == pytest.approx(
        model.calibrator.calibration.apply(outputs.logits), abs=2e-3
    )  # bfloat16 on processors that have it
    assert embedding == pytest.approx(outputs.embedding, abs=5e-2)
    assert np.ptp(probabilities, axis=0).max() > 1e-5, "pictures and sizes must tell"


def test_one_picture_and_many_go_through(files):
    session = onnxruntime.InferenceSession(files[1], providers=["CPUExecutionProvider"])
    for number in (1, 7):
        inputs = {
            "pictures": np.ones((number, 1, 32, 32), np.float32),
            "sizes": np.zeros((number, 3), np.float32),
        }
        probabilities, _ = session.run(None, inputs)
        assert probabilities.shape == (number, 3)
        assert probabilities.sum(1) == pytest.approx(np.ones(number), abs=1e-5)


def test_it_carries_its_taxa(files):
    metadata = {entry.key: entry.value for entry in onnx.load(files[1]).metadata_props}
    assert json.loads(metadata["classes"]) == CLASSES
    assert json.loads(metadata["names"])[0] == "Noctiluca"
    assert json.loads(metadata["preprocessing"])["image_size"] == 32


def test_it_names_no_file_of_the_program_that_wrote_it(files):
    assert b"/classifier/models/" not in files[1].read_bytes()
