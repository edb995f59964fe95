"""How far an outline is from the true edge of a blurred disc: docs/segmentation.md has the table."""

import numpy as np
import pytest
from scipy import ndimage

from classifier.contract.segmentation import SegmentationRecipe
from classifier.segmentation.contrast import estimate_contrast
from classifier.segmentation.crop import segment_scan
from tests.classifier.segmentation.drawn import disc, scan_of

PAPER = 220


def area_error(folder, outline, radius, blur, contrast):
    """Of nine discs whose pixels are known, on noise: the share that their areas are too large by."""
    cell = 2 * radius + 40
    inked, noise = (
        np.zeros((3 * cell, 3 * cell)),
        np.random.default_rng(0).normal(0, 1.5, (3 * cell, 3 * cell)),
    )
    true = sum(disc(inked, (i + 0.5) * cell + i / 7, (j + 0.5) * cell + j / 5, radius, contrast).sum()
               for i in range(3) for j in range(3))  # fmt: skip
    pixels = PAPER - ndimage.gaussian_filter(inked, blur) + noise
    with scan_of(pixels.round().astype(np.uint8), folder) as scan:
        objects = segment_scan(scan, estimate_contrast(scan, SegmentationRecipe(outline=outline)))
    assert len(objects) == 9
    return sum(one.area for one in objects) / true - 1


@pytest.mark.parametrize("contrast", [60, 100, 160])
@pytest.mark.parametrize("blur", [0.7, 1.2, 1.6])
@pytest.mark.parametrize(("radius", "tolerance"), [(6, 0.08), (10, 0.04), (40, 0.01)])
def test_half_way_is_the_true_edge_of_a_blurred_disc(radius, tolerance, blur, contrast, tmp_path):
    assert area_error(tmp_path, "half", radius, blur, contrast) == pytest.approx(0, abs=tolerance)


@pytest.mark.parametrize(("radius", "too_large"), [(6, 0.47), (10, 0.28), (40, 0.066)])
def test_the_threshold_makes_small_soft_objects_larger(radius, too_large, tmp_path):
    assert area_error(tmp_path, "threshold", radius, 1.2, 160) == pytest.approx(too_large, abs=0.04)


def test_a_pale_antenna_stays_on_a_dark_body(tmp_path):
    pixels = np.full((80, 160), PAPER, np.uint8)
    disc(pixels, 40, 40, 15, PAPER - 160)
    pixels[38:42, 54:150] = PAPER - 50
    with scan_of(pixels, tmp_path) as scan:
        (one,) = segment_scan(scan, estimate_contrast(scan, SegmentationRecipe(outline="half")))
    assert one.box == (25, 25, 125, 31)
