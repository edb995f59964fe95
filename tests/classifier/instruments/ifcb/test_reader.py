"""Regions byte for byte, old and new; what is broken is named with its file and place, and the rest comes in."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import instruments, recognised_instrument
from classifier.instruments.files import open_files
from classifier.instruments.records import BrokenFile, InstrumentVignette
from tests.classifier.instruments.ifcb.synthetic_bins import NEW, OLD, new_line, picture_of, write_bin

IFCB = instruments()["ifcb"]
PICTURES = [picture_of(5, 7), None, picture_of(2, 3, seed=1)]


def read(source: Path, **options: str) -> tuple[list[InstrumentVignette], list[BrokenFile]]:
    with open_files(source) as files:
        entries = [entry for part in IFCB.parts(files) for entry in IFCB.read(files, part, options)]
        broken = IFCB.unused(files)
    vignettes = [entry for entry in entries if isinstance(entry, InstrumentVignette)]
    return vignettes, broken + [entry for entry in entries if isinstance(entry, BrokenFile)]


@pytest.mark.parametrize("name", [NEW, OLD])
def test_regions_are_the_bytes_of_the_roi(tmp_path: Path, name: str) -> None:
    write_bin(tmp_path, name, PICTURES)
    vignettes, broken = read(tmp_path)
    assert [v.object_id for v in vignettes] == [f"{name}_00001", f"{name}_00003"]
    assert [v.file_name for v in vignettes] == [f"{name}_00001.png", f"{name}_00003.png"]
    assert np.array_equal(vignettes[0].picture, PICTURES[0])
    assert np.array_equal(vignettes[1].picture, PICTURES[2])
    assert [entry for entry in broken if not entry.warning] == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=6), st.sampled_from([NEW, OLD]))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, sizes: list, name: str) -> None:
    pictures = [picture_of(height, width, width) if height else None for height, width in sizes]
    folder = write_bin(tmp_path_factory.mktemp("bin"), name, pictures)
    vignettes, _ = read(folder)
    assert {v.line: v.picture.tobytes() for v in vignettes} == {
        line: picture.tobytes() for line, picture in enumerate(pictures, 1) if picture is not None
    }


def test_a_bin_says_when_where_how_much_and_how_large(tmp_path: Path) -> None:
    write_bin(tmp_path, NEW, PICTURES)
    vignette = read(tmp_path)[0][0]
    assert vignette.taken_at == datetime(2022, 5, 19, 12, 45, 33, tzinfo=UTC)
    assert (vignette.latitude, vignette.longitude) == (58.25, 11.5)
    assert vignette.acquisition.volume_ml == pytest.approx((1200 - 120) / 60 * 0.25)
    assert vignette.acquisition.instrument == "IFCB134"
    assert vignette.acquisition.pixel_um == pytest.approx(1 / 3.4)
    assert "no file of a bin says it" in vignette.acquisition.pixel_source
    assert vignette.acquisition.fields["humidity_alarm_threshold"] == "75"
    assert vignette.numbers["roi_x"] == 796 and vignette.numbers["peak_a"] == 3.4


def test_an_old_bin_says_the_day_of_the_year(tmp_path: Path) -> None:
    write_bin(tmp_path, OLD, PICTURES)
    vignette = read(tmp_path)[0][0]
    assert vignette.taken_at == datetime(2009, 8, 4, 7, 59, 13, tzinfo=UTC)
    assert vignette.acquisition.fields["temperature"] == "11.4799732421875"
    assert vignette.acquisition.fields["blob_size_threshold"] == "10"
    assert vignette.acquisition.instrument == "IFCB1"


def test_the_size_of_a_pixel_can_be_said(tmp_path: Path) -> None:
    write_bin(tmp_path, NEW, PICTURES)
    assert read(tmp_path, ifcb_pixels_per_um="2,77")[0][0].acquisition.pixel_um == pytest.approx(1 / 2.77)
    for text in ("much", "0", "-3", "nan"):
        with pytest.raises(ClassifierError, match="pixels a micrometre"):
            IFCB.check_options({"ifcb_pixels_per_um": text})


def test_several_regions_of_one_trigger_are_objects_each(tmp_path: Path) -> None:
    write_bin(tmp_path, NEW, [], adc=new_line(1, 2, 2, 0) + new_line(1, 3, 1, 4))
    (tmp_path / f"{NEW}.roi").write_bytes(bytes(range(7)))
    vignettes, _ = read(tmp_path)
    assert [v.object_id[-5:] for v in vignettes] == ["00001", "00002"]
    assert vignettes[1].picture.tolist() == [[4, 5, 6]]
    assert [v.numbers["trigger"] for v in vignettes] == [1, 1]


def test_bins_of_many_days_in_a_zip(tmp_path: Path) -> None:
    for day in ("01", "02"):
        name = f"D202205{day}T000000_IFCB134"
        write_bin(tmp_path / "cruise" / f"D202205{day}", name, [picture_of(3, 3, int(day))])
    with zipfile.ZipFile(tmp_path / "cruise.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for file in (tmp_path / "cruise").rglob("*.*"):
            package.write(file, file.relative_to(tmp_path).as_posix())
    vignettes, broken = read(tmp_path / "cruise.zip")
    assert [v.sample.original_id for v in vignettes] == [
        "D20220501T000000_IFCB134",
        "D20220502T000000_IFCB134",
    ]
    assert np.array_equal(vignettes[1].picture, picture_of(3, 3, 2)) and not broken


def test_bins_are_recognised_by_their_names() -> None:
    assert recognised_instrument([f"day/{NEW}.adc"]) is recognised_instrument([f"{OLD}.ROI"]) is IFCB
    assert not IFCB.recognises([f"{NEW}.hdr", "notes.adc"])


def _cut(folder: Path) -> None:
    (folder / f"{NEW}.roi").write_bytes((folder / f"{NEW}.roi").read_bytes()[:37])


def _outside(folder: Path) -> None:
    (folder / f"{NEW}.adc").write_text(new_line(1, 7, 5, 0) + new_line(2, 2, 3, 90_000))


def _width_0(folder: Path) -> None:
    (folder / f"{NEW}.adc").write_text(new_line(1, 7, 5, 0) + new_line(2, 0, 3, 35))


def _no_hdr(folder: Path) -> None:
    (folder / f"{NEW}.hdr").unlink()


def _few_columns(folder: Path) -> None:
    (folder / f"{NEW}.adc").write_text(new_line(1, 7, 5, 0) + "2,5.8,0.28\n")


def _no_number(folder: Path) -> None:
    (folder / f"{NEW}.adc").write_text(new_line(1, 7, 5, 0) + new_line(2, 2, 3, 35).replace("796", "7q6"))


@pytest.mark.parametrize(
    ("damage", "ending", "line", "byte", "words"),
    [
        (_cut, "roi", None, 35, "bytes 35 to 40, but the file has 37 bytes"),
        (_outside, "roi", None, 90_000, "the file has 41 bytes"),
        (_width_0, "adc", 2, None, "0 × 3 pixels"),
        (_no_hdr, "adc", None, None, "no .hdr"),
        (_few_columns, "adc", 2, None, "3 columns"),
        (_no_number, "adc", 2, None, "Column 14 (roi_x) is '7q6'"),
    ],
)
def test_what_is_broken_is_named_and_the_rest_comes_in(
    tmp_path: Path, damage, ending, line, byte, words
) -> None:
    write_bin(tmp_path, NEW, PICTURES)
    write_bin(tmp_path, OLD, PICTURES)
    damage(tmp_path)
    vignettes, broken = read(tmp_path)
    (named,) = [entry for entry in broken if entry.file.startswith(NEW)][:1]
    assert (named.file, named.line, named.byte) == (f"{NEW}.{ending}", line, byte)
    assert words in named.message and named.remedy
    assert [v.object_id for v in vignettes if v.object_id.startswith(OLD)] == [f"{OLD}_00001", f"{OLD}_00003"]
    assert np.array_equal(next(v for v in vignettes if v.object_id == f"{NEW}_00001").picture, PICTURES[0])


@pytest.mark.parametrize("ending", ["adc", "roi"])
def test_a_bin_without_lines_or_pixels_is_named(tmp_path: Path, ending: str) -> None:
    write_bin(tmp_path, NEW, PICTURES)
    (tmp_path / f"{NEW}.{ending}").unlink()
    vignettes, (broken,) = read(tmp_path)
    assert not vignettes and f"no .{ending}" in broken.message and not broken.warning


def test_a_second_copy_is_named_and_not_read(tmp_path: Path) -> None:
    write_bin(tmp_path / "a", NEW, PICTURES)
    write_bin(tmp_path / "b", NEW, [])
    vignettes, broken = read(tmp_path)
    assert len(vignettes) == 2
    assert [entry.file for entry in broken] == [f"b/{NEW}.adc", f"b/{NEW}.hdr", f"b/{NEW}.roi"]
