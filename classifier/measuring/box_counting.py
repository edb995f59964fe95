"""The fractal dimension of an outline by counting boxes, as ImageJ does."""

import numpy as np

BOXES = (2, 3, 4, 6, 8, 12, 16, 32, 64)  # sides in pixels, as ImageJ counts them


def fractal_dimension(region: np.ndarray) -> float:
    """Box counting on the outline. Of four grids, one from each corner, that with the fewest boxes counts."""
    padded = np.pad(region, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    outline = region & ~inner
    sides = [side for side in BOXES if side <= max(region.shape) / 2]
    if len(sides) < 2:
        return np.nan
    places = from_corners(outline)
    counts = [fewest_boxes(places, side, outline.shape) for side in sides]
    return -float(np.polyfit(np.log(sides), np.log(counts), 1)[0])


def from_corners(mask: np.ndarray) -> np.ndarray:
    """Rows and columns of its pixels as each of its corners counts them, (2, 4, N)."""
    y, x = np.nonzero(mask)
    bottom, right = mask.shape[0] - 1, mask.shape[1] - 1
    return np.array([[y, bottom - y, y, bottom - y], [x, x, right - x, right - x]])


def fewest_boxes(places: np.ndarray, side: int, shape: tuple[int, ...]) -> int:
    """Of the grids of squares of this side, one from each corner, how many squares the best has with pixels in them."""
    rows, columns = -(-shape[0] // side), -(-shape[1] // side)
    y, x = places // side
    is_hit = np.zeros((4, rows * columns), bool)
    is_hit[np.arange(4)[:, None], y * columns + x] = True
    return int(is_hit.sum(axis=1).min())
