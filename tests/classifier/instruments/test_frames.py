"""Frames with a table, and regions of a VPR with its CTD."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import instruments
from classifier.instruments.files import open_files
from classifier.instruments.plausible import plausible
from tests.classifier.instruments.reading import encoded, imaged_in, read_all, write_files

HEADER = "file,time,depth,latitude,longitude,acquisition,pixel_um,volume_ml,chlorophyll,remark"
LINES = [
    "a/1.png,2014-05-28T20:35:02.5,10.5,25.1,-80.2,dive1,68,160.5,0.4,clear",
    "a/2.png,2014-05-28T20:35:03,11,25.1,-80.2,dive1,68,160.5,,",
    "3.png,,,,,,,,,",
]
DIVES = [("a/1.png", "dive1", 150), ("a/2.png", "dive1", 250), ("3.png", "dive2", 100)]


def grey(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (4, 9), np.uint8)


def frames(tmp_path: Path, *lines: str, name: str = "dive/frames.csv", encoding: str = "utf-8") -> Path:
    pictures = {f"dive/{path}": encoded(grey(n)) for n, path in enumerate(("a/1.png", "a/2.png", "3.png"))}
    table = "\n".join([HEADER, *lines]).encode(encoding)
    return write_files(tmp_path / "isiis", {name: table, **pictures})


def test_frames_come_in_whole_with_what_the_table_says(tmp_path: Path) -> None:
    vignettes, broken = read_all(frames(tmp_path, *LINES), "frames")
    assert broken == []
    first, second, third = vignettes
    np.testing.assert_array_equal(second.picture, grey(1))
    assert first.object_id == "dive1_1" and third.object_id == "dive_3"
    assert first.taken_at == datetime(2014, 5, 28, 20, 35, 2, 500000, UTC)
    assert (first.latitude, first.longitude, first.depth_min, first.depth_max) == (25.1, -80.2, 10.5, 10.5)
    assert first.numbers == {"chlorophyll": 0.4} and first.texts == {"remark": "clear"}
    assert first.acquisition is second.acquisition
    assert (first.acquisition.pixel_um, first.acquisition.volume_ml) == (68, 321)
    assert third.acquisition.pixel_um is None and third.taken_at is None


def test_acquisitions_of_one_name_in_two_samples_have_volumes_of_their_own(tmp_path: Path) -> None:
    table = "file,sample,acquisition,volume_ml\na/1.png,north,d1,100\na/2.png,south,d1,40\n3.png,south,d1,20"
    pictures = {path: encoded(grey(n)) for n, path in enumerate(("a/1.png", "a/2.png", "3.png"))}
    vignettes, broken = read_all(
        write_files(tmp_path / "isiis", {"frames.csv": table.encode(), **pictures}), "frames"
    )
    assert broken == []
    volumes = [(one.sample.original_id, one.acquisition.volume_ml) for one in vignettes]
    assert volumes == [("north", 100), ("south", 60), ("south", 60)]


def test_frames_of_one_name_in_two_samples_have_ids_of_their_own(tmp_path: Path) -> None:
    """The first keeps the id that it always had; a table in another folder counts, too."""
    head, picture = "file,sample,acquisition", encoded(grey(1))
    table = "\n".join([head, "a/1.png,north,d1", "b/1.png,south,d1", "b/2.png,south,d1", "a/1.png,south,d2"])
    files = {f"{place}.png": picture for place in ("x/a/1", "x/b/1", "x/b/2", "y/1")}
    tables = {"x/frames.csv": table, "y/frames.csv": f"{head}\n1.png,west,d1"}
    vignettes, broken = read_all(write_files(tmp_path / "isiis", {**tables, **files}), "frames")
    assert broken == []
    assert [one.object_id for one in vignettes] == ["d1_1", "south_d1_1", "d1_2", "d2_1", "west_d1_1"]
    assert [one.file_name for one in vignettes][1] == "south_d1_1.png"


def test_dives_of_one_sample_looked_at_water_of_their_own(tmp_path: Path) -> None:
    lines = [f"{file},{dive},net1,{volume}" for file, dive, volume in DIVES]
    source = frames(tmp_path)
    (source / "dive/frames.csv").write_text("\n".join(["file,acquisition,sample,volume_ml", *lines]))
    vignettes, _ = read_all(source, "frames")
    assert imaged_in(source, "frames") == {"net1": 500}
    assert [vignette.acquisition.volume_ml for vignette in vignettes] == [400, 400, 100]


def test_a_table_in_latin_1_with_semicolons(tmp_path: Path) -> None:
    lines = [line.replace(",", ";").replace("clear", "trüb") for line in LINES]
    source = frames(tmp_path, *lines, encoding="latin-1")
    table = source / "dive/frames.csv"
    table.write_bytes(table.read_bytes().replace(HEADER.encode(), HEADER.replace(",", ";").encode()))
    vignettes, broken = read_all(source, "frames", {"pixel_um": "50"})
    assert broken == [] and vignettes[0].texts == {"remark": "trüb"}
    assert vignettes[2].acquisition.pixel_um == 50


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("b/9.png,,,,,,,,,", "line 5: There is no frame b/9.png. Correct its name, or send it along."),
        (
            "../secret.png,,,,,,,,,",
            "line 5: There is no frame ../secret.png. Correct its name, or send it along.",
        ),
        (",,,,,,,,,", "line 5: The cell file is empty"),
        ("3.png,noon,,,,,,,,", "line 5: time is 'noon'. Write it as"),
        ("3.png,,deep,,,,,,,", "line 5: depth is 'deep', which is no number."),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str, sentence: str) -> None:
    vignettes, broken = read_all(frames(tmp_path, *LINES, line), "frames")
    assert len(vignettes) == 3 and len(broken) == 1 and sentence in broken[0]


def test_a_size_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClassifierError, match="pixel_um is 'small'"):
        read_all(frames(tmp_path, *LINES), "frames", {"pixel_um": "small"})


# --- VPR ------------------------------------------------------------------------------------------------------------

DAY = "rois/vpr5/d222"


@pytest.fixture
def tow(tmp_path: Path) -> Path:
    files = {
        f"{DAY}/h03/roi.1247411100.tif": encoded(grey(1), "TIFF"),
        f"{DAY}/h03/roi.1247411101.tif": encoded(grey(2), "TIFF"),
        f"{DAY}/h03/roi.1299000000.tif": encoded(grey(3), "TIFF"),
        f"{DAY}/h03ctd.dat": "12474000:3.4,10.1,55.5,31.2\n12474300: 3.4, 10.2, 56.5, 31.3\n",
        f"{DAY}/h04ctd.dat": "12474111:1,2,3,4\n",
    }
    return write_files(tmp_path / "cruise", files)


def test_regions_of_a_vpr(tow: Path) -> None:
    vignettes, broken = read_all(tow, "vpr", {"year": "2019", "pixel_um": "24"})
    assert broken == []
    np.testing.assert_array_equal(vignettes[1].picture, grey(2))
    assert vignettes[0].object_id == "rois_vpr5_d222_h03_roi.1247411100"
    assert [each.depth_min for each in vignettes] == [55.5, 55.5, None]
    assert vignettes[0].numbers["temperature"] == 10.1
    assert vignettes[0].taken_at == datetime(2019, 8, 10, 3, 27, 54, 111000, UTC)
    assert vignettes[0].acquisition.pixel_um == 24


def test_a_vpr_without_a_year_or_a_ctd(tow: Path) -> None:
    write_files(tow, {f"{DAY}/h03ctd.dat": "12474000:3.4,x\n", f"{DAY}/h03/roi.1247411102.tif": b"II*"})
    vignettes, broken = read_all(tow, "vpr")
    assert {each.taken_at for each in vignettes} == {None} and len(vignettes) == 3
    assert "h03ctd.dat, line 1: The line holds what is no number." in broken[0]
    assert "There is no CTD of this hour" in broken[1]
    assert "roi.1247411102.tif: The picture can't be decoded" in broken[2]
    with pytest.raises(ClassifierError, match="year is '19'"):
        read_all(tow, "vpr", {"year": "19"})


def test_a_ctd_with_nan_loses_that_line_alone(tow: Path) -> None:
    write_files(tow, {f"{DAY}/h03ctd.dat": "nan:3.4,1\n12474000:3.4,10.1,nan\n12474000:3.4,10.1,55.5\n"})
    vignettes, broken = read_all(tow, "vpr")
    assert [each.depth_min for each in vignettes] == [55.5, 55.5, None]
    assert [line.split(": ")[0] for line in broken] == [f"{DAY}/h03ctd.dat, line {n}" for n in (1, 2)]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("vpr", {"year": "19"}),
        ("vpr", {"pixel_um": "x"}),
        ("frames", {"utc_offset": "noon"}),
        ("flowcam", {"utc_offset": "noon"}),
        ("video", {"every": "-1"}),
    ],
)
def test_options_that_cannot_be_meant_are_refused_before_anything_is_read(
    name: str, options: dict[str, str]
) -> None:
    with pytest.raises(ClassifierError, match=next(iter(options))):
        instruments()[name].check_options(options)


def test_lists_of_a_classifier_label_and_measure_regions_of_a_vpr(tow: Path) -> None:
    regions = [
        f"C:\\data\\d222\\h03\\roi.{digits}.tif" for digits in ("1247411100", "1247411101", "1299000000")
    ]
    lists = {
        "autoid/Calanus/aid/sep20aid.d222.h03": f"{regions[0]} 0.75\n{regions[1]}\n",
        "autoid/Calanus/aidmea/sep20aid.mea.d222.h03": "  10 20 1 2 3 4 5\n 11 21 1 2 3 4 wide\n",
        "autoid/krill/aid/sep20aid.d222.h03": f"{regions[1]}\n{regions[2]}\nno region\n",
        "autoid/krill/aidmea/sep20aid.mea.d222.h03": "1 2 3 4 5 6 7\n",
        "autoid/krill/aid/sep20aid.d222.h04": f"{regions[0]}\n",
    }
    vignettes, broken = read_all(write_files(tow, lists), "vpr")
    assert [one.label and (one.label.taxon, one.label.score) for one in vignettes] == [
        ("Calanus", 0.75),
        None,
        ("krill", None),
    ]
    assert not vignettes[0].label.is_validated
    assert [vignettes[0].numbers[name] for name in ("perimeter", "area", "long_axis_length")] == [10, 20, 5]
    assert "area" not in vignettes[1].numbers
    assert (
        "line 2: The line is not 7 numbers" in broken[0] and "line 3: The line names no region" in broken[1]
    )
    assert "It has 1 lines, and its list of regions 2" in broken[2]
    assert "Regions in lists of two categories: 1" in broken[3] and len(broken) == 4


def test_lists_of_an_hour_that_two_recorders_have_are_not_read(tow: Path) -> None:
    other = f"{DAY.replace('vpr5', 'vpr6')}/h03/roi.1247411100.tif"
    region = "autoid/krill/aid/a.d222.h03"
    write_files(tow, {other: encoded(grey(4), "TIFF"), region: "roi.1247411100.tif\n"})
    vignettes, broken = read_all(tow, "vpr")
    assert {one.label for one in vignettes} == {None}
    shared = [line for line in broken if "Another folder has regions of the same day and hour" in line]
    assert len(shared) == 2 and all("h03: " in line for line in shared)


def test_positions_and_depths_that_cannot_be_are_left_out(tmp_path: Path) -> None:
    lines = [LINES[0].replace("25.1", "95.1"), LINES[1].replace(",11,", ",nan,")]
    with open_files(frames(tmp_path, *lines)) as files:
        reader = instruments()["frames"]
        entries = list(plausible(reader.read(files, reader.parts(files)[0], {})))
    assert str(entries[0]).startswith(
        "dive/frames.csv, line 2: Latitude 95.1, longitude -80.2 is no position"
    )
    first, second = entries[1:]
    assert (first.latitude, first.longitude, first.depth_min) == (None, None, 10.5)
    assert (second.latitude, second.depth_min, second.depth_max) == (25.1, None, None)


def test_a_picture_that_is_too_large_to_be_read_whole_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = frames(tmp_path, *LINES)
    monkeypatch.setattr("classifier.instruments.decoding.MOST_BYTES", 200)
    write_files(source, {"dive/3.png": bytes(201)})
    vignettes, broken = read_all(source, "frames")
    assert len(vignettes) == 2 and "line 4: The picture has more than 0 MB" in broken[0]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_where_no_comma_separates_the_cells(tmp_path: Path, separator: str) -> None:
    lines = ["file,depth,latitude,longitude,pixel_um,sample,turbidity", "1.png,10_5,43_2,7_1,68,1_5,0_25"]
    table = "\n".join(line.replace(",", separator).replace("_", ",") for line in lines).replace(
        "pixel,um", "pixel_um"
    )
    picture = encoded(np.zeros((3, 4), np.uint8))
    (frame,), broken = read_all(
        write_files(tmp_path / "f", {"frames.csv": table, "1.png": picture}), "frames"
    )
    assert broken == []
    assert (frame.depth_min, frame.latitude, frame.longitude, frame.numbers) == (
        10.5,
        43.2,
        7.1,
        {"turbidity": 0.25},
    )
    assert frame.sample.original_id == "1,5"
