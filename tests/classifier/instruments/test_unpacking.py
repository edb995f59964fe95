"""Raw files become EcoTaxa packages: bit for bit, resumable, with what is broken named at the end."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifier.__main__ import main
from classifier.instruments.files import FolderFiles, open_files
from classifier.instruments.pictures import PictureReader, png_of
from classifier.instruments.records import (
    BrokenFile,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
    PictureInFile,
    PixelRegion,
)
from classifier.instruments.unpacking.cells import chosen_columns
from classifier.instruments.volumes import VolumeColumns
from tests.classifier.instruments.ifcb.synthetic_bins import NEW, OLD, picture_of, write_bin
from tests.classifier.instruments.reading import write_files

PICTURES = [picture_of(5, 7), None, picture_of(2, 3, seed=1)]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write_bin(tmp_path / "raw" / "2009", OLD, PICTURES)
    return write_bin(tmp_path / "raw", NEW, PICTURES)


def rows_of(text: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter="\t"))
    assert set(rows[0].values()) <= {"[f]", "[t]"}
    return rows[1:]


def pixels_of(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture)


def test_each_bin_becomes_a_package(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unpack", "auto", str(raw), str(tmp_path / "out")]) == 0
    assert "4 objects of 2 parts written" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "out" / f"{NEW}.zip") as package:
        assert np.array_equal(pixels_of(package.read(f"{NEW}_00003.png")), PICTURES[2])
        first, second = rows_of(package.read(f"ecotaxa_{NEW}.tsv").decode())
    assert (first["object_id"], second["object_id"]) == (f"{NEW}_00001", f"{NEW}_00003")
    assert (first["object_date"], first["object_time"]) == ("20220519", "124533")
    assert (first["object_lat"], first["object_roi_width"]) == ("58.25", "7")
    assert (first["sample_tot_vol"], first["acq_sub_part"], first["acq_imaged_volume_ml"]) == (
        "0.0045",
        "1",
        "4.5",
    )
    assert float(first["process_pixel_um"]) == pytest.approx(1 / 3.4)


def test_an_interrupted_run_goes_on(raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["unpack", "ifcb", str(raw), str(out)]) == 0
    (out / f"{OLD}.zip").unlink()
    (out / f"{NEW}.zip.unfinished").write_bytes(b"cut off")
    before = (out / f"{NEW}.zip").stat().st_mtime_ns
    assert main(["unpack", "ifcb", str(raw), str(out)]) == 0
    assert "2 objects of 2 parts written" in (answer := capsys.readouterr().out) and "2 were there" in answer
    assert (out / f"{NEW}.zip").stat().st_mtime_ns == before
    write_bin(raw, NEW, [picture_of(4, 4)])  # a bin that has grown since
    assert main(["unpack", "ifcb", str(raw), str(out)]) == 0
    assert "1 objects of 2 parts written" in capsys.readouterr().out


def test_what_is_broken_is_named_at_the_end_each_time(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (raw / f"{NEW}.roi").write_bytes((raw / f"{NEW}.roi").read_bytes()[:36])
    for _ in range(2):
        assert main(["unpack", "ifcb", str(raw), str(tmp_path / "out")]) == 1
        errors = capsys.readouterr().err
        assert f"{NEW}.roi, byte 35:" in errors and "1 files or lines could not be read" in errors
    with zipfile.ZipFile(tmp_path / "out" / f"{NEW}.zip") as package:
        assert f"{NEW}_00001.png" in package.namelist()


def test_folders_are_one_package(raw: Path, tmp_path: Path) -> None:
    assert main(["unpack", "ifcb", str(raw), str(tmp_path / "out"), "--folders"]) == 0
    assert (tmp_path / "out" / OLD / f"ecotaxa_{OLD}.tsv").exists()
    assert np.array_equal(pixels_of((tmp_path / "out" / OLD / f"{OLD}_00001.png").read_bytes()), PICTURES[0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["auto", "empty"], "name the instrument"),
        (["ifcb", "empty"], "nothing of IFCB bins"),
        (["ifcb", "raw", "--ifcb-pixels-per-um", "much"], "pixels a micrometre"),
        (["ifcb", "nowhere"], "no folder or zip"),
    ],
)
def test_what_cannot_be_is_said(raw: Path, tmp_path: Path, capsys, arguments: list[str], words: str) -> None:
    (tmp_path / "empty").mkdir()
    instrument, folder, *more = arguments
    assert main(["unpack", instrument, str(tmp_path / folder), str(tmp_path / "out"), *more]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_pixels_keep_their_bits(kind: type) -> None:
    pixels = np.random.default_rng(0).integers(0, np.iinfo(kind).max, (9, 4), kind, endpoint=True)
    assert np.array_equal(pixels_of(png_of(pixels)), pixels)


def in_file(path: str, region: PixelRegion | None = None) -> InstrumentVignette:
    picture = PictureInFile(path, region)
    return InstrumentVignette("o", "o.png", picture, InstrumentSample("s"), InstrumentAcquisition("a"))


def test_pictures_in_files(tmp_path: Path) -> None:
    whole = picture_of(20, 30)
    Image.fromarray(whole).save(tmp_path / "collage.tif")
    Image.fromarray(whole).save(tmp_path / "one.png")
    (tmp_path / "cut.tif").write_bytes((tmp_path / "collage.tif").read_bytes()[:50])
    reader = PictureReader(FolderFiles(tmp_path))
    assert reader.content(in_file("one.png")) == (tmp_path / "one.png").read_bytes()
    assert np.array_equal(pixels_of(reader.content(in_file("collage.tif"))), whole)
    region = reader.content(in_file("collage.tif", (3, 2, 5, 4)))
    assert np.array_equal(pixels_of(region), whole[2:6, 3:8])
    for broken in (
        in_file("cut.tif"),
        in_file("collage.tif", (28, 0, 5, 4)),
        in_file("one.png", (-1, 0, 2, 2)),
    ):
        assert isinstance(reader.content(broken), BrokenFile)


def test_two_runs_of_a_sample_are_imaged_each_by_its_own_volume() -> None:
    volumes, sample = VolumeColumns(), InstrumentSample("s")
    first, second = InstrumentAcquisition("a", volume_ml=2), InstrumentAcquisition("b", volume_ml=0.5)
    assert volumes.of_sample(sample, first) == volumes.of_sample(sample, second) == {"tot_vol": "0.002"}
    assert volumes.of_acquisition(sample, second) == {"imaged_volume_ml": "0.5", "sub_part": "4"}


def test_runs_that_looked_at_water_of_their_own_come_to_all_of_it() -> None:
    volumes, sample = VolumeColumns(imaged={"s": 2.5}), InstrumentSample("s")
    both = (InstrumentAcquisition("a", volume_ml=2), InstrumentAcquisition("b", volume_ml=0.5))
    assert [volumes.of_sample(sample, one) for one in both] == 2 * [{"tot_vol": "0.0025"}]
    assert [volumes.of_acquisition(sample, one)["sub_part"] for one in both] == ["1", "1"]
    concentrated = InstrumentSample("s", volume_ml=10)
    assert VolumeColumns(imaged={"s": 2.5}).of_acquisition(concentrated, both[1])["sub_part"] == "4"


def test_a_volume_that_the_files_have_stays_unless_its_unit_is_needed() -> None:
    sample, acquisition = (
        InstrumentSample("s", {"tot_vol": "12"}, 12e6),
        InstrumentAcquisition("a", volume_ml=3e6),
    )
    assert VolumeColumns().of_sample(sample, acquisition) == {"tot_vol": "12"}
    assert "sub_part" not in VolumeColumns().of_acquisition(sample, acquisition)
    in_litres = VolumeColumns(overrides=True)
    assert in_litres.of_sample(sample, acquisition) == {"tot_vol": "12000"}
    assert in_litres.of_acquisition(sample, acquisition)["sub_part"] == "4"


def test_ecotaxa_takes_30_columns_of_an_acquisition() -> None:
    columns, left = chosen_columns([f"acq_{number}" for number in range(32)] + ["acq_id", "object_id"])
    assert columns[:2] == ["object_id", "acq_id"] and len(columns) == 32 and left == ["acq_30", "acq_31"]


def frames_of(tmp_path: Path, acquisition: str) -> Path:
    """Two pictures of one name in two folders; the table says which acquisition they are of."""
    table = f"file,acquisition\na/1.png,{acquisition}\nb/1.png,{acquisition}\n"
    pictures = {f"{folder}/1.png": png_of(picture_of(4, 4, seed)) for seed, folder in enumerate("ab")}
    return write_files(tmp_path / "raw", {"frames.csv": table, **pictures})


@pytest.mark.parametrize("kind", [[], ["--folders"]])
def test_of_two_pictures_of_one_name_none_is_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: list[str]
) -> None:
    raw, out = frames_of(tmp_path, "dive"), tmp_path / "out"
    assert main(["unpack", "frames", str(raw), str(out), *kind]) == 1
    captured = capsys.readouterr()
    assert "1 objects of 1 parts" in captured.out
    assert "frames.csv, line 3: dive_1 comes twice" in captured.err
    with open_files(out / ("raw" if kind else "raw.zip")) as package, package.open("dive_1.png") as file:
        assert np.array_equal(pixels_of(file.read()), picture_of(4, 4, 0))


@pytest.mark.parametrize("acquisition", ["../../outside", "{top}/outside", "GS/1"])
def test_no_id_leads_out_of_the_package(tmp_path: Path, acquisition: str) -> None:
    raw, out = frames_of(tmp_path, acquisition.format(top=tmp_path)), tmp_path / "out"
    main(["unpack", "frames", str(raw), str(out), "--folders"])
    assert [path for path in tmp_path.rglob("*outside*") if path.parent != out / "raw"] == []
    assert len(list((out / "raw").glob("*.png"))) == 1


def test_the_share_that_formulas_ask_for_is_among_the_columns_that_ecotaxa_takes() -> None:
    acquisition = InstrumentAcquisition("a", volume_ml=2, fields={f"setting_{n}": "1" for n in range(40)})
    columns = VolumeColumns().of_acquisition(InstrumentSample("s", volume_ml=8), acquisition)
    assert columns["sub_part"] == "4"
    assert "acq_sub_part" in chosen_columns([f"acq_{name}" for name in columns])[0]
