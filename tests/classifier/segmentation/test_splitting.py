"""What is looked at first to save time decides nothing."""

import numpy as np
import pytest
from scipy import ndimage

from classifier.contract.segmentation import SegmentationRecipe
from classifier.segmentation import splitting


def blobs(seed):
    """Shapes with waists of all depths, bool (80, 80)."""
    noise = np.random.default_rng(seed).normal(size=(80, 80))
    labels, _ = ndimage.label(ndimage.gaussian_filter(noise, 4) > 0.01)
    return [labels[box] == number for number, box in enumerate(ndimage.find_objects(labels), 1)]


@pytest.mark.parametrize("depth", [0.5, 1.0, 2.0, 4.0])
def test_a_straight_way_finds_no_single_middle_where_the_watershed_finds_two(depth, monkeypatch):
    recipe = SegmentationRecipe(split_depth=depth)
    masks = [mask for seed in range(12) for mask in blobs(seed)]
    quick = [splitting.parts_of(mask, recipe) for mask in masks]
    monkeypatch.setattr(splitting, "_has_one_middle", lambda *of: False)
    thorough = [splitting.parts_of(mask, recipe) for mask in masks]
    assert all((one == other).all() for one, other in zip(quick, thorough, strict=True))
    assert {int(parts.max()) > 1 for parts in thorough} == {True, False}
