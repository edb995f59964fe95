import json
import zipfile

import pytest
from PIL import Image

from classifier.__main__ import main
from classifier.contract.unet import UnetRequest
from classifier.segmentation.unet.run import train_segmenter
from tests.classifier.segmentation.unet.scans import write_scans
from tests.classifier.segmentation.unet.test_training import TINY


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with scans of two classes, and a segmenter that has learnt a little."""
    folder = tmp_path_factory.mktemp("segmenter")
    request = UnetRequest(
        str(write_scans(folder, semantic=True)), str(folder / "model"), epochs=2, steps=16, **TINY
    )
    train_segmenter(request)
    return folder


def test_a_scan_is_cut_by_the_network(trained, tmp_path, capsys):
    arguments = [
        "segment",
        str(trained / "scan1.png"),
        str(tmp_path / "out"),
        "--model",
        str(trained / "model"),
    ]
    more = ["--pixel-um=10.6", "--device=cpu", "--least-area-px=20", "--keep-border"]
    assert main([*arguments, *more]) == 0
    drawn = json.loads((tmp_path / "out" / "scan1.coco.json").read_text())["annotations"]
    assert len(drawn) > 5 and f"{len(drawn)} objects of scan1" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "out" / "scan1.zip") as package:
        (table,) = [name for name in package.namelist() if name.endswith(".tsv")]
        heads, _, *lines = [line.split("\t") for line in package.read(table).decode().splitlines()]
    named = [line[heads.index("object_annotation_category")] for line in lines]
    assert len(lines) == len(drawn) and set(named) <= {"1", "2"}
    assert main([*arguments, "--pixel-um=80"]) == 1
    assert "organisms would be of another size to it" in capsys.readouterr().err


def test_a_page_of_a_tiff_is_cut_by_the_network_as_the_same_picture_alone(trained, tmp_path):
    with Image.open(trained / "scan0.png") as first, Image.open(trained / "scan1.png") as second:
        first.save(tmp_path / "both.tif", save_all=True, append_images=[second])
    model = ["--model", str(trained / "model"), "--device=cpu"]
    assert main(["segment", str(trained / "scan1.png"), str(tmp_path / "alone"), *model]) == 0
    assert main(["segment", str(tmp_path / "both.tif"), str(tmp_path / "page"), "--page=2", *model]) == 0
    alone, page = (
        json.loads((tmp_path / name).read_text())["annotations"]
        for name in ("alone/scan1.coco.json", "page/both_page2.coco.json")
    )
    assert alone and [one["segmentation"] for one in page] == [one["segmentation"] for one in alone]


def test_both_are_measured_on_the_held_out_scan(trained, capsys):
    arguments = ["compare-segmentations", str(trained / "scans.csv"), "--model", str(trained / "model")]
    assert main([*arguments, "--device=cpu", "--keep-border", "--least-area-px=20"]) == 0
    all_of_it = capsys.readouterr().out
    assert main([*arguments, "--device=cpu"]) == 0
    without_times = [[line.split("\t")[:-2] for line in out.splitlines()] for out in (
        all_of_it, capsys.readouterr().out
    )]  # fmt: skip
    assert without_times[0] == without_times[1]  # the recipe's border and size do not count
    heads, *rows = [line.split("\t") for line in all_of_it.splitlines()]
    assert [(row[0], row[1]) for row in rows] == [("scan1.png", "threshold"), ("scan1.png", "U-Net")]
    assert all(0 < float(row[heads.index("pixel IoU")]) <= 1 for row in rows)
    assert main([*arguments[:3], str(trained)]) == 1
    assert "config.json is missing" in capsys.readouterr().err
