"""How probably a region is several organisms, from its shape alone."""

import numpy as np

from classifier.measuring.regions import hull_area

SOLID = 0.92  # of the convex hull: what fills more of it is one organism
HOLLOW = 0.62  # what fills less of it is several, if it has parts of one size


def several_score(mask: np.ndarray, part_sizes: np.ndarray) -> float:
    """0 to 1, from pixels bool (height, width) and the areas of the parts that a watershed would make of them.

    √(hollow · even): `hollow` grows as the region fills less of its convex hull, `even` is the area of the
    second-largest part against that of the largest: a body with an antenna is hollow, but not of even parts.
    """
    if len(part_sizes) < 2:
        return 0.0
    second, first = np.sort(part_sizes)[-2:].tolist()
    hollow = (SOLID - np.count_nonzero(mask) / hull_area(mask)) / (SOLID - HOLLOW)
    return round(float(np.sqrt(np.clip(hollow, 0, 1) * second / first)), 3)
