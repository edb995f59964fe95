"""UVP6 sequences and UVP5 work folders, written line by line as the instruments do."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.instruments.files import open_files
from classifier.instruments.uvp6.configuration import read_settings
from classifier.instruments.uvp_tables import degrees, header_rows
from tests.classifier.instruments.reading import encoded, imaged_in, read_all, write_files

HARDWARE = (
    "HW_CONF,000003LP,0,UNDEFINED,0,000124VE,1,150,250,1,0.000,393819,10000,2,192.168.0.128,0,455,6,20,2342.000,"
    "1.136,73,0.670,20200924,202010130814,someone@example.org,40.3,50.8,64"
)
ACQUISITION = (
    "ACQ_CONF,ACQ_ALS_022H,2,0.500,1,1,0,0,1,0,10,2,620,1.5,10,10,0,1000,0,40,someone@example.org,0,393788"
)
LINES = [
    HARDWARE,
    "",
    ACQUISITION,
    "20210428-143248,94.65,16.06,0:1,5056,30.9,11.6;2,145,31.4,10.5;",
    "20210428-143250,94.18,16.00,1:1,5809,30.5,11.2;2,369,36.0,16.7;",
    "20210428-143251,nan,16.00,1:1,5,30.5,11.2;",
    "20210428-143256-1,-0.05,21.38,1:OVER_EXPOSED,22.2%",
]
FOLDER = "20210428-143248"


def grey(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (6, 8), np.uint8)


@pytest.fixture
def sequence(tmp_path: Path) -> Path:
    files = {
        f"raw/{FOLDER}/{FOLDER}_data.txt": "\n".join(LINES),
        f"raw/{FOLDER}/images/20210428-1432/20210428-143250_1.png": encoded(grey(1)),
        f"raw/{FOLDER}/images/20210428-1432/20210428-143250_2.vig": encoded(grey(2)),
        f"raw/{FOLDER}/images/20210428-1432/20210428-143251_1.png": encoded(grey(3)),
        "meta/uvp6_header_sn000003lp_cruise.txt": (
            "cruise;ship;filename;profileid;latitude;longitude;stationid\n"
            "ae23;Explorer;20210428-143248;HS1447;3210 0;-6429 57;st7\n"
        ),
    }
    return write_files(tmp_path / "uvp6_project", files)


def test_vignettes_with_the_depth_of_their_frame(sequence: Path) -> None:
    vignettes, broken = read_all(sequence, "uvp6")
    assert broken == []
    assert [each.object_id for each in vignettes] == [
        f"20210428-1432{end}" for end in ("50_1", "50_2", "51_1")
    ]
    np.testing.assert_array_equal(vignettes[1].picture, grey(2))
    assert [each.depth_min for each in vignettes] == [94.18, 94.18, None]
    assert vignettes[0].taken_at == datetime(2021, 4, 28, 14, 32, 50, tzinfo=UTC)
    assert vignettes[0].numbers == {"temperature": 16.0}
    assert vignettes[0].latitude == pytest.approx(32 + 10 / 60)
    assert vignettes[0].longitude == pytest.approx(-(64 + 29 / 60 + 57 / 3600))


def test_volume_is_of_the_lit_frames(sequence: Path) -> None:
    first = read_all(sequence, "uvp6")[0][0]
    assert first.sample.original_id == "HS1447" and first.sample.fields["ship"] == "Explorer"
    acquisition = first.acquisition
    assert (acquisition.original_id, acquisition.pixel_um) == (FOLDER, 73)
    assert acquisition.volume_ml == pytest.approx(2 * 670)
    assert acquisition.fields["lit_frames"] == "2" and acquisition.fields["over_exposed"] == "1"
    assert acquisition.fields["configuration_name"] == "ACQ_ALS_022H"
    assert not {"operator_email", "ip_adress"} & set(acquisition.fields)


def test_the_table_of_profiles_is_read_once_for_all_parts(sequence: Path) -> None:
    """Thousands of sequences lie among a million files."""
    with open_files(sequence) as files:
        first = header_rows(files)
        (sequence / "meta/uvp6_header_sn000003lp_cruise.txt").unlink()
        assert first and header_rows(files) is first
    with open_files(sequence) as files:
        assert header_rows(files) == []


def test_sequences_of_a_profile_without_an_object_looked_at_water_too(sequence: Path) -> None:
    table = sequence / "meta/uvp6_header_sn000003lp_cruise.txt"
    empty = f"raw/{FOLDER.replace('48', '58')}/{FOLDER.replace('48', '58')}_data.txt"
    row = table.read_text().splitlines()[1].replace(FOLDER, FOLDER.replace("48", "58"))
    table.write_text(f"{table.read_text()}{row}\n")
    write_files(sequence, {empty: "\n".join([*LINES, "a broken line"])})
    assert imaged_in(sequence, "uvp6") == {"HS1447": pytest.approx(4 * 670)}
    assert len(read_all(sequence, "uvp6")[0]) == 3
    (sequence / empty).write_text("no sequence")
    assert imaged_in(sequence, "uvp6") == {"HS1447": pytest.approx(2 * 670)}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("20210428-143252,1.0,16.0", "line 8: The line is no frame"),
        ("20210428-143252,deep,16.0,1:1,5,3,1", "line 8: The depth is 'deep', which is no number."),
        ("2021-04-28,1.0,16.0,1:1,5,3,1", "line 8: '2021-04-28' is no time of a frame"),
        ("20210428-143252,1.0,16.0,7:1,5,3,1", "line 8: The light is '7', neither 0 nor 1."),
    ],
)
def test_a_broken_line_is_named(sequence: Path, line: str, sentence: str) -> None:
    write_files(sequence, {f"raw/{FOLDER}/{FOLDER}_data.txt": "\n".join([*LINES, line])})
    vignettes, broken = read_all(sequence, "uvp6")
    assert len(vignettes) == 3 and len(broken) == 1 and sentence in broken[0]


def test_a_broken_vignette_and_frames_without_a_line(sequence: Path) -> None:
    images = f"raw/{FOLDER}/images"
    more = {
        f"{images}/20210428-143250_3.png": encoded(grey(4))[:40],
        f"{images}/20210428-150000_1.png": encoded(grey(5)),
        "20200101-000000_1.png": encoded(grey(6)),
    }
    vignettes, broken = read_all(write_files(sequence, more), "uvp6")
    assert [each.object_id for each in vignettes][-1] == "20210428-150000_1"
    assert vignettes[-1].depth_min is None and len(vignettes) == 4
    assert "Vignettes that lie beside no …_data.txt: 1." in broken[0]
    assert "Frames that have vignettes, but no line: 1, the first is 20210428-150000." in broken[1]
    assert "143250_3.png: The picture can't be decoded" in broken[2] and len(broken) == 3


def test_settings_since_2022_have_no_address() -> None:
    cells = HARDWARE.split(",")
    assert read_settings(HARDWARE)["image_volume"] == "0.670"
    newer = read_settings(",".join(cells[:14] + cells[16:]))
    assert (newer["shutter"], newer["pixel_size"], newer["image_volume"]) == ("455", "73", "0.670")


# --- UVP5 ---------------------------------------------------------------------------------------------------------

HDR = "HDR20120520080213"
DATFILE = [
    "    578;\t20120520080213_100;\t00010;00356;003!;\t3;\t4;\t12;\t0;\t0;",
    "    579;\t20120520080214_203;\t00150*00356*003!;\t3;\t4;\t12;\t0;\t0;",
    "    580;\t20120520080214_303;\t00155;00356;003!;\t3;\t4;\t12;\t0;\t0;",
]
TABLE = (
    "cruise;ship;filename;profileid;bottomdepth;latitude;longitude;firstimage;volimage;aa;exp;endimg;stationid;pixelsize\n"
    "omer_2;europe;20120520080213;omer2_1;82;43.4111;7.1901;579;0.48;0.0014;1.397;871;st1;0.147\n"
)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    files = {
        f"work/{HDR}/20120520080214_203_0000.bmp": encoded(grey(1), "BMP"),
        f"work/{HDR}/20120520080214_303_0002.bmp": encoded(grey(2), "BMP"),
        f"work/{HDR}/{HDR}.bru": "579;0;79;20.5;11;12\r\n580;2;81;21;13;14\r\n",
        "results/omer2_1_datfile.txt": "\r\n".join(DATFILE),
        "meta/uvp5_header_sn002zd_omer_2.txt": TABLE,
    }
    return write_files(tmp_path / "uvp5_sn002zd_omer_2", files)


def test_a_uvp5_profile(profile: Path) -> None:
    vignettes, broken = read_all(profile, "uvp5")
    assert broken == []
    first, second = vignettes
    np.testing.assert_array_equal(second.picture, grey(2))
    assert (first.depth_min, second.depth_max) == (15.0, 15.5)
    assert first.taken_at == datetime(2012, 5, 20, 8, 2, 14, 203000, UTC)
    assert first.numbers == {"area": 79, "mean": 20.5, "x": 11, "y": 12}
    assert first.latitude == pytest.approx(43 + 41.11 / 60) and first.longitude == pytest.approx(
        7 + 19.01 / 60
    )
    assert first.sample.original_id == "omer2_1"
    assert first.acquisition.volume_ml == pytest.approx(2 * 480)  # frame 578 lies before firstimage
    assert first.acquisition.pixel_um == pytest.approx(147)


def test_a_uvp5_folder_without_a_vignette_looked_at_water_too(profile: Path) -> None:
    table, other = profile / "meta/uvp5_header_sn002zd_omer_2.txt", "HDR20120520090000"
    table.write_text(table.read_text() + TABLE.splitlines()[1].replace(HDR[3:], other[3:]) + "\n")
    write_files(profile, {f"work/{other}/{other}_datfile.txt": DATFILE[1]})
    assert imaged_in(profile, "uvp5") == {"omer2_1": pytest.approx(3 * 480)}
    vignettes, broken = read_all(profile, "uvp5")
    assert (len(vignettes), broken) == (2, [])


def test_frames_before_a_damage_are_not_taken_for_all_the_water(profile: Path) -> None:
    (profile / "results/omer2_1_datfile.txt").write_text("\n".join([*DATFILE[1:2] * 1000, "whole"]))
    package = profile.with_suffix(".zip")
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as entries:
        for file in sorted(profile.rglob("*.*")):
            entries.write(file, file.relative_to(profile).as_posix())
    package.write_bytes(package.read_bytes().replace(b"\nwhole", b"\nother"))
    vignettes, broken = read_all(package, "uvp5")
    assert [vignette.acquisition.volume_ml for vignette in vignettes] == [None, None]
    assert imaged_in(package, "uvp5") == {} and "texts can't be read" in broken[0]


def test_what_a_uvp5_folder_lacks_or_has_broken(profile: Path) -> None:
    write_files(
        profile, {f"work/{HDR}/{HDR}.bru": "579;0;79\r\n", f"work/{HDR}/20120520080214_303_0003.bmp": b"BM"}
    )
    (profile / "results/omer2_1_datfile.txt").write_text(DATFILE[0] + "\ngarbage;x\n")
    vignettes, broken = read_all(profile, "uvp5")
    assert len(vignettes) == 2 and vignettes[0].depth_min is None
    assert "omer2_1_datfile.txt, line 2: The line is no frame" in broken[0]
    assert f"{HDR}.bru, line 1: The line is no blob" in broken[1]
    assert "20120520080214_303_0003.bmp: The picture can't be decoded" in broken[2]
    (profile / "results/omer2_1_datfile.txt").unlink()
    (profile / "meta/uvp5_header_sn002zd_omer_2.txt").unlink()
    assert [line.split(": ")[1].split(",")[0] for line in read_all(profile, "uvp5")[1]][-3:-1] == [
        f"There is no datfile of {HDR}",
        f"No table meta/uvp5_header_….txt has {HDR}",
    ]


@given(st.integers(0, 89), st.integers(0, 59), st.integers(0, 59))
def test_packed_positions(whole: int, minutes: int, seconds: int) -> None:
    value = whole + minutes / 60 + seconds / 3600
    assert degrees(f"{whole}°{minutes} {seconds}") == pytest.approx(value)
    if whole >= 10:
        assert degrees(f"-{whole}{minutes:02} {seconds}", 90) == pytest.approx(-value)
    assert degrees(f"{whole}.{minutes:02}", of_minutes=True) == pytest.approx(whole + minutes / 60)


@pytest.mark.parametrize(
    ("text", "most", "value"),
    [
        ("305 0", 90, None),  # 3° 05′ or 30° 5′
        ("1005 0", 180, None),  # 10° 05′ or 100° 5′
        ("1005 0", 90, 10 + 5 / 60),
        ("3210 0", 90, 32 + 10 / 60),
        ("43°75 08", 90, None),
    ],
)
def test_a_position_that_could_be_two_is_none(text: str, most: int, value: float | None) -> None:
    assert degrees(text, most) == (value if value is None else pytest.approx(value))


def test_a_position_that_is_left_out_is_named(sequence: Path) -> None:
    table = sequence / "meta/uvp6_header_sn000003lp_cruise.txt"
    table.write_text(table.read_text("latin-1").replace("3210 0", "305 0"), "latin-1")
    vignettes, broken = read_all(sequence, "uvp6")
    assert {(each.latitude, each.longitude) for each in vignettes} == {(None, None)}
    assert "The position 305 0, -6429 57 is none, or could be read in two ways" in broken[0]


def test_minutes_of_a_uvp5_are_below_sixty() -> None:
    assert degrees("43.7511", of_minutes=True) is None


def test_a_raw_vig_is_refused_with_what_to_do(sequence: Path) -> None:
    raw = f"raw/{FOLDER}/images/20210428-1432/20210428-143250_2.vig"
    vignettes, broken = read_all(write_files(sequence, {raw: b"\x08\x00\x06\x00" + bytes(48)}), "uvp6")
    assert len(vignettes) == 2
    assert [
        line
        for line in broken
        if raw in line and "let UVPapp save the sequence with vignettes as PNG" in line
    ]


def test_a_uvp5_project_of_pids_alone_is_named_and_says_what_to_do(tmp_path: Path) -> None:
    pid = "uvp5_sn002_cruise/PID_process/Pid_results/p01_dat1.pid"
    vignettes, broken = read_all(write_files(tmp_path, {pid: "PID\n[Data]\n!Item;Label;Area\n"}), "uvp5")
    assert vignettes == [] and len(broken) == 1
    assert broken[0].startswith(pid) and "export the project from ZooProcess for EcoTaxa" in broken[0]


PID = """PID
[Image]
Pixel= 0.147
[Data]
!Item;Label;Area;%Area;Circ.;Rawvig;Tag
1;omer2_1;85;0;0.71;20120520080214_203_0000;1
2;omer2_1;93;2;NaN;20120520080214_303_0002;2
3;omer2_1;70;1;0.5;20120520080214_303_0009;1
4;omer2_1;70
"""


def test_a_pid_of_zooprocess_measures_the_raw_vignettes_that_it_names(profile: Path) -> None:
    write_files(profile, {"work/omer2_1/omer2_1_dat1.pid": PID, "PID_process/omer2_1_dat1.pid": "old"})
    vignettes, broken = read_all(profile.parent, "uvp5")
    first, second = (vignette.numbers for vignette in vignettes)
    assert first == {"area": 85, "%area": 0, "circ.": 0.71, "tag": 1, "mean": 20.5, "x": 11, "y": 12}
    assert second == {"area": 93, "%area": 2, "tag": 2, "mean": 21, "x": 13, "y": 14}
    assert len(broken) == 2
    assert "line 9: The line has 3 cells, but the table has 7 columns" in broken[0]
    assert "Of 1 lines of the pid the raw vignette is not among the files" in broken[1]
    assert "20120520080214_303_0009" in broken[1]


def test_of_two_lines_that_measure_one_raw_vignette_the_first_is_taken_and_it_is_said(profile: Path) -> None:
    pid = [*PID.splitlines()[:6], "2;omer2_1;9;0;0.1;20120520080214_203_0000;1"]
    write_files(profile, {"work/omer2_1/omer2_1_dat1.pid": "\n".join(pid) + "\n"})
    vignettes, broken = read_all(profile.parent, "uvp5")
    assert vignettes[0].numbers["area"] == 85
    assert len(broken) == 1 and "1 lines of the pid measure a raw vignette that a line before" in broken[0]


@pytest.mark.parametrize(
    ("pid", "sentence"),
    [
        (PID.replace("Rawvig", "Raw"), "no column Rawvig"),
        ("PID\n[Data]\nno table\n", "There is no table of objects"),
    ],
)
def test_a_pid_that_names_no_vignettes_leaves_them_as_they_are(
    profile: Path, pid: str, sentence: str
) -> None:
    write_files(profile, {"work/omer2_1/omer2_1_dat1.pid": pid})
    vignettes, broken = read_all(profile.parent, "uvp5")
    assert [vignette.numbers["area"] for vignette in vignettes] == [79, 81]
    assert len(broken) == 1 and sentence in broken[0]
