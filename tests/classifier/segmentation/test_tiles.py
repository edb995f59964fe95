"""What is cut out of a scan does not hang on its tiles, and is what plain scikit-image finds on the whole."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage.measure import label, regionprops

from classifier.contract.errors import ClassifierError
from classifier.contract.segmentation import SegmentationRecipe
from classifier.segmentation.contrast import ScanContrast, estimate_contrast
from classifier.segmentation.crop import segment_crop, segment_scan
from classifier.segmentation.joining import join
from classifier.segmentation.pieces import Piece, packed
from classifier.segmentation.tiles import segment_tile, tiles_of
from tests.classifier.segmentation.drawn import INK, PAPER, disc, paper, scan_of

blobs = st.lists(
    st.tuples(st.integers(0, 59), st.integers(0, 49), st.integers(0, 9), st.integers(40, 225)), max_size=14
)
RECIPES = [
    {},
    {"background": "rolling_ball", "keep_border": True, "hysteresis": 0.4},
    {"threshold": "adaptive", "adaptive_radius": 7, "level": 6.0, "smoothing": 0.8},
    {"threshold": "otsu", "background": "collage"},
    {"threshold": "fixed", "bridge": 3, "fill_holes": False, "keep_border": True},
    {"outline": "half", "hysteresis": 0.4, "bridge": 2},
    {"threshold": "fixed", "level": 5.0, "split": True, "organisms": "darker", "split_depth": 0.5},
]


def drawn(those, seed):
    """A scan of noise and discs, some of which are rings, some at the border."""
    pixels = paper(50, 60)
    for x, y, radius, grey in those:
        disc(pixels, x, y, radius, grey)
        if radius > 6:
            disc(pixels, x, y, radius - 4, PAPER)
            disc(pixels, x, y, 1, grey)
    noise = np.random.default_rng(seed).integers(-3, 4, pixels.shape)
    return (pixels + noise).clip(0, 255).astype(np.uint8)


def of_tiles(scan, contrast, side):
    """By tiles in the order of a worker that was killed and began at the end, its results kept as bytes."""
    stored = ScanContrast.from_bytes(contrast.to_bytes())
    tiles = tiles_of(scan.width, scan.height, side)
    return list(join([segment_tile(scan, stored, tile) for tile in reversed(tiles)], stored))


def plain(objects):
    return [
        (one.box, one.mask.tolist(), one.body is None or one.body.tolist(), one.several) for one in objects
    ]


@pytest.mark.parametrize(
    "values", RECIPES, ids=["defaults", "ball", "adaptive", "collage", "bridge", "half", "split"]
)
@settings(max_examples=6, deadline=None)
@given(those=blobs, seed=st.integers(0, 99), side=st.integers(11, 40))
def test_objects_do_not_hang_on_where_tiles_meet(values, those, seed, side, tmp_path_factory):
    recipe = SegmentationRecipe.checked({"least_area_px": 4, "background_radius": 12, **values})
    with scan_of(drawn(those, seed), tmp_path_factory.mktemp("scan")) as scan:
        contrast = estimate_contrast(scan, recipe)
        assert plain(of_tiles(scan, contrast, side)) == plain(segment_scan(scan, contrast))


@settings(max_examples=12, deadline=None)
@given(those=blobs, seed=st.integers(0, 99), side=st.integers(11, 60))
def test_objects_are_those_of_scikit_image_on_the_whole(those, seed, side, tmp_path_factory):
    pixels = drawn(those, seed)
    recipe = SegmentationRecipe(
        background="none",
        threshold="fixed",
        level=40.0,
        hysteresis=0.7,
        least_area_px=4,
        keep_border=True,
        organisms="darker",
    )
    with scan_of(pixels, tmp_path_factory.mktemp("scan")) as scan:
        contrast = estimate_contrast(scan, recipe)
        objects = of_tiles(scan, contrast, side)
    darker = float(contrast.background.greys[0, 0]) - pixels
    low = label(darker >= 28, connectivity=2)
    mask = ndimage.binary_fill_holes(np.isin(low, np.unique(low[darker >= 40])) & (low > 0))
    regions = [region for region in regionprops(label(mask, connectivity=2)) if region.area >= 4]
    boxes = {(r.bbox[1], r.bbox[0], r.bbox[3] - r.bbox[1], r.bbox[2] - r.bbox[0]): r.image for r in regions}
    assert {one.box for one in objects} == set(boxes)
    for one in objects:
        assert (one.mask == boxes[one.box]).all()


def test_a_frame_around_the_scan_swallows_nothing(tmp_path):
    pixels = paper(80, 80)
    pixels[:3] = pixels[-3:] = pixels[:, :3] = pixels[:, -3:] = INK
    disc(pixels, 40, 40, 8)
    with scan_of(pixels, tmp_path) as scan:
        contrast = estimate_contrast(scan, SegmentationRecipe(background="none"))
        (one,) = of_tiles(scan, contrast, 27)
    assert one.box == (32, 32, 17, 17)


def dishes():
    """The rims of two dishes, with seven and one organism within, and one between them."""
    pixels = paper(200, 300)
    for x, radius in ((80, 70), (220, 60)):
        disc(pixels, x, 100, radius)
        disc(pixels, x, 100, radius - 4, PAPER)
    places = [(x, y) for x in (50, 80, 110) for y in (80, 120)] + [(80, 150), (220, 100), (150, 20)]
    for x, y in places:
        disc(pixels, x, y, 6)
    return pixels, sorted((y - 6, x - 6) for x, y in places)


@pytest.mark.parametrize("values", [{}, {"fill_holes": False, "keep_border": True}, {"bridge": 2}])
def test_the_rim_of_a_dish_is_no_object_and_what_lies_within_is(values, tmp_path):
    pixels, places = dishes()
    rims = []
    with scan_of(pixels, tmp_path) as scan:
        contrast = estimate_contrast(scan, SegmentationRecipe(background="none", **values))
        objects = list(
            join(
                [segment_tile(scan, contrast, tile) for tile in tiles_of(300, 200, 64)], contrast, rims.append
            )
        )
    assert [(one.y, one.x) for one in objects] == places
    assert [width for _, _, width, _ in rims] == pytest.approx([141, 121], abs=2)


def test_a_ring_that_is_an_organism_stays_one(tmp_path):
    pixels, _ = dishes()
    with scan_of(np.pad(pixels, 500, constant_values=PAPER), tmp_path) as scan:
        contrast = estimate_contrast(scan, SegmentationRecipe(background="none"))
        assert len(segment_scan(scan, contrast)) == 3
        whole = contrast.with_recipe(SegmentationRecipe(background="none", look_within_frames=False))
    with scan_of(pixels, tmp_path, "near.png") as scan:
        assert len(segment_scan(scan, whole)) == 3


def test_a_crop_shows_what_the_whole_scan_will_have(tmp_path):
    pixels = paper(120, 120)
    disc(pixels, 30, 30, 8)
    disc(pixels, 60, 90, 10)  # half in the crop
    with scan_of(pixels, tmp_path) as scan:
        contrast = estimate_contrast(scan, SegmentationRecipe())
        whole, half = segment_crop(scan, contrast, 10, 10, 70, 80)
    assert whole.box == (22, 22, 17, 17)
    assert half.box == (51, 80, 19, 10)


def test_a_recipe_that_asks_for_no_new_estimate_takes_the_old_one(tmp_path):
    pixels = paper(60, 60)
    disc(pixels, 30, 30, 8)
    with scan_of(pixels, tmp_path) as scan:
        contrast = estimate_contrast(scan, SegmentationRecipe())
        assert not segment_scan(scan, contrast.with_recipe(SegmentationRecipe(least_area_px=1000)))
        assert not segment_scan(scan, contrast.with_recipe(SegmentationRecipe(level=200.0)))
        assert len(segment_scan(scan, contrast.with_recipe(SegmentationRecipe(threshold="otsu")))) == 1
        with pytest.raises(ClassifierError, match="background ask for an estimate"):
            contrast.with_recipe(SegmentationRecipe(background="none"))


def test_pieces_wait_packed_for_the_object_that_they_belong_to(tmp_path):
    """Diagonals whose boxes are as large as their tiles."""
    contrast = estimate_contrast(scan_of(paper(64, 64), tmp_path), SegmentationRecipe(keep_border=True))
    diagonal = np.eye(128, dtype=bool)
    places = [(x * 130, y * 130) for x in range(20) for y in range(20)]
    stored = [packed([Piece(x, y, diagonal, diagonal, True)], False) for x, y in places]
    tracemalloc.start()
    try:
        areas = [one.area for one in join(stored, contrast)]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert areas == [128] * 400
    assert most < 400 * diagonal.nbytes / 2
