"""Touching objects, sizes, holes, vignettes and what is measured from a mask."""

import numpy as np
import pytest

from classifier.contract.segmentation import SegmentationRecipe
from classifier.measuring.legend import without_legend
from classifier.measuring.regions import measure, measure_region
from classifier.segmentation.contrast import estimate_contrast
from classifier.segmentation.crop import segment_scan
from classifier.segmentation.measured import measured
from classifier.segmentation.vignettes import bar_length, vignette_of
from tests.classifier.segmentation.drawn import INK, PAPER, disc, paper, scan_of


def objects_of(pixels, folder, pixel_um=None, blank=None, **values):
    recipe = SegmentationRecipe.checked({"background": "none", **values})
    scan = scan_of(pixels, folder, f"{len(list(folder.iterdir()))}.png")
    contrast = estimate_contrast(scan, recipe, blank, pixel_um)
    return scan, contrast, segment_scan(scan, contrast)


def pair():
    pixels = paper(80, 120)
    disc(pixels, 40, 40, 15)
    disc(pixels, 67, 40, 14)
    return pixels


def test_touching_discs_are_one_object_that_is_probably_several(tmp_path):
    _, _, (both,) = objects_of(pair(), tmp_path)
    alone = paper(80, 80)
    disc(alone, 40, 40, 15)
    _, _, (one,) = objects_of(alone, tmp_path)
    assert both.several > 0.3
    assert one.several == 0


def test_touching_discs_are_parted_where_they_are_narrow(tmp_path):
    _, _, parts = objects_of(pair(), tmp_path, split=True)
    left, right = sorted(parts, key=lambda one: one.x)
    assert left.x == 25 and right.x + right.width == 82
    assert abs(left.x + left.width - 54) <= 2


def test_what_is_left_of_parted_ones_still_says_whether_it_is_several(tmp_path):
    pixels = paper(80, 160)
    for x, y in ((40, 40), (50, 30), (60, 20), (70, 30), (80, 40)):  # an angle with waists of 3 px
        disc(pixels, x, y, 10)
    disc(pixels, 106, 40, 18)  # parted from it
    _, _, parts = objects_of(pixels, tmp_path, split=True)
    chain, alone = sorted(parts, key=lambda one: one.x)
    assert chain.several > 0.3
    assert alone.several == 0


def test_a_body_with_an_antenna_is_one(tmp_path):
    pixels = paper(80, 160)
    disc(pixels, 40, 40, 15)
    pixels[38:42, 40:150] = INK
    _, _, objects = objects_of(pixels, tmp_path, split=True)
    assert len(objects) == 1


def test_sizes_are_in_micrometres_where_a_pixel_has_a_size(tmp_path):
    pixels = paper(100, 100)
    disc(pixels, 30, 30, 10)
    disc(pixels, 70, 70, 5)
    sizes = {"least_esd_um": 150.0}
    assert len(objects_of(pixels, tmp_path, pixel_um=10.0, **sizes)[2]) == 1
    assert len(objects_of(pixels, tmp_path, pixel_um=20.0, **sizes)[2]) == 2


def test_a_hole_belongs_to_the_area_but_not_to_the_body(tmp_path):
    pixels = paper(80, 80)
    disc(pixels, 40, 40, 20)
    hole = disc(pixels, 40, 40, 6, PAPER)
    scan, contrast, (ring,) = objects_of(pixels, tmp_path)
    values = measured(scan, contrast, ring)
    assert values["area"] - values["area_exc"] == hole.sum()
    _, _, (open_ring,) = objects_of(pixels, tmp_path, fill_holes=False)
    assert open_ring.area == ring.area - hole.sum()


def test_a_mask_is_measured_as_the_organism_that_is_looked_for(tmp_path):
    pixels = paper(90, 110)
    disc(pixels, 50, 40, 20)
    scan, contrast, (one,) = objects_of(pixels, tmp_path)
    searched = measure(pixels)
    assert {name: value for name, value in measured(scan, contrast, one).items() if name in searched} == (
        pytest.approx({name: value for name, value in searched.items() if np.isfinite(value)}, abs=1e-6)
    )


def test_bright_organisms_are_measured_turned_over(tmp_path):
    dark = paper(60, 60)
    mask = disc(dark, 30, 30, 12)[18:43, 18:43]
    box = dark[18:43, 18:43]
    turned = measure_region(255 - box, mask, is_bright=True)
    assert turned == pytest.approx(measure_region(box, mask), nan_ok=True)
    scan, contrast, (one,) = objects_of(255 - dark, tmp_path)
    assert contrast.is_lighter
    assert measured(scan, contrast, one)["mean"] == INK


def test_a_blank_scan_takes_away_what_lies_on_the_glass(tmp_path):
    blank = (paper(120, 120) - np.linspace(0, 120, 120).astype(np.uint8)).astype(np.uint8)
    pixels = blank.copy()
    disc(pixels, 90, 60, 10, 20)
    (tmp_path / "blank").mkdir()
    with scan_of(blank, tmp_path / "blank") as empty:
        _, _, (one,) = objects_of(pixels, tmp_path, background="blank", blank=empty)
    assert one.box == (80, 50, 21, 21)


def test_pictures_of_a_collage_have_a_background_each(tmp_path):
    collage = np.zeros((60, 130), np.uint8)
    for left, grey in ((5, 250), (50, 225), (95, 190)):
        collage[10:50, left : left + 30] = grey
        disc(collage, left + 15, 30, 6, grey - 60)
    _, _, objects = objects_of(collage, tmp_path, background="collage", organisms="darker")
    assert [one.box for one in objects] == [(14, 24, 13, 13), (59, 24, 13, 13), (104, 24, 13, 13)]


# --- Vignettes ----------------------------------------------------------------------------------------------


def test_a_clean_vignette_shows_nothing_but_its_object(tmp_path):
    pixels = paper(80, 80)
    disc(pixels, 40, 40, 15)
    disc(pixels, 60, 40, 3)
    scan, contrast, (one, *_) = objects_of(pixels, tmp_path, margin=12)
    vignette = vignette_of(scan, contrast, one)
    assert vignette.shape == (31 + 24, 31 + 24)
    assert (vignette == INK).sum() == one.area
    assert set(np.unique(vignette)) == {INK, PAPER}
    with_neighbours = vignette_of(
        scan, contrast.with_recipe(SegmentationRecipe(background="none", clean_background=False)), one
    )
    assert (with_neighbours == INK).sum() > one.area


def test_a_vignette_at_the_border_has_its_margin_of_paper(tmp_path):
    pixels = paper(50, 50)
    disc(pixels, 0, 20, 10)
    scan, contrast, (one,) = objects_of(pixels, tmp_path, keep_border=True)
    assert vignette_of(scan, contrast, one).shape == (one.height + 20, one.width + 20)


@pytest.mark.parametrize("turn", [lambda pixels: pixels, lambda pixels: 255 - pixels], ids=["dark", "bright"])
def test_a_scale_bar_stands_below_and_measuring_leaves_it_out(turn, tmp_path):
    pixels = paper(120, 120)
    disc(pixels, 60, 60, 30)
    scan, contrast, (one,) = objects_of(turn(pixels), tmp_path, pixel_um=20.0, scale_bar=True)
    vignette = vignette_of(scan, contrast, one)
    assert vignette.shape[0] > one.height + 20
    assert measure(vignette)["area"] == one.area
    assert without_legend(vignette).shape[0] < vignette.shape[0]


def test_a_bar_has_a_round_length_that_fits():
    assert bar_length(200, 10.0) == 1000
    assert bar_length(40, 10.0) == 200
    assert bar_length(10, 10.0) == 200  # longer than the vignette, but one can read it


@pytest.mark.parametrize("bridge", [0, 2, 5])
def test_what_lies_in_a_filled_hole_is_no_object_of_its_own(tmp_path, bridge):
    pixels = paper(120, 120)
    for radius, grey in ((50, INK), (40, PAPER), (30, INK)):
        disc(pixels, 60, 60, radius, grey)
    assert len(objects_of(pixels, tmp_path, bridge=bridge)[2]) == 1


def test_parting_leaves_nothing_out_that_lies_across_a_gap(tmp_path):
    pixels = np.pad(pair(), ((0, 0), (0, 80)), constant_values=PAPER)
    pixels[39:41, 85:160] = INK  # an antenna, too thin for a middle of its own
    _, _, objects = objects_of(pixels, tmp_path, bridge=6, split=True)
    right = max(objects, key=lambda one: one.x)
    assert len(objects) == 2 and right.x + right.width == 160
    assert sum(one.area for one in objects) == (pixels == INK).sum()
