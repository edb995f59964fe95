"""A backbone learns without labels, survives, repeats itself, and models start from it."""

import json
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from classifier.__main__ import main
from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.manifest import read_manifest
from classifier.contract.messages import TrainRequest
from classifier.inference.embedding import load_embedder
from classifier.pretraining import loop
from classifier.pretraining.pictures import load_pretraining_set
from classifier.pretraining.run import pretrain
from classifier.run_folder import RunFolder
from classifier.training.run import train
from seston.forking import run_apart
from tests.classifier.pretraining.drawn import COUNT, manifest_in, pretrain_and_die, small_request


def weights(folder: Path) -> dict[str, np.ndarray]:
    return load_file(folder / "backbone" / "model.safetensors")


def equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a pretraining that nothing has interrupted."""
    folder = tmp_path_factory.mktemp("whole")
    pretrain(small_request(folder))
    return folder


def test_the_folder_holds_a_backbone_and_nothing_of_the_way_there(whole):
    files = {path.name for path in (whole / "backbone").iterdir()}
    assert files == {"model.safetensors", "config.json", "metrics.json", "README.md", "history.jsonl"}
    assert all(name.startswith("features.") for name in weights(whole)), "the head is thrown away"
    config = json.loads((whole / "backbone" / "config.json").read_text())
    assert config["method"] == "backbone"
    assert config["settings"]["loss"] == "simclr"
    assert "manifest" not in config["settings"]


def test_each_epoch_has_its_loss_and_what_the_probes_said(whole):
    history = RunFolder(whole / "backbone").read_history()
    assert [line["epoch"] for line in history] == [1, 2, 3]
    assert history[-1]["loss"] < history[0]["loss"]
    assert {"knn_accuracy", "linear_accuracy", "lr", "seconds"} <= set(history[0])
    metrics = RunFolder(whole / "backbone").read_json("metrics.json")
    assert metrics["knn_accuracy"] == history[-1]["knn_accuracy"] > 0.5
    assert metrics["images"] + metrics["held_out"] == COUNT


def test_it_learns_by_vicreg_too_and_without_a_label(tmp_path):
    folder = tmp_path / "bare"
    manifest_in(folder / "pictures", labels=False)
    result = pretrain(small_request(folder, loss="vicreg", epochs=2))
    history = RunFolder(folder / "backbone").read_history()
    assert history[-1]["loss"] < history[0]["loss"]
    assert "knn_accuracy" not in result.metrics
    assert result.metrics["images"] == COUNT


def test_the_same_seed_gives_the_same_weights_and_another_does_not(whole, tmp_path):
    pretrain(small_request(tmp_path / "again"))
    pretrain(small_request(tmp_path / "other", seed=1))
    assert equal(weights(tmp_path / "again"), weights(whole))
    assert not equal(weights(tmp_path / "other"), weights(whole))


def test_after_kill_9_in_the_middle_it_ends_in_the_same_weights(whole, tmp_path):
    assert run_apart("killed", lambda: pretrain_and_die(tmp_path, 3)) == -signal.SIGKILL
    assert len(RunFolder(tmp_path / "backbone").read_history()) == 2
    steps: list[dict] = []
    # who takes a job up has a folder of another name
    (tmp_path / "backbone").rename(tmp_path / "taken up")
    pretrain(replace(small_request(tmp_path), out=str(tmp_path / "taken up")), steps.append)
    (tmp_path / "taken up").rename(tmp_path / "backbone")
    assert steps[0]["message"].startswith("Epoch 3 of 3"), "what was learnt is not learnt again"
    assert equal(weights(tmp_path), weights(whole))


def test_what_is_cancelled_goes_on_from_the_last_epoch(whole, tmp_path):
    done: list[dict] = []
    with pytest.raises(Cancelled):
        pretrain(
            small_request(tmp_path), lambda step: done.extend(step.get("history", [])), lambda: bool(done)
        )
    pretrain(small_request(tmp_path))
    assert equal(weights(tmp_path), weights(whole))


def test_probes_ask_about_samples_that_it_does_not_see(tmp_path):
    request = small_request(tmp_path)
    result = load_pretraining_set(request, RunFolder(request.out), lambda done, total: None)
    samples = np.array(read_manifest(Path(request.manifest))["sample"].to_pylist())
    assert len(result.query) > 0
    assert not set(samples[result.query]) & set(samples[result.learn])
    assert set(result.support) <= set(result.learn)


def test_of_many_images_some_are_drawn(tmp_path):
    request = replace(small_request(tmp_path), most_images=30, held_out=0.0)
    result = load_pretraining_set(request, RunFolder(request.out), lambda done, total: None)
    assert len(result.learn) == 30


def test_too_few_images_are_refused(tmp_path):
    with pytest.raises(ClassifierError, match="5 of 5 images could be read, but 8 are needed"):
        pretrain(replace(small_request(tmp_path), most_images=5))


# --- What it is for ---------------------------------------------------------------------------------------------------


def test_it_embeds_decoded_pictures(whole):
    embed = load_embedder(whole / "backbone", "cpu")
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (5, embed.image_size, embed.image_size)).astype(np.uint8)
    result = embed(pixels)
    assert (embed.image_size, embed.dimensions) == (32, 512)
    assert result.shape == (5, 512)
    assert result.dtype == np.float32
    assert np.allclose(result[2:3], embed(pixels[2:3]), atol=1e-4), "each picture by itself"
    assert embed(pixels[:0]).shape == (0, 512)


def test_a_folder_without_a_backbone_is_refused(tmp_path):
    with pytest.raises(ClassifierError, match="is no model"):
        load_embedder(tmp_path)


@pytest.mark.parametrize("method", ["features", "network"])
def test_models_start_from_it(whole, tmp_path, method):
    settings = {"image_size": 32, "epochs": 2, "baseline": False, "threads": 1, "device": "cpu"}
    request = TrainRequest(
        str(manifest_in(whole / "pictures")),
        str(tmp_path / method),
        method=method,
        start_from=str(whole / "backbone"),
        **settings,
    )
    result = train(request)
    assert result.metrics["accuracy"] > 0.3
    tensors = load_file(tmp_path / method / "model.safetensors")
    stem = next(value for name, value in tensors.items() if name.endswith("stem.0.weight"))
    learnt = weights(whole)["features.stem.0.weight"]
    if method == "features":
        assert np.array_equal(stem, learnt), "features stay as they are"
    else:
        assert 0 < np.abs(stem - learnt).mean() < 0.1 * np.abs(learnt).mean(), "a network goes on from there"


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_takes_a_folder_of_pictures(tmp_path, capsys):
    manifest_in(tmp_path / "pictures").unlink()
    small = ["--epochs", "1", "--image-size", "32", "--batch-size", "16", "--device", "cpu", "--threads", "1"]
    assert main(["pretrain", str(tmp_path / "pictures"), "--out", str(tmp_path / "out"), *small]) == 0
    assert "min" in capsys.readouterr().out
    assert (tmp_path / "out" / "model.safetensors").exists()


def test_the_command_says_what_an_empty_folder_lacks(tmp_path, capsys):
    assert main(["pretrain", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "There is no picture" in capsys.readouterr().err


def test_a_loss_that_is_no_number_ends_it_with_what_to_change(tmp_path, monkeypatch):
    """It would be learnt on with lost weights, and no table takes such a figure."""
    monkeypatch.setattr(
        loop, "nt_xent", lambda first, second, temperature: (first + second).sum() * float("nan")
    )
    with pytest.raises(ClassifierError, match="grew beyond all numbers in epoch 1"):
        pretrain(small_request(tmp_path))
    assert not (tmp_path / "backbone" / "checkpoint.pt").exists()
