import csv
import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from classifier.__main__ import main
from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.outlines import rings_of
from classifier.contract.unet import UnetRequest
from classifier.segmentation.unet.folder import load_segmenter
from classifier.segmentation.unet.manifest import ScanEntry
from classifier.segmentation.unet.run import train_segmenter
from classifier.segmentation.unet.scans import load_scan
from tests.classifier.segmentation.unet.scans import drawn_scan, write_scans

TINY = {"width": 8, "levels": 3, "stride": 2, "patch": 64, "batch_size": 4, "device": "cpu", "threads": 1}


def test_it_learns_to_draw_organisms(tmp_path):
    request = UnetRequest(str(write_scans(tmp_path)), str(tmp_path / "out"), epochs=3, steps=16, **TINY)
    steps = []
    metrics = train_segmenter(request, steps.append).metrics
    assert metrics["held_out"]["objects"]["f1"] > 0.7
    assert metrics["held_out"]["pixels"]["iou"] > 0.6
    assert metrics["held_out"]["scans"] == ["scan1.png"] and metrics["scans"] == 1
    assert metrics["organisms"] == len(np.unique(drawn_scan(0)[1])) - 1  # though some of them touch
    assert steps[-2]["history"][-1]["dice"] > 0.7 and steps[-2]["done"] == steps[-2]["total"] == 48
    segmenter = load_segmenter(tmp_path / "out")
    assert segmenter.classes == ["organism"] and segmenter.pixel_um == [10.6]
    assert "On held-out scan1.png" in (tmp_path / "out" / "README.md").read_text()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "README.md", "config.json", "history.jsonl", "metrics.json", "model.safetensors",
    ]  # fmt: skip


def test_taxa_of_a_semantic_mask_are_told_apart_and_what_is_interrupted_goes_on(tmp_path):
    manifest = str(write_scans(tmp_path, semantic=True))
    more = {"epochs": 2, "steps": 3, **TINY}
    train_segmenter(UnetRequest(manifest, str(tmp_path / "whole"), **more))
    reports = []

    def is_second_epoch() -> bool:
        return bool(reports and reports[-1]["done"] > 3)

    with pytest.raises(Cancelled):
        train_segmenter(
            UnetRequest(manifest, str(tmp_path / "parts"), **more), reports.append, is_second_epoch
        )
    result = train_segmenter(UnetRequest(manifest, str(tmp_path / "parts"), **more))
    one, other = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "parts"))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    figures = result.metrics["held_out"]
    assert list(figures["pixels"]["classes"]) == list(figures["objects"]["classes"]) == ["1", "2"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("mask", "gone.png", "line 2: there is no file 'gone.png'"),
        ("mask", "small.png", "small.png has 20 × 10 pixels, its scan 192 × 192"),
        ("mask", "colours.png", "colours.png has colours"),
        ("scan", "scans.csv", "scans.csv is no picture"),
        ("scan", "./scan1.png", "scan1.png is held out and learnt from, as scan1.png"),
        ("kind", "boxes", "`kind` is 'boxes', but takes one of labels, semantic, coco"),
        ("pixel_um", "-3", "`pixel_um` is '-3'"),
        ("held_out", "perhaps", "takes yes or no"),
        ("classes", "empty.csv", "empty.csv has no column 'value'"),
        ("classes", "names.csv", "has a value 2 that its classes do not name"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(tmp_path, field, value, words):
    manifest = write_scans(tmp_path)
    Image.new("L", (20, 10)).save(tmp_path / "small.png")
    Image.effect_noise((192, 192), 50).convert("RGB").point([*range(256)] * 2 + [0] * 256).save(
        tmp_path / "colours.png"
    )
    (tmp_path / "empty.csv").write_text("name\n")
    (tmp_path / "names.csv").write_text("value,name\n1,Copepoda\n")
    with manifest.open() as file:
        rows = list(csv.DictReader(file))
    rows[0][field] = value
    with manifest.open("w", newline="") as file:
        lines = csv.DictWriter(file, ["scan", "mask", "kind", "classes", "pixel_um", "held_out"])
        lines.writeheader()
        lines.writerows(rows)
    with pytest.raises(ClassifierError, match=words):
        train_segmenter(UnetRequest(str(manifest), str(tmp_path / "out"), epochs=1, steps=1, **TINY))


def test_a_folder_that_is_none_or_a_scan_of_another_size_is_refused(tmp_path):
    request = UnetRequest(str(write_scans(tmp_path)), str(tmp_path / "out"), epochs=1, steps=1, **TINY)
    train_segmenter(request)
    segmenter = load_segmenter(tmp_path / "out")
    segmenter.require_size(12)
    with pytest.raises(ClassifierError, match=r"42.3 µm a pixel, the network learnt from 10.6"):
        segmenter.require_size(42.3)
    weights = (tmp_path / "out" / "model.safetensors").read_bytes()
    (tmp_path / "out" / "model.safetensors").write_bytes(weights[:-50])
    with pytest.raises(ClassifierError, match="does not fit"):
        load_segmenter(tmp_path / "out")
    with pytest.raises(ClassifierError, match=r"config.json is missing"):
        load_segmenter(tmp_path)


def test_the_command_line_trains(tmp_path, capsys):
    tiny = [f"--{name.replace('_', '-')}={value}" for name, value in TINY.items()]
    arguments = ["train-segmenter", str(write_scans(tmp_path)), "--out", str(tmp_path / "out"), *tiny]
    assert main([*arguments, "--epochs=1", "--steps=1"]) == 0
    assert "On held-out scan1.png: of the objects F1 " in capsys.readouterr().out
    weights = (tmp_path / "out" / "model.safetensors").stat().st_mtime_ns
    assert main([*arguments, "--epochs=1", "--steps=1"]) == 0
    assert "min, finished before: name another folder to train anew" in capsys.readouterr().out
    assert (tmp_path / "out" / "model.safetensors").stat().st_mtime_ns == weights
    assert not (tmp_path / "out" / "scans").exists()
    (tmp_path / "scans.csv").write_text((tmp_path / "scans.csv").read_text().replace("10.6", "5.3"))
    assert main([*arguments, "--epochs=1", "--steps=1"]) == 0
    assert "finished before" not in capsys.readouterr().out, "the size of pixels was mended"
    assert load_segmenter(tmp_path / "out").pixel_um == [5.3]
    mask = tmp_path / "mask0.png"
    Image.fromarray(np.asarray(Image.open(mask))[::-1].copy()).save(mask)
    assert main([*arguments, "--epochs=1", "--steps=1"]) == 0
    assert "finished before" not in capsys.readouterr().out, "as many pixels, elsewhere"
    assert main([*arguments, "--epochs=1", "--steps=1", "--levels=6", "--patch=16", "--batch-size=2"]) == 0


def test_coco_and_label_images_teach_the_same(tmp_path):
    write_scans(tmp_path, 1)
    ids = np.array(Image.open(tmp_path / "mask0.png"), int)
    drawn = [
        {
            "id": number,
            "image_id": 7,
            "category_id": 3,
            "segmentation": [ring.ravel().tolist() for ring in rings_of(ids == number)],
        }
        for number in np.unique(ids)[1:].tolist()
    ]
    coco = {
        "images": [{"id": 7, "file_name": "scan0.png"}],
        "annotations": drawn,
        "categories": [{"id": 3, "name": "organism"}],
    }
    (tmp_path / "drawn.json").write_text(json.dumps(coco))
    scans = [
        load_scan(
            ScanEntry(tmp_path / "scan0.png", tmp_path / mask, kind),
            ["organism"],
            tmp_path / kind,
            False,
            lambda: False,
        )
        for mask, kind in (("mask0.png", "labels"), ("drawn.json", "coco"))
    ]
    assert (scans[0].classes == scans[1].classes).all()
    assert len(np.unique(scans[0].ids)) == len(np.unique(scans[1].ids))
