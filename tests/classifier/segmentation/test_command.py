"""`python -m classifier segment`: from a scan to a package that the site takes."""

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifier.__main__ import main
from classifier.contract.outlines import mask_of_runs
from classifier.segmentation import stored_tiles, tiles
from tests.classifier.segmentation.drawn import INK, PAPER, disc, paper
from tests.imports.packages import run_import

DISCS = [(30, 40, 9), (90, 30, 12), (130, 100, 8), (62, 64, 10)]  # x, y, radius; the last across four tiles
MEASURED = ["--pixel-um", "10", "--volume", "250", "--background", "none", "--scale-bar"]


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scan of several tiles."""
    monkeypatch.setattr(tiles, "TILE", 64)
    monkeypatch.setattr(stored_tiles, "tiles_of", lambda width, height: tiles.tiles_of(width, height, 64))
    pixels = paper(140, 160)
    for x, y, radius in DISCS:
        disc(pixels, x, y, radius)
    Image.fromarray(pixels).save(tmp_path / "tow 1.png")
    return tmp_path / "tow 1.png"


def rows_of(package: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(package) as file:
        text = file.read("ecotaxa_tow_1.tsv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))[1:]


def test_a_package_holds_measurements_vignettes_and_outlines(scan, tmp_path, capsys):
    assert main(["segment", str(scan), str(tmp_path / "out"), *MEASURED, "--sample", "tow"]) == 0
    assert "4 objects of tow_1" in capsys.readouterr().out
    rows = rows_of(tmp_path / "out" / "tow_1.zip")
    places = {(float(row["object_x"]), float(row["object_y"])) for row in rows}
    assert places == {(x + 0.5, y + 0.5) for x, y, _ in DISCS}
    first = min(rows, key=lambda row: float(row["object_by"]))
    assert (first["object_bx"], first["object_by"], first["object_width"]) == ("78", "18", "25")
    assert float(first["object_area_mm2"]) == pytest.approx(float(first["object_area"]) * 1e-4)
    assert (first["sample_id"], first["process_pixel_um"], first["object_mean"]) == ("tow", "10", str(INK))
    assert (first["acq_imaged_volume_ml"], first["sample_tot_vol"]) == ("250", "0.25")
    outlines = json.loads((tmp_path / "out" / "tow_1.coco.json").read_text())
    masks = [mask_of_runs(entry["segmentation"]) for entry in outlines["annotations"]]
    with Image.open(scan) as picture:
        assert (np.any(masks, axis=0) == (np.asarray(picture) == INK)).all()
    assert [entry["object_id"] for entry in outlines["annotations"]] == [row["object_id"] for row in rows]
    assert not (tmp_path / "out" / ".tiles").exists()


def test_a_run_that_was_killed_goes_on_and_ends_the_same(scan, tmp_path, monkeypatch):
    main(["segment", str(scan), str(tmp_path / "whole"), *MEASURED])
    done, cut = [], stored_tiles.segment_tile

    def dies_at_the_fifth(scan, contrast, tile):
        if len(done) == 4:
            raise KeyboardInterrupt
        done.append(tile)
        return cut(scan, contrast, tile)

    monkeypatch.setattr(stored_tiles, "segment_tile", dies_at_the_fifth)
    assert main(["segment", str(scan), str(tmp_path / "cut"), *MEASURED]) == 130
    assert not list((tmp_path / "cut").glob("*.zip"))
    monkeypatch.setattr(stored_tiles, "segment_tile", lambda *a: done.append(a[2]) or cut(*a))
    assert main(["segment", str(scan), str(tmp_path / "cut"), *MEASURED]) == 0
    assert len(done) == len(set(done)) == 9  # none twice
    assert rows_of(tmp_path / "cut" / "tow_1.zip") == rows_of(tmp_path / "whole" / "tow_1.zip")
    main(["segment", str(scan), str(tmp_path / "cut"), *MEASURED])
    assert len(done) == 9


def test_the_rim_of_a_dish_is_told_of(scan, tmp_path, capsys):
    with Image.open(scan) as picture:
        pixels = np.pad(np.asarray(picture), 20, constant_values=PAPER)
    pixels[5:-5, 5:8] = pixels[5:-5, -8:-5] = pixels[5:8, 5:-5] = pixels[-8:-5, 5:-5] = INK
    Image.fromarray(pixels).save(scan)
    assert main(["segment", str(scan), str(tmp_path / "out"), *MEASURED]) == 0
    output = capsys.readouterr()
    assert "4 objects of tow_1" in output.out
    assert (
        "tow_1: what surrounds 190 × 170 pixels from (5, 5) on was taken for the rim of a dish" in output.err
    )


def test_position_day_depth_and_page_stand_in_the_package(scan, tmp_path):
    with Image.open(scan) as picture:
        empty = Image.fromarray(paper(140, 160))
        empty.save(tmp_path / "tow 1.tif", save_all=True, append_images=[picture])
    where = ["--latitude=43.5", "--longitude", "-2.25", "--depth-min=5", "--date=2000-05-05", "--page=2"]
    assert main(["segment", str(tmp_path / "tow 1.tif"), str(tmp_path / "out"), *MEASURED, *where]) == 0
    with zipfile.ZipFile(tmp_path / "out" / "tow_1_page2.zip") as file:
        text = file.read("ecotaxa_tow_1_page2.tsv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))[1:]
    names = ("lat", "lon", "depth_min", "depth_max", "date")
    assert [rows[0][f"object_{name}"] for name in names] == ["43.5", "-2.25", "5", "5", "20000505"]
    assert len(rows) == 4 and not rows[0].get("object_time")


def test_flags_go_before_the_recipe(scan, tmp_path):
    (tmp_path / "recipe.json").write_text('{"least_area_px": 300, "margin": 3}')
    recipe = ["--recipe", str(tmp_path / "recipe.json"), "--margin", "0"]
    assert main(["segment", str(scan), str(tmp_path / "out"), "--folders", *recipe]) == 0
    folder = tmp_path / "out" / "tow_1"
    with Image.open(folder / "tow_1_1.png") as vignette:
        assert vignette.size == (25, 25)
        assert vignette.getpixel((0, 0)) == PAPER
    assert len(list(folder.glob("*.png"))) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--pixel-um", "0"], "`pixel_um` is 0, but takes a number above 0."),
        (["--latitude", "91"], "`latitude` is 91, but takes -90 to 90."),
        (["--date", "5 May"], "`date` is '5 May', but takes a day as 2000-05-05"),
        (["--page", "2"], "can't be read as a scan"),
        (["--background", "blank"], "This recipe takes the background from a blank scan: name one."),
        (["--recipe", "nowhere.json"], "No such file"),
        (["--least-esd-um", "300"], "a least diameter of 300 µm can't be kept: say the size (`--pixel-um`)"),
    ],
)
def test_what_can_not_be_meant_is_refused(arguments, sentence, scan, tmp_path, capsys):
    assert main(["segment", str(scan), str(tmp_path / "out"), *arguments]) == 1
    assert sentence in capsys.readouterr().err


@pytest.mark.django_db
def test_the_site_takes_the_package_without_a_warning(storage, project, scan, tmp_path):
    main(["segment", str(scan), str(tmp_path / "out"), *MEASURED])
    result = run_import(project, tmp_path / "out" / "tow_1.zip")
    assert result["message"] == "4 objects with 4 images of 1 sample imported."
    assert result["warnings"] == []


def test_scans_of_one_name_do_not_overwrite_each_other(scan, tmp_path, capsys):
    other = tmp_path / "leg 2" / scan.name
    other.parent.mkdir()
    other.write_bytes(scan.read_bytes())
    assert main(["segment", str(scan), str(other), str(tmp_path / "out"), *MEASURED]) == 1
    assert "under one name" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_packages_that_was_left_out_is_asked_for(scan, tmp_path, capsys):
    last = tmp_path / "tow 2.png"
    last.write_bytes(scan.read_bytes())
    assert main(["segment", str(scan), str(last)]) == 1
    assert "Name the folder of the packages last" in capsys.readouterr().err
