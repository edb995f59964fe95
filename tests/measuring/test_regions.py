"""Measurements of shapes whose size is known, whatever the background and wherever they lie."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from classifier.contract.measurements import (
    COLUMNS,
    NAMES,
    PROJECT_NAMES,
    as_markdown,
    with_millimetres,
)
from classifier.measuring.organism import NothingFound
from classifier.measuring.regions import measure, measure_file
from tests.measuring.shapes import DARK, LIGHT, disc, drawn, ellipse, plane, rectangle, ring


def about(value: float, share: float = 0.03):
    return pytest.approx(value, rel=share)


def test_a_disc_has_its_area_diameter_and_roundness():
    result = measure(disc(20))
    assert result["area"] == about(np.pi * 400, 0.01)
    assert result["esd"] == about(40, 0.01)
    assert result["perim."] == about(2 * np.pi * 20, 0.06), "outlines of pixels are a bit too long"
    assert (result["major"], result["minor"]) == (about(40, 0.01), about(40, 0.01))
    assert result["feret"] == about(41)
    assert result["circ."] == about(1, 0.1)
    assert result["elongation"] == about(1, 0.01)
    assert (result["x"], result["y"]) == (30.5, 30.5), "its centre is the middle of 61 pixels"
    assert (result["symetrieh"], result["symetriev"]) == (pytest.approx(0, abs=2), pytest.approx(0, abs=2))
    assert result["fractal"] == about(1, 0.15), "the outline of a disc is a line"


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, 135, 170])
def test_an_ellipse_has_its_axes_and_angle(degrees):
    result = measure(ellipse(30, 10, degrees))
    assert (result["major"], result["minor"]) == (about(60), about(20))
    assert result["area"] == about(np.pi * 300, 0.02)
    assert result["angle"] % 180 == pytest.approx(degrees, abs=1) or result["angle"] == pytest.approx(
        180, abs=1
    )
    assert result["elongation"] == about(3)
    assert max(result["symetrieh"], result["symetriev"]) < 5


def test_a_rectangle_is_exact():
    result = measure(rectangle(30, 8, left=12, top=9))
    exact = {"area": 240, "width": 30, "height": 8, "bx": 12, "by": 9, "x": 27, "y": 13, "angle": 0}
    assert {name: result[name] for name in exact} == exact
    assert result["feret"] == pytest.approx(np.hypot(30, 8))
    assert (result["convarea"], result["convperim"]) == (pytest.approx(240), pytest.approx(76))
    assert result["major"] / result["minor"] == pytest.approx(30 / 8)
    assert np.pi / 4 * result["major"] * result["minor"] == pytest.approx(240)
    assert (result["symetrieh"], result["symetriev"]) == (0, 0)


def test_a_ring_has_a_hole_and_the_outline_of_a_disc():
    result, whole = measure(ring(20, 12)), measure(disc(20))
    assert result["area"] == whole["area"]
    assert result["area_exc"] == about(np.pi * (400 - 144))
    assert result["%area"] == about(100 * 144 / 400, 0.05)
    assert result["perim."] == whole["perim."]
    assert (result["min"], result["max"]) == (DARK, LIGHT), "greys are of the holes, too"


def test_greys_of_two_halves_are_what_one_reckons():
    pixels = rectangle(20, 10)
    pixels[10:20, 10:20], pixels[10:20, 20:30] = 50, 100
    result = measure(pixels)
    assert (result["mean"], result["median"], result["min"], result["max"], result["range"]) == (
        75,
        75,
        50,
        100,
        50,
    )
    assert result["intden"] == 75 * 200
    assert result["stddev"] == pytest.approx(25 * np.sqrt(200 / 199))
    assert result["skew"] == pytest.approx(0)
    assert result["kurt"] == pytest.approx(-2)
    assert (result["histcum1"], result["histcum2"], result["histcum3"]) == (50, 50, 100)
    assert (result["nb1"], result["nb3"], result["meanpos"]) == (1, 1, -1)
    assert result["cv"] == pytest.approx(100 * result["stddev"] / 75)
    assert result["xm"] > result["x"], "weighted by grey, as ImageJ does"


def test_dark_eyes_are_counted_one_by_one():
    pixels = rectangle(40, 20)
    pixels[13:16, 14:22], pixels[22:26, 30:44] = 20, 20
    pixels[10:30, 10:50][(pixels[10:30, 10:50] == DARK) & (np.arange(40) % 2 == 0)] = 90
    assert measure(pixels)["nb1"] >= 2


def test_a_bright_organism_on_black_measures_as_its_negative():
    same(measure(255 - ellipse(25, 12, 20)), measure(ellipse(25, 12, 20)), but=set())


def test_light_that_falls_off_to_a_side_makes_no_difference():
    flat = measure(disc(15))
    _, x = plane(disc(15).shape[0])
    sloping = np.clip(disc(15) + x * 2 - 30, 0, 255).astype(np.uint8)
    assert measure(sloping)["area"] == about(flat["area"], 0.02)
    assert measure(sloping)["perim."] == about(flat["perim."], 0.03)


def test_an_organism_that_the_border_cuts_is_measured_as_far_as_it_is_seen():
    pixels = disc(20, side=61)[:, 20:]  # the left half of its margin and a bit of it are gone
    result = measure(pixels)
    assert result["bx"] == 0
    assert result["width"] == 31
    assert result["area"] == (pixels == DARK).sum()


def test_a_torn_off_leg_belongs_to_it_and_dust_far_away_does_not():
    pixels = rectangle(20, 10)
    pixels[15, 31:36] = DARK  # one pixel away
    alone = measure(rectangle(20, 10))["area"]
    assert measure(pixels)["area"] == alone + 5
    pixels[0:2, 0:2] = DARK
    assert measure(pixels)["area"] == alone + 5


def test_an_organism_that_fills_the_picture_is_not_taken_for_noise():
    _, x = plane(40)
    ribs = drawn(abs(x + 0.5) % 8 < 3)  # of a salp: they cross the border above and below
    ribs[18:22] = DARK
    result = measure(ribs)
    assert result["area_exc"] == (ribs == DARK).sum()
    assert result["max"] <= LIGHT


def with_legend(pixels: np.ndarray, is_text_last: bool = False) -> np.ndarray:
    """The picture with a scale bar and three letters below it, in black."""
    bar, text = (
        np.full((6, pixels.shape[1]), LIGHT, np.uint8),
        np.full((12, pixels.shape[1]), LIGHT, np.uint8),
    )
    bar[2:4, 3:17] = 0
    for left in (4, 10, 16):
        text[2:10, left : left + 2] = 0
    return np.concatenate([pixels, bar, text] if is_text_last else [pixels, text, bar])


@pytest.mark.parametrize("is_text_last", [True, False])
@pytest.mark.parametrize("grey", [DARK, 215])
def test_a_scale_bar_and_its_text_are_no_organism(is_text_last, grey):
    pixels = disc(9, side=51)
    pixels[pixels == DARK] = grey  # also where the organism is pale, and the bar alone is black
    same(measure(with_legend(pixels, is_text_last)), measure(pixels), but=set())


def test_a_bar_without_an_organism_above_it_is_all_background():
    with pytest.raises(NothingFound):
        measure(with_legend(np.full((40, 40), LIGHT, np.uint8)))


def test_a_slender_organism_is_no_scale_bar():
    assert measure(rectangle(40, 5, top=14))["area"] == 200
    assert measure(ellipse(40, 3))["major"] == about(80, 0.05)


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((1, 1), 7, np.uint8),
        np.full((40, 30), 255, np.uint8),
        np.zeros((40, 30), np.uint8),
        np.random.default_rng(3).normal(200, 6, (60, 60)).astype(np.uint8),
        drawn(np.pad(np.ones((1, 1), bool), 9)),
    ],
    ids=["1x1", "all white", "all black", "noise", "a speck"],
)
def test_a_picture_that_is_all_background_is_said_to_be(pixels):
    with pytest.raises(NothingFound):
        measure(pixels)


def test_every_column_is_measured_and_no_other():
    assert set(measure(ellipse(20, 8))) == {column.name for column in COLUMNS}
    assert len(set(PROJECT_NAMES)) == len(PROJECT_NAMES)
    assert all(name.startswith("region_") for name in PROJECT_NAMES)


def test_millimetres_are_pixels_times_their_size():
    result = with_millimetres(measure(rectangle(30, 8)), 50)
    assert result["width_mm"] == pytest.approx(1.5)
    assert result["area_mm2"] == pytest.approx(0.6)
    assert result["perim_mm"] == pytest.approx(result["perim."] * 0.05)
    assert set(result) == set(NAMES)


@pytest.mark.parametrize("unknown", [float("nan"), 0, -1, float("inf")])
def test_without_the_size_of_a_pixel_there_are_no_millimetres(unknown, tmp_path):
    assert not [name for name in with_millimetres(measure(disc(9)), unknown) if "_mm" in name]
    Image.fromarray(disc(9)).save(tmp_path / "a.png")
    row = dict(zip(NAMES, measure_file(str(tmp_path / "a.png"), unknown), strict=True))
    assert row["esd"] == pytest.approx(measure(disc(9))["esd"], abs=1e-6)
    assert row["esd_mm"] is None


def test_what_is_not_defined_is_empty(tmp_path):
    Image.fromarray(rectangle(30, 8)).save(tmp_path / "flat.png")
    row = dict(zip(NAMES, measure_file(str(tmp_path / "flat.png"), 50), strict=True))
    assert (row["range"], row["sr"], row["skew"], row["meanpos"]) == (0, None, None, None)


def test_a_file_that_cannot_be_measured_says_why(tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    Image.new("L", (9, 9), 255).save(tmp_path / "white.png")
    assert "lost this picture" in measure_file(str(tmp_path / "none.png"), 1)
    assert "can't be read" in measure_file(str(tmp_path / "text.png"), 1)
    assert "all background" in measure_file(str(tmp_path / "white.png"), 1)


# --- What must not change -----------------------------------------------------------------------------------

# places and angles turn with the picture; a skeleton is thinned from one side first
TURN = {"x", "y", "xm", "ym", "bx", "by", "width", "height", "angle", "skelarea", "skeleton_area"}
PLACES = {"x", "y", "xm", "ym", "bx", "by"}


@st.composite
def blobs(draw) -> np.ndarray:
    """A disc and some smaller ones with greys of their own, well inside the picture."""
    y, x = plane(80)
    pixels = disc(12, side=80)
    for _ in range(draw(st.integers(0, 5))):
        cx, cy = (draw(st.integers(-18, 18)) for _ in range(2))
        radius, grey = draw(st.integers(3, 9)), draw(st.integers(20, 90))
        pixels[(x - cx) ** 2 + (y - cy) ** 2 <= radius**2] = grey
    return pixels


def same(result: dict, expected: dict, but: set[str], tolerance: float = 1e-6) -> None:
    for name in set(expected) - but:
        assert result[name] == pytest.approx(expected[name], rel=tolerance, abs=1e-6, nan_ok=True), name


@settings(max_examples=40, deadline=None)
@given(pixels=blobs(), quarters=st.integers(1, 3))
def test_turning_the_picture_turns_only_places_and_angles(pixels, quarters):
    expected, result = measure(pixels), measure(np.rot90(pixels, quarters).copy())
    # a pixel that falls on the edge when mirrored may round to the other side
    symmetries = {name for name in expected if name.startswith("symetrie")}
    same(result, expected, TURN | symmetries)
    assert (result["width"] * result["height"]) == expected["width"] * expected["height"]
    if expected["elongation"] > 1.2:
        for name in ("symetrieh", "symetriev"):
            assert result[name] == pytest.approx(expected[name], abs=4)
        turned = (result["angle"] - expected["angle"] - 90 * quarters + 90) % 180 - 90
        assert turned == pytest.approx(0, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(pixels=blobs(), sides=st.tuples(*[st.integers(0, 40)] * 4))
def test_more_background_around_it_moves_it_and_nothing_else(pixels, sides):
    top, bottom, left, right = sides
    expected = measure(pixels)
    result = measure(np.pad(pixels, ((top, bottom), (left, right)), constant_values=LIGHT))
    same(result, expected, PLACES, tolerance=1e-9)
    assert (result["x"] - left, result["y"] - top) == (
        pytest.approx(expected["x"]),
        pytest.approx(expected["y"]),
    )


@settings(max_examples=30, deadline=None)
@given(pixels=blobs(), pixel_um=st.floats(0.5, 500))
def test_the_pixel_size_scales_lengths_once_and_areas_twice(pixels, pixel_um):
    result = with_millimetres(measure(pixels), pixel_um)
    assert result["feret_mm"] == pytest.approx(result["feret"] * pixel_um / 1000)
    assert result["area_mm2"] == pytest.approx(np.pi / 4 * result["esd_mm"] ** 2)


def test_the_documentation_has_the_table_of_columns():
    text = (Path(__file__).parents[2] / "docs" / "measurements.md").read_text()
    assert as_markdown() in text, (
        "write classifier.contract.measurements.as_markdown() into docs/measurements.md"
    )
