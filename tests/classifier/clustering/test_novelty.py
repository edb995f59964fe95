"""What lies far from all that has a name stands out."""

import numpy as np

from classifier.clustering.novelty import novelties


def test_far_is_told_from_near():
    chance = np.random.default_rng(0)
    labelled = np.vstack([chance.normal(middle, 0.1, (30, 4)) for middle in (0, 3)])
    taxa = np.repeat([1, 2], 30)
    near, far = novelties([chance.normal(0, 0.1, (8, 4)), chance.normal(9, 0.1, (8, 4))], labelled, taxa)
    assert near < 2 < 20 < far


def test_without_labels_nobody_can_tell():
    assert novelties([np.zeros((3, 2))], np.empty((0, 2)), np.empty(0, int)) == [None]
