"""Projects of ZooProcess, written line by line, and the checks that its users make."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.instruments.records import PictureInFile
from classifier.instruments.zooscan.positions import DECIMAL, MINUTES, position
from tests.classifier.instruments.reading import encoded, read_all, write_files
from tests.classifier.instruments.zooprocess import scan_files, vignette

STEM = "cruise_st20_d2_1"
FOLDER = f"Zooscan_scan/_work/{STEM}"
PID = f"{FOLDER}/{STEM}_dat1.pid"


def project(folder: Path, *scans: dict[str, bytes | str]) -> Path:
    for scan in scans:
        write_files(folder, scan)
    return folder


def test_objects_of_a_scan(tmp_path: Path) -> None:
    vignettes, broken = read_all(project(tmp_path, scan_files(STEM)), "zooscan")
    assert broken == []
    first, second = vignettes
    assert (first.object_id, first.file_name) == (f"{STEM}_1", f"{STEM}_1.jpg")
    assert first.picture == PictureInFile(f"{FOLDER}/{STEM}_1.jpg")
    assert first.numbers["area"] == 1001 and second.numbers["perim."] == 384.22
    assert (first.depth_min, first.depth_max) == (55, 106)
    assert first.taken_at == datetime(2023, 6, 14, 22, 51, tzinfo=UTC)
    assert first.latitude == pytest.approx(48 + 25.84 / 60)
    assert first.longitude == pytest.approx(-(22 + 29.66 / 60))
    assert first.line == 37


def test_sample_and_acquisition(tmp_path: Path) -> None:
    first, second = read_all(project(tmp_path, scan_files(STEM)), "zooscan")[0]
    sample, acquisition = first.sample, first.acquisition
    assert sample is second.sample and acquisition is second.acquisition
    assert (sample.original_id, sample.volume_ml) == ("cruise_st20", 124.5e6)
    assert sample.fields == {"ship": "thalassa", "zmax": "106", "zmin": "55", "tot_vol": "124.5"}
    assert (acquisition.original_id, acquisition.instrument) == (STEM, "ZooScan")
    assert acquisition.pixel_um == pytest.approx(10.6)
    assert acquisition.volume_ml == pytest.approx(124.5e6 / 4)
    assert acquisition.fields["sub_part"] == "4" and acquisition.fields["min_mesh"] == "500"
    assert acquisition.process_fields["particle_bw_ratio"] == "0.1076"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"subpart": "6"}, "SubPart is 6, but a Motoda splitter halves"),
        ({"subpart": "1.5"}, "SubPart is 1.5, but a Motoda splitter halves"),
        ({"subpart": ""}, "SubPart is empty"),
        (
            {"min": "1000", "max": "500"},
            "The fraction's sieves are 1000 and 500 µm: the lower must be the smaller.",
        ),
        (
            {"sampleid": "other"},
            f"The scan is called {STEM}, which does not begin with the id of its sample, other.",
        ),
        ({"image": "other_1"}, f"The pid was made of the image other_1, not of {STEM}."),
        ({"vol": "99999"}, "Vol is empty"),
        ({"objects": "3"}, "There is no vignette"),
    ],
)
def test_what_is_wrong_with_a_scan_is_said(tmp_path: Path, values: dict[str, str], sentence: str) -> None:
    scan = dict(scan_files(STEM, **{k: v for k, v in values.items() if k != "objects"}))
    if "objects" in values:
        scan[PID] = scan_files(STEM, objects=3)[PID]
    vignettes, broken = read_all(project(tmp_path, scan), "zooscan")
    assert len(vignettes) == 2
    assert len(broken) == 1 and sentence in broken[0] and broken[0].startswith(PID)


@pytest.mark.parametrize(("submethod", "subpart"), [("motoda", "128"), ("motoda", "1"), ("pipette", "6")])
def test_shares_that_may_be(tmp_path: Path, submethod: str, subpart: str) -> None:
    scan = scan_files(STEM, submethod=submethod, subpart=subpart)
    assert read_all(project(tmp_path, scan), "zooscan")[1] == []


def test_fractions_of_one_sample_agree(tmp_path: Path) -> None:
    coarse = scan_files("cruise_st20_d1_1", vol="200", min="1000", max="999999")
    gap = scan_files("cruise_st20_d3_1", min="100", max="400")
    vignettes, broken = read_all(project(tmp_path, scan_files(STEM), coarse, gap), "zooscan")
    assert len(vignettes) == 6
    assert [line.split(": ", 1)[1].split(". ")[0] for line in broken] == [
        "vol of cruise_st20 is 124.5 here, 200 in cruise_st20_d1_1",
        "vol of cruise_st20 is 124.5 here, 200 in cruise_st20_d1_1",
        "The fractions of sample cruise_st20 have a gap between 400 and 500 µm",
    ]


def test_vignettes_without_a_line_are_said(tmp_path: Path) -> None:
    more = {f"{FOLDER}/{STEM}_{n}.jpg": vignette(n) for n in (7, 8)}
    vignettes, broken = read_all(project(tmp_path, scan_files(STEM), more), "zooscan")
    assert len(vignettes) == 2
    assert f"2 vignettes have no line in the table: {STEM}_7, {STEM}_8." in broken[0]


def test_vignettes_in_a_zip(tmp_path: Path) -> None:
    scan = dict(scan_files(STEM))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr(f"{STEM}_2.jpg", scan.pop(f"{FOLDER}/{STEM}_2.jpg"))
    scan[f"{FOLDER}/{STEM}_vignettes.zip"] = file.getvalue()
    vignettes, broken = read_all(project(tmp_path, scan), "zooscan")
    assert broken == []
    assert vignettes[1].picture.shape == (9, 7) and vignettes[1].file_name == f"{STEM}_2.png"
    scan[f"{FOLDER}/{STEM}_vignettes.zip"] = file.getvalue()[:50]
    vignettes, broken = read_all(project(tmp_path, scan), "zooscan")
    assert (
        len(vignettes) == 1 and "The zip can't be read" in broken[0] and "There is no vignette" in broken[1]
    )


def test_scans_without_a_pid_and_the_table_of_scans(tmp_path: Path) -> None:
    others = {
        "Zooscan_scan/_work/cruise_st21_1/cruise_st21_1_meta.txt": "SampleId= cruise_st21\n",
        "Zooscan_meta/zooscan_scan_header_table.csv": "scanid;sampleid\ncruise_st22_1;cruise_st22\n",
    }
    vignettes, broken = read_all(project(tmp_path, scan_files(STEM), others), "zooscan")
    assert len(vignettes) == 2
    assert [line.split(": ", 1)[1].split(".")[0] for line in broken] == [
        "The scan cruise_st21_1 has no pid, so none of its objects is known",
        "The scan cruise_st22_1 is in the table, but has no pid",
        f"The scan {STEM} has a pid, but is not in the table",
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            f"\n2;{STEM};1002;",
            f"\n2;{STEM};",
            ", line 38: The line has 10 cells, but the table has 11 columns.",
        ),
        (f"\n2;{STEM};", "\n2;other_1;", ", line 38: From here on lines are of other_1"),
        ("!Item;", "Number;", "There is no table of objects"),
        ("Latitude= 48.2584", "Latitude= 48.7584", "48.7584 would have 75.84 minutes."),
        ("Longitude= 22.2966", "Longitude= 190.2966", "is no position on Earth"),
    ],
)
def test_a_pid_that_is_damaged(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    scan = dict(scan_files(STEM))
    assert old in scan[PID]
    scan[PID] = scan[PID].replace(old, new)
    broken = read_all(project(tmp_path, scan), "zooscan")[1]
    assert any(sentence in line for line in broken), broken


def test_names_that_people_validated(tmp_path: Path) -> None:
    text = scan_files(STEM)[PID].replace("Major;Minor", "Major;pred_valid_Id_20240401_1010")
    text = text.replace(";85.2;15.4", ";85.2;Calanoida", 1).replace(";85.2;15.4", ";85.2;")
    validated = {f"PID_process/Pid_results/Dat1_validated/{STEM}_dat1.txt": text}
    first, second = read_all(project(tmp_path, scan_files(STEM), validated), "zooscan")[0]
    assert (first.label.taxon, first.label.is_validated) == ("Calanoida", True)
    assert second.label is None


def test_a_day_without_a_time_of_day(tmp_path: Path) -> None:
    first = read_all(project(tmp_path, scan_files(STEM, date="20231122")), "zooscan")[0][0]
    assert first.taken_at == datetime(2023, 11, 22, tzinfo=UTC) and not first.has_time


def test_decimal_positions(tmp_path: Path) -> None:
    scan = scan_files(STEM, latitude="48.7584", longitude="-22.9966")
    vignettes, broken = read_all(project(tmp_path, scan), "zooscan", {"positions": DECIMAL})
    assert broken == []
    assert (vignettes[0].latitude, vignettes[0].longitude) == (48.7584, -22.9966)


@given(st.integers(-89, 89), st.integers(-179, 179), st.integers(0, 5999))
def test_minutes_stay_minutes(north: int, west: int, hundredths: int) -> None:
    latitude, longitude = (f"{degrees}.{hundredths:04}" for degrees in (north, west))
    y, x = position(latitude, longitude, MINUTES)
    share = hundredths / 6000
    assert abs(y) == pytest.approx(abs(north) + share) and abs(x) == pytest.approx(abs(west) + share)
    assert (north == 0 or y * north > 0) and (west == 0 or x * west < 0)


def test_a_broken_validation_costs_the_names_alone(tmp_path: Path) -> None:
    validated = f"Zooscan_scan/Dat1_validated/{STEM}_dat1.txt"
    vignettes, broken = read_all(project(tmp_path, scan_files(STEM), {validated: "no table\n"}), "zooscan")
    assert [each.label for each in vignettes] == [None, None]
    assert broken[0].startswith(f"{validated}: What was validated can't be read")


def zipped_scan(pixels: np.ndarray, name: str = f"{STEM}_vis1.tif") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, encoded(pixels, "TIFF"))
    return file.getvalue()


def without_pictures(whole: bytes, bx: int = 184) -> dict[str, bytes | str]:
    """A scan's folder of which the vignettes were thrown away; lines have `BX;BY;Width;Height` of 377;147;52 behind."""
    files = {path: content for path, content in scan_files(STEM).items() if not path.endswith(".jpg")}
    files[PID] = str(files[PID]).replace(";10184;377;147;52;", f";{bx};377;147;52;")
    return {**files, f"{FOLDER}/{STEM}_vis1.zip": whole}


def test_vignettes_without_a_file_are_cut_from_the_whole_scan(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (500, 400), np.uint8)
    vignettes, broken = read_all(project(tmp_path, without_pictures(zipped_scan(pixels))), "zooscan")
    assert [one.file_name for one in vignettes] == [f"{STEM}_1.png", f"{STEM}_2.png"]
    for one in vignettes:
        assert np.array_equal(one.picture, pixels[367:439, 174:341])
    assert (
        len(broken) == 1
        and "2 objects have no vignette of their own: they were cut from this scan" in broken[0]
    )


@pytest.mark.parametrize(
    ("whole", "bx", "sentence"),
    [
        (
            zipped_scan(np.zeros((500, 400), np.uint8)),
            390,
            "Its box does not lie on the whole scan, which has 400 × 500",
        ),
        (zipped_scan(np.zeros((500, 400), np.uint8), "notes.txt"), 184, "holds no .tif"),
        (b"no zip", 184, "can't be read"),
    ],
)
def test_a_whole_scan_that_does_not_fit_is_said(tmp_path: Path, whole: bytes, bx: int, sentence: str) -> None:
    vignettes, broken = read_all(project(tmp_path, without_pictures(whole, bx)), "zooscan")
    assert vignettes == []
    assert [sentence in line for line in broken] == [True, True]


def test_decimal_commas_of_a_french_computer(tmp_path: Path) -> None:
    scan = scan_files(STEM, vol="124,5", latitude="48,2584")
    scan = {
        path: c.replace("0.0106", "0,0106").replace("236.03", "236,03") if isinstance(c, str) else c
        for path, c in scan.items()
    }
    vignettes, broken = read_all(project(tmp_path, scan), "zooscan")
    assert broken == []
    first = vignettes[0]
    assert (first.numbers["mean"], first.acquisition.pixel_um, first.sample.volume_ml) == (
        236.03,
        10.6,
        124_500_000,
    )
    assert first.latitude == pytest.approx(48 + 25.84 / 60)


def test_endings_in_capitals(tmp_path: Path) -> None:
    scan = {
        path.replace("_dat1.pid", "_DAT1.PID").replace(".jpg", ".JPG"): c
        for path, c in scan_files(STEM).items()
    }
    vignettes, broken = read_all(project(tmp_path, scan), "zooscan")
    assert (len(vignettes), broken) == (2, [])


def test_the_copies_of_pids_that_a_whole_project_has(tmp_path: Path) -> None:
    scan = scan_files(STEM)
    copies = {f"PID_process/Pid_results/{STEM}_dat1.pid": scan[PID]}
    vignettes, broken = read_all(project(tmp_path, scan, copies), "zooscan")
    assert ([each.object_id for each in vignettes], broken) == ([f"{STEM}_1", f"{STEM}_2"], [])
