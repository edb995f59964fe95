"""The classifier by itself: shapes, splits, training that resumes to the same weights, figures that can be checked."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image
from safetensors.numpy import load_file
from sklearn.metrics import f1_score

from classifier.__main__ import main
from classifier.data.letterbox import letterbox, read_picture, true_size
from classifier.errors import Cancelled, ClassifierError
from classifier.evaluation.calibration import fit_temperature, nll
from classifier.evaluation.metrics import evaluate, expected_calibration_error
from classifier.inference.predict import predict_chunks
from classifier.manifest import SCHEMA, write_manifest
from classifier.messages import TrainRequest, TrainResult
from classifier.training.split import split
from classifier.training.train import train

KINDS = ["disc", "bar", "ring"]


def draw(kind: str, rng: np.random.Generator) -> Image.Image:
    """A dark shape on a light ground, which a network tells apart in two epochs."""
    side = int(rng.integers(36, 60))
    y, x = np.mgrid[:side, :side] - side / 2
    radius = np.hypot(x, y)
    mask = {
        "disc": radius < side * 0.35,
        "bar": np.abs(y) < side * 0.08,
        "ring": np.abs(radius - side * 0.36) < side * 0.06,
    }[kind]
    grey = np.where(mask, 60, 225) + rng.normal(0, 6, (side, side))
    return Image.fromarray(grey.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def learning_set(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    rows = []
    for i in range(120):
        kind = KINDS[i % 3]
        draw(kind, rng).save(folder / f"{i}.png")
        rows.append((i, f"sample {i % 5}", f"{i}.png", kind, 20.0))
    (folder / "120.png").write_bytes((folder / "0.png").read_bytes()[:40])  # cut off
    rows.append((120, "sample 0", "120.png", "disc", 20.0))
    columns = dict(zip(SCHEMA.names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    write_manifest(folder / "set.parquet", pa.table(columns, schema=SCHEMA))
    return folder / "set.parquet"


def request(learning_set: Path, out: Path, **more) -> TrainRequest:
    small = {"image_size": 32, "epochs": 3, "batch_size": 16, "baseline": False}
    return TrainRequest(str(learning_set), str(out), **small | more)


@pytest.fixture(scope="module")
def model(learning_set, tmp_path_factory):
    out = tmp_path_factory.mktemp("model")
    return out, train(request(learning_set, out, epochs=20, baseline=True)).metrics


def test_a_long_picture_keeps_its_shape():
    picture = np.full((50, 200), 230, np.uint8)
    picture[20:30, 10:190] = 40  # 18 times as long as it is high
    square = letterbox(picture, 64)
    rows, columns = np.nonzero(square < 130)
    assert square.shape == (64, 64)
    assert np.ptp(columns) + 1 == pytest.approx(180 * 64 / 200, abs=2)
    assert np.ptp(rows) + 1 == pytest.approx(10 * 64 / 200, abs=2)
    assert set(np.unique(square[:20])) == {230}, "the ground goes on where there was no picture"


def test_bright_on_black_is_turned_round(tmp_path):
    Image.fromarray(np.pad(np.full((10, 10), 250, np.uint8), 10)).save(tmp_path / "uvp.png")
    picture = read_picture(tmp_path / "uvp.png")
    assert picture[0, 0] == 255
    assert picture[15, 15] == 5


def test_true_size_uses_the_scale_where_it_is_known():
    picture = np.zeros((20, 40), np.uint8)
    assert true_size(picture, 10.0) == pytest.approx((np.log(400), np.log(2), 1))
    assert true_size(picture, float("nan")) == pytest.approx((np.log(40), np.log(2), 0))


def test_a_sample_stays_on_one_side():
    samples = np.repeat([f"s{i}" for i in range(10)], 30)
    labels = np.tile([0, 1, 2], 100)
    found = split(samples, labels, 0.2, seed=1)
    assert found.kind == "sample"
    assert found.held_out.mean() == pytest.approx(0.2)
    assert not set(samples[found.held_out]) & set(samples[~found.held_out])


def test_too_few_samples_are_split_by_object_and_said_so():
    found = split(np.repeat(["a", "b"], 50), np.tile([0, 1], 50), 0.2, seed=1)
    assert found.kind == "object"
    assert "fewer than three samples" in found.warnings[0]


def test_it_learns(model):
    _, metrics = model
    assert metrics["accuracy"] > 0.9
    assert metrics["split"] == "sample"
    assert metrics["warnings"] == ["1 images could not be read and were left out."]
    assert sum(entry["support"] for entry in metrics["per_taxon"]) == metrics["n_held_out"]
    assert metrics["baseline"]["macro_f1"] > 0.5


def test_it_names_new_pictures(model, tmp_path):
    out, _ = model
    rng = np.random.default_rng(9)
    rows = []
    for i in range(30):
        draw(KINDS[i % 3], rng).save(tmp_path / f"{i}.png")
        rows.append((i, str(tmp_path / f"{i}.png"), 20.0))
    table = pa.concat_tables(
        predict_chunks(str(out), iter([*rows, (99, str(tmp_path / "none.png"), 20.0)]), chunk=10)
    )
    assert table["object_id"].to_pylist() == list(range(30)), "in order, without the unreadable one"
    classes = sorted(KINDS)
    right = [classes[k] == KINDS[i % 3] for i, k in enumerate(table["top1"].to_pylist())]
    assert np.mean(right) > 0.85
    scores = np.stack([table[f"score{k}"].to_numpy() for k in (1, 2, 3)])
    assert np.allclose(scores.sum(0), 1, atol=1e-4)
    assert np.allclose(table["margin"].to_numpy(), scores[0] - scores[1])
    expected = -np.where(scores > 0, scores * np.log(np.maximum(scores, 1e-30)), 0).sum(0) / np.log(3)
    assert np.allclose(table["entropy"].to_numpy(), expected, atol=1e-3)
    assert len(table["embedding"][0]) == 256


def test_an_interrupted_training_ends_in_the_same_weights(learning_set, tmp_path):
    train(request(learning_set, tmp_path / "whole"))
    epochs = []

    def stop_in_the_second_epoch() -> bool:
        return len(epochs) >= 1

    with pytest.raises(Cancelled):
        train(
            request(learning_set, tmp_path / "cut"),
            lambda step: epochs.extend(step.get("history", [])),
            stop_in_the_second_epoch,
        )
    # the manifest and the request are the same; only the folder differs, and is part of the request
    train(request(learning_set, tmp_path / "cut"))
    whole, cut = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "cut"))
    assert all(np.array_equal(whole[name], cut[name]) for name in whole)


def test_one_taxon_cannot_be_learnt(tmp_path):
    Image.new("L", (20, 20), 200).save(tmp_path / "a.png")
    table = pa.table(
        dict(zip(SCHEMA.names, [[1], ["s"], ["a.png"], ["disc"], [1.0]], strict=True)), schema=SCHEMA
    )
    write_manifest(tmp_path / "m.parquet", table)
    with pytest.raises(ClassifierError, match="only one taxon"):
        train(request(tmp_path / "m.parquet", tmp_path / "out"))


def test_the_command_explains_itself_without_a_traceback(tmp_path, capsys):
    assert main(["train", "--manifest", str(tmp_path / "none.parquet"), "--out", str(tmp_path / "m")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_figures_agree_with_scikit_learn():
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 4, 300)
    probabilities = rng.dirichlet(np.ones(4), 300)
    metrics = evaluate(labels, probabilities, list("abcd"))
    assert metrics["macro_f1"] == pytest.approx(f1_score(labels, probabilities.argmax(1), average="macro"))
    assert sum(map(sum, metrics["confusion"]["matrix"])) == 300


def test_calibration_error_of_an_honest_and_of_a_boasting_model():
    rng = np.random.default_rng(3)
    score = rng.uniform(0.5, 1, 20_000)
    labels = (rng.random(20_000) > score).astype(int)
    honest = np.stack([score, 1 - score], 1)
    boasting = np.stack([score**0.2, 1 - score**0.2], 1)
    assert expected_calibration_error(labels, honest) < 0.015
    assert expected_calibration_error(labels, boasting) > 0.1


def test_temperature_lowers_the_loss():
    rng = np.random.default_rng(4)
    labels = rng.integers(0, 3, 500)
    logits = 6 * (np.eye(3)[labels] + rng.normal(0, 0.8, (500, 3)))
    temperature = fit_temperature(logits, labels)
    assert temperature > 1
    assert nll(logits / temperature, labels) < nll(logits, labels)


@pytest.mark.parametrize("message", [TrainRequest, TrainResult])
def test_messages_travel_as_json(message):
    assert message.from_json(message.example().to_json()) == message.example()
    with pytest.raises(ValueError, match="has no surprise"):
        message.from_json('{"surprise": 1}')
