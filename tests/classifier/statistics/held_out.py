"""Held-out objects from confusion matrices, one a sample."""

import numpy as np

from classifier.statistics.confusion import HeldOutConfusion


def held_out_as(*tables) -> HeldOutConfusion:
    stacked = np.array(tables)
    sample, taxon, predicted = np.nonzero(stacked)
    return HeldOutConfusion(sample, taxon, predicted, stacked[sample, taxon, predicted], stacked.shape[1])
