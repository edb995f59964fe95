"""How far a region is its own mirror image."""

import numpy as np


def asymmetries(region: np.ndarray, places: np.ndarray, degrees: float) -> np.ndarray:
    """Shares (%) of the pixels at `places` whose mirror images fall on none of them: (2,), NaN where there are none.

    Mirrored in the axis of this angle through their centre, and in the one at right angles. `region` bool, these pixels
    with a rim around; `places` (2, N) their x and y without it.
    """
    if not places.shape[1]:
        return np.array([np.nan, np.nan])
    centre = places.mean(axis=1, keepdims=True)
    off = places - centre
    turn = np.radians(2 * degrees)
    mirror = np.array([[np.cos(turn), -np.sin(turn)], [-np.sin(turn), -np.cos(turn)]])  # y points downwards
    mirrored = (mirror @ off) * np.array([1, -1]).reshape(2, 1, 1)
    # the least bit off the half, so that rounding does the same on both sides
    nearest = np.rint(centre + mirrored - 1e-9) + 1
    height, width = region.shape
    inside = np.minimum(
        np.maximum(nearest, 0), [[width - 1], [height - 1]]
    )  # what falls outside is on the rim
    x, y = inside[:, 0], inside[:, 1]
    covered = np.count_nonzero(region.ravel()[(y * width + x).astype(int)], axis=1)
    return 100 * (1 - covered / places.shape[1])
