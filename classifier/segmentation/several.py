"""How probably a region is several organisms, from its shape alone."""

from dataclasses import replace

import numpy as np

from classifier.contract.segmentation import SegmentationRecipe
from classifier.measuring.outline import hull_area
from classifier.segmentation.splitting import parts_of

SOLID = 0.92  # of the convex hull: what fills more of it is one organism
HOLLOW = 0.62  # what fills less of it is several, if it has parts of one size
PARTED = 0.5  # of the depth of a waist: where those that are deeper have been parted already


def several_score(mask: np.ndarray, recipe: SegmentationRecipe) -> float:
    """0 to 1, of pixels bool (height, width).

    √(hollow · even): `hollow` grows as the region fills less of its convex hull, `even` is the area of the
    second-largest part that a watershed would make against that of the largest: a body with an antenna is hollow, but
    not of even parts. What is left after touching objects were parted is looked at for waists of half the depth.
    """
    hollow = (SOLID - np.count_nonzero(mask) / hull_area(mask)) / (SOLID - HOLLOW)
    if hollow <= 0:
        return 0.0
    looser = replace(recipe, split_depth=PARTED * recipe.split_depth) if recipe.split else recipe
    sizes = np.sort(np.bincount(parts_of(mask, looser).ravel())[1:])
    if len(sizes) < 2:
        return 0.0
    return round(float(np.sqrt(min(hollow, 1) * sizes[-2] / sizes[-1])), 3)
