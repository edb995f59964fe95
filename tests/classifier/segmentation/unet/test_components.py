import numpy as np
import pytest
from scipy import ndimage

from classifier.segmentation.unet import reading
from classifier.segmentation.unet.components import CORNERS, parts_of


@pytest.mark.parametrize("rows", [1, 2, 7, 100])
def test_parts_are_the_same_whatever_the_strips(rows, monkeypatch):
    mask = np.random.default_rng(0).random((60, 50)) < 0.4
    monkeypatch.setattr(reading, "STRIP", rows * 50)
    _, count = ndimage.label(mask, CORNERS)
    drawn = np.zeros(mask.shape, int)
    parts = list(parts_of(lambda top, bottom: mask[top:bottom], *mask.shape))
    for part in parts:
        own = part.mask(mask[part.rows, part.columns])
        assert own.any(0)[[0, -1]].all() and own.any(1)[[0, -1]].all()  # the box is no larger
        drawn[part.rows, part.columns] += own
    assert len(parts) == count
    assert (drawn == mask).all()
    assert list(parts_of(lambda top, bottom: np.zeros((bottom - top, 5), bool), 9, 5)) == []
