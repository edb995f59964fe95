"""The fractal dimension of an outline by counting boxes, as ImageJ does."""

import numpy as np

BOXES = np.array([2, 3, 4, 6, 8, 12, 16, 32, 64])  # sides in pixels, as ImageJ counts them


def fractal_dimension(outline: np.ndarray) -> float:
    """Box counting on an outline, bool, cut to its box: minus the slope of log(boxes) over log(side)."""
    sides = BOXES[max(outline.shape) / 2 >= BOXES]
    if len(sides) < 2:
        return np.nan
    x, y = np.log(sides), np.log(fewest_boxes(outline, sides))
    x -= x.mean()
    return -float(x @ y / (x @ x))


def fewest_boxes(mask: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """How many squares of each side have pixels in them. Of four grids, one from each corner, that with the fewest.

    All grids are counted at once: a square is a place in one long row of all squares of all grids, (2, 2, sides).
    """
    y, x = np.nonzero(mask)
    height, width = mask.shape
    rows, columns = -(-height // sides), -(-width // sides)
    starts = np.concatenate([[0], np.tile(rows * columns, 4).cumsum()])
    down, across = np.arange(height) // sides[:, None], np.arange(width) // sides[:, None]
    from_top_and_bottom = np.stack([down, down[:, ::-1]]) * columns[:, None]
    from_left_and_right = np.stack([across, across[:, ::-1]])
    squares = from_top_and_bottom.take(y, axis=2)[:, None] + from_left_and_right.take(x, axis=2)
    squares += starts[:-1].reshape(2, 2, -1, 1)
    has_pixels = np.zeros(starts[-1], bool)
    has_pixels[squares.ravel()] = True
    return np.add.reduceat(has_pixels, starts[:-1], dtype=int).reshape(4, -1).min(axis=0)
