import json
import zipfile

import pytest
import torch
from safetensors.torch import load_file

from classifier.__main__ import main
from classifier.contract.detection import DetectorRequest
from classifier.contract.errors import Cancelled, ClassifierError
from classifier.detection.folder import load_detector
from classifier.detection.run import train_detector
from tests.classifier.detection.drawn import write_frames

TINY = {"width": 16, "patch": 64, "batch_size": 4, "device": "cpu", "threads": 1, "shrink": 1}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with frames of two classes, and a detector that has learnt them."""
    folder = tmp_path_factory.mktemp("detector")
    boxes = write_frames(folder, labelled=True)
    request = DetectorRequest(str(boxes), str(folder / "model"), epochs=3, steps=30, rate=3e-3, **TINY)
    steps = []
    return folder, train_detector(request, steps.append), steps


def test_it_learns_to_propose_objects(trained):
    folder, result, steps = trained
    figures = result.metrics["held_out"]["objects"]
    assert figures["f1"] > 0.8 and figures["average_precision"] > 0.8
    assert result.metrics["held_out"]["scans"] == ["frame3.png"] and set(figures["classes"]) == {
        "bar",
        "disc",
    }
    assert figures["classes"]["disc"]["f1"] > 0.6
    assert (result.metrics["scans"], result.metrics["organisms"]) == (3, 24)
    last = [step for step in steps if step["stage"] == "train"][-1]
    assert last["done"] == last["total"] == 90 and "on held-out scans" in last["message"]
    detector = load_detector(folder / "model")
    assert detector.classes == ["bar", "disc"] and detector.pixel_um == [5.2]
    assert detector.score == result.metrics["score"]
    card = (folder / "model" / "README.md").read_text()
    assert "On held-out frame3.png: F1" in card and "3 scans with 24 boxes" in card
    assert sorted(path.name for path in (folder / "model").iterdir()) == [
        "README.md", "config.json", "history.jsonl", "metrics.json", "model.safetensors",
    ]  # fmt: skip


def test_what_it_proposes_becomes_a_package(trained, tmp_path, capsys):
    folder = trained[0]
    arguments = ["detect", str(folder / "frame3.png"), str(tmp_path / "out"), "--model"]
    assert main([*arguments, str(folder / "model"), "--device=cpu", "--pixel-um=5.2", "--margin=3"]) == 0
    content = json.loads((tmp_path / "out" / "frame3.coco.json").read_text())
    boxes = content["annotations"]
    assert 6 <= len(boxes) <= 10 and f"{len(boxes)} objects of frame3" in capsys.readouterr().out
    assert all(box["segmentation"] == [] for box in boxes)  # nobody drew an outline
    with zipfile.ZipFile(tmp_path / "out" / "frame3.zip") as package:
        (table,) = [name for name in package.namelist() if name.endswith(".tsv")]
        heads, _, *lines = [line.split("\t") for line in package.read(table).decode().splitlines()]
    rows = [dict(zip(heads, line, strict=True)) for line in lines]
    assert [[float(row[f"object_{name}"]) for name in ("bx", "by", "width", "height")] for row in rows] == [
        box["bbox"] for box in boxes
    ]
    assert {row["object_annotation_category"] for row in rows} == {"bar", "disc"}
    assert "object_area" not in heads
    assert main([*arguments, str(folder / "model"), "--pixel-um=50", "--margin=4"]) == 1
    assert "organisms would be of another size to it" in capsys.readouterr().err
    assert main([*arguments, str(folder)]) == 1
    assert "config.json is missing" in capsys.readouterr().err


def test_what_is_interrupted_goes_on_to_the_same_weights(tmp_path):
    boxes, more = str(write_frames(tmp_path, 2)), {"epochs": 2, "steps": 2, **TINY}
    train_detector(DetectorRequest(boxes, str(tmp_path / "whole"), **more))
    reports = []

    def is_second_epoch() -> bool:
        return bool(reports and reports[-1]["stage"] == "train" and reports[-1]["done"] > 2)

    with pytest.raises(Cancelled):
        train_detector(
            DetectorRequest(boxes, str(tmp_path / "parts"), **more), reports.append, is_second_epoch
        )
    assert (tmp_path / "parts" / "checkpoint.pt").exists()
    result = train_detector(DetectorRequest(boxes, str(tmp_path / "parts"), **more))
    one, other = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "parts"))
    assert one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)
    assert result.metrics["held_out"]["objects"]["drawn"] == 8 and not result.was_finished


def test_what_is_finished_is_not_trained_anew_unless_something_else_is_learnt_from(tmp_path):
    boxes, more = write_frames(tmp_path, 2), {"epochs": 1, "steps": 2, **TINY}
    request = DetectorRequest(str(boxes), str(tmp_path / "model"), **more)
    first = train_detector(request)
    again = train_detector(request)
    assert (again.was_finished, again.metrics) == (True, first.metrics)
    assert not (tmp_path / "model" / "scans").exists()
    header, *rows = boxes.read_text().splitlines()
    boxes.write_text("\n".join([header, *rows[1:]]) + "\n")
    assert not train_detector(request).was_finished, "a box less"
    boxes.write_text(boxes.read_text().replace("5.2", "10.4"))
    assert not train_detector(request).was_finished, "the size of pixels was mended"
    assert load_detector(tmp_path / "model").pixel_um == [10.4]


def test_a_frozen_backbone_stays_as_it_was(trained, tmp_path):
    model = trained[0] / "model"
    request = DetectorRequest(
        str(trained[0] / "boxes.csv"), str(tmp_path / "on"), start_from=str(model), frozen=True,
        epochs=1, steps=2, **TINY,
    )  # fmt: skip
    train_detector(request)
    one, other = (load_file(folder / "model.safetensors") for folder in (model, tmp_path / "on"))
    body = [name for name in other if name.startswith("body.")]
    assert body and all(torch.equal(one[name], other[name]) for name in body)
    assert not all(torch.equal(one[name], other[name]) for name in other if name.startswith("head."))
    assert load_detector(tmp_path / "on").classes == ["bar", "disc"]


def test_weights_that_cannot_be_fetched_are_no_riddle(tmp_path, monkeypatch):
    def away(*arguments):
        raise OSError("no network")

    monkeypatch.setattr("classifier.models.backbones.fetch", away)
    request = DetectorRequest(
        str(write_frames(tmp_path, 2)), str(tmp_path / "out"), backbone="resnet18", pretrained=True, **TINY
    )
    with pytest.raises(ClassifierError, match="weights of resnet18 could not be fetched"):
        train_detector(request)
    with pytest.raises(ClassifierError, match="holds no network to start from"):
        train_detector(DetectorRequest(request.boxes, request.out, start_from=str(tmp_path), **TINY))
