"""FlowCam runs, written byte by byte as VisualSpreadsheet does, in its three dialects."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.contract.errors import ClassifierError
from classifier.instruments.flowcam.columns import WITHOUT_HEADER, csv_column
from classifier.instruments.flowcam.listing import NEEDED, ListError, dialect_of
from tests.classifier.instruments.reading import encoded, read_all, write_files

COLUMNS = {
    "id": "int32",
    "image_x": "int32",
    "image_y": "int32",
    "image_w": "int32",
    "image_h": "int32",
    "cal_const": "double",
    "raw_area": "double",
    "timestamp": "timestamp",
    "collage_file": "string",
}
PARTICLES = [
    "1|2|2|3|4|9.2500|92.0000|2023-12-20T14:03:18.057|run_images_000001.tif",
    "2|6|1|2|2|9.2500|NaN|2023-12-20T14:03:20.749|run_images_000001.tif",
    "3|0|0|5|1|9.2500|7.5|2023-12-20T14:03:21.000|run_images_000002.tif",
]
CONTEXT = (
    "[Software]\nCameraMagnification=12\n[General]\nLocationLatitude=43.5\nLocationLongitude=-2.25\n"
    "RunStartTime=2023-12-20 14:03:06\n[Camera]\nShutter=33\n"
    "[Fluid]\nFluidVolumeImaged_ml=0.0000\nCalibrationConstant=1.5\n"
)
SUMMARY = (
    "Run:\r\n\tMode:  AutoImage\r\n\tFluid Volume Imaged: 289.6065 ml\r\n\tCalibration Factor: 9.2500\r\n"
    "Date/Time:\r\n\tStart:  2023-12-20 14:03:06\r\n"
)


def collage(seed: int, height: int = 8, width: int = 10) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def piped(*particles: str) -> str:
    header = ["017", f"num-fields|{len(COLUMNS)}", *(f"{name}|{kind}" for name, kind in COLUMNS.items())]
    return "\n".join([*header, *particles]) + "\n"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    files = {
        "run.lst": piped(*PARTICLES),
        "run.ctx": CONTEXT,
        "run_run_summary.txt": SUMMARY,
        "run_images_000001.tif": encoded(collage(1), "TIFF", compression="tiff_lzw"),
        "run_images_000002.tif": encoded(collage(2), "TIFF"),
        "cal_image_000001.tif": encoded(collage(3), "TIFF"),
    }
    return write_files(tmp_path / "tank", files)


def test_each_vignette_is_its_region_of_the_collage(run: Path) -> None:
    vignettes, broken = read_all(run, "flowcam")
    assert broken == []
    assert [each.object_id for each in vignettes] == ["run_1", "run_2", "run_3"]
    np.testing.assert_array_equal(vignettes[0].picture, collage(1)[2:6, 2:5])
    np.testing.assert_array_equal(vignettes[1].picture, collage(1)[1:3, 6:8])
    np.testing.assert_array_equal(vignettes[2].picture, collage(2)[:1, :5])


def test_what_the_files_say_of_run_and_particle(run: Path) -> None:
    first, second, _ = read_all(run, "flowcam")[0]
    assert first.taken_at == datetime(2023, 12, 20, 14, 3, 18, 57000, UTC)
    assert (first.latitude, first.longitude) == (43.5, -2.25)
    assert first.numbers == {"area": 92.0, "raw_area": 92.0, "cal_const": 9.25}
    assert second.numbers == {"cal_const": 9.25}  # NaN says nothing
    acquisition = first.acquisition
    assert acquisition is second.acquisition
    assert (acquisition.original_id, acquisition.pixel_um, acquisition.volume_ml) == ("run", 9.25, 289.6065)
    assert acquisition.fields["software_cameramagnification"] == "12"
    assert acquisition.fields["mode"] == "AutoImage"
    assert "camera_shutter" not in acquisition.fields
    assert next(iter(acquisition.fields)) == "mode"  # of the summary, which must be among the first thirty


def test_a_clock_that_is_ahead_of_utc(run: Path) -> None:
    first = read_all(run, "flowcam", {"utc_offset": "2"})[0][0]
    assert first.taken_at == datetime(2023, 12, 20, 12, 3, 18, 57000, UTC)
    with pytest.raises(ClassifierError, match="utc_offset is 'noon'"):
        read_all(run, "flowcam", {"utc_offset": "noon"})


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("4|2|2|3|4|9.2500", "run.lst, line 15: The line has 6 cells, but the list has 9 columns."),
        ("4|x|2|3|4|9.25|1|t|run_images_000001.tif", "run.lst, line 15: image_x is 'x', not a whole number."),
        (
            "4|8|2|3|4|9.25|1|t|run_images_000001.tif",
            "run.lst, line 15: 3 × 4 pixels at 8, 2 don't lie in run_images_000001.tif, 10 × 8.",
        ),
        ("4|-1|2|3|4|9.25|1|t|run_images_000001.tif", "3 × 4 pixels at -1, 2 don't lie in"),
        ("4|2|2|0|4|9.25|1|t|run_images_000001.tif", "0 × 4 pixels at 2, 2 don't lie in"),
        ("4|2|2|3|4|9.25|1|t|run_images_000009.tif", "run_images_000009.tif: The list names this collage"),
    ],
)
def test_a_faulty_line_is_named_and_the_others_come_in(run: Path, line: str, fault: str) -> None:
    write_files(run, {"run.lst": piped(*PARTICLES[:3], line, PARTICLES[0].replace("1|", "5|", 1))})
    vignettes, broken = read_all(run, "flowcam")
    assert [each.object_id for each in vignettes] == ["run_1", "run_2", "run_3", "run_5"]
    assert len(broken) == 1 and fault in broken[0]


def test_a_cut_collage_is_named_once(run: Path) -> None:
    write_files(run, {"run_images_000001.tif": encoded(collage(1), "TIFF")[:100]})
    vignettes, broken = read_all(run, "flowcam")
    assert [each.object_id for each in vignettes] == ["run_3"]
    assert len(broken) == 1
    assert broken[0].startswith("run_images_000001.tif: The picture can't be decoded")
    assert "from line 12 of the list on" in broken[0]


def test_another_calibration_within_a_run_is_said(run: Path) -> None:
    write_files(run, {"run.lst": piped(*PARTICLES[:2], PARTICLES[2].replace("9.2500", "4.5"))})
    vignettes, broken = read_all(run, "flowcam")
    assert len(vignettes) == 3
    assert broken == [
        "run.lst, line 14: The calibration factor is 4.5 from here on, 9.2500 before. The first counts for all. "
        "Split the run if both are meant."
    ]


def test_a_list_without_names_of_its_columns(run: Path) -> None:
    cells = dict.fromkeys(WITHOUT_HEADER[47], "0") | {
        "id": "7",
        "cal_const": "1.2",
        "collage_file": "C\\run\\run_images_000002.tif",
        "image_x": "1",
        "image_y": "2",
        "image_w": "4",
        "image_h": "3",
    }
    write_files(
        run, {"run.lst": "010\n1 2 3\n" + ":".join(cells[name] for name in WITHOUT_HEADER[47]) + "\n"}
    )
    vignettes, broken = read_all(run, "flowcam")
    assert broken == []
    np.testing.assert_array_equal(vignettes[0].picture, collage(2)[2:5, 1:5])
    assert vignettes[0].acquisition.pixel_um == 1.2
    assert vignettes[0].taken_at == datetime(2023, 12, 20, 14, 3, 6, tzinfo=UTC)  # of the run


def test_an_exported_csv(run: Path) -> None:
    (run / "run.lst").unlink()
    header = "Particle ID, Area (ABD) (\xb5m\xb2), Image File, Image X, Image Y, Image Width (px), Image Height (px)"
    write_files(run, {"run.csv": f"{header}\n9, 12.5, run_images_000001.tif, 2, 2, 3, 4\n"})
    vignettes, broken = read_all(run, "flowcam")
    assert broken == []
    assert [(each.object_id, each.numbers) for each in vignettes] == [("run_9", {"abd_area": 12.5})]
    np.testing.assert_array_equal(vignettes[0].picture, collage(1)[2:6, 2:5])
    assert vignettes[0].acquisition.pixel_um == 1.5  # of the context, where the list has none


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "The list has 0 columns and no names"),
        ("017\nnum-fields|9\nid|int32\n", "says that it has 9 columns, but does not name each"),
        ("003\nnum-fields|1\nid|int32\n", "Version '003' with '1' columns is no list of a FlowCam"),
        ("017\nnum-fields|1\nid|int32\n1\n", "The list has no column collage_file"),
    ],
)
def test_what_is_no_list(run: Path, content: str, fault: str) -> None:
    write_files(run, {"run.lst": content})
    vignettes, broken = read_all(run, "flowcam")
    assert vignettes == [] and len(broken) == 1 and fault in broken[0]


def test_headings_of_an_export() -> None:
    headings = [
        "Area (ABD) (µm²)",
        "Image X (px)",
        "Elapsed Time (s)",
        "Ch2/Ch1 Ratio",
        "Volume (P. Spheroid)",
    ]
    assert [csv_column(each) for each in headings] == [
        "abd_area",
        "image_x",
        "elapsed_time",
        "ch2_ch1_ratio",
        "volume_p_spheroid",
    ]


@given(st.lists(st.text("abc|,: \n", max_size=9), max_size=6))
def test_any_text_is_a_list_or_is_refused(lines: list[str]) -> None:
    with suppress(ListError):
        assert set(NEEDED) <= set(dialect_of(lines).columns)


@pytest.mark.parametrize("position", ["43°41 N", "43.5 S", "43,5", "nan"])
def test_a_position_that_is_no_decimal_degree_is_not_guessed(run: Path, position: str) -> None:
    write_files(run, {"run.ctx": CONTEXT.replace("43.5", position)})
    vignettes, _ = read_all(run, "flowcam")
    assert {(each.latitude, each.longitude) for each in vignettes} == {(None, None)}


@pytest.mark.parametrize(
    ("text", "volume"), [("1,234.5 ml", None), ("0,606 ml", None), ("2.5e-1 ml", 0.25), ("12 ml", 12)]
)
def test_a_volume_is_read_whole_or_not_at_all(run: Path, text: str, volume: float | None) -> None:
    write_files(run, {"run_run_summary.txt": SUMMARY.replace("289.6065 ml", text)})
    assert read_all(run, "flowcam")[0][0].acquisition.volume_ml == volume
