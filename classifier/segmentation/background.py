"""The grey that a scan would have without organisms, from a coarse grid whose values are interpolated."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

MOST_NODES = 500  # of the grid along the scan's longer side
NODES_A_RADIUS = 8  # more would cost time and show nothing
BALL_NOISE = 3  # nodes a side of the median that takes the noise from under the rolling ball


@dataclass(frozen=True, eq=False)
class BackgroundGrid:
    """Greys at the middles of square cells of the scan. The same pixel has the same background in whatever region."""

    greys: np.ndarray  # float32 (rows, columns)
    spacing: int  # pixels of the scan a cell

    def region(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        """float32 (height, width). Beyond the scan goes on what lies at its border."""
        if self.greys.size == 1:
            return np.broadcast_to(self.greys, (height, width))
        above, below, down = self._between(np.arange(y, y + height), self.greys.shape[0])
        left, right, along = self._between(np.arange(x, x + width), self.greys.shape[1])
        rows = self.greys[above] + (self.greys[below] - self.greys[above]) * down[:, None]
        result = (rows[:, right] - rows[:, left]) * along
        result += rows[:, left]
        return result

    def at_samples(self, step: int, shape: tuple[int, int]) -> np.ndarray:
        """The background of every `step`-th pixel of every `step`-th row, float32 of that shape."""
        above, below, down = self._between(np.arange(shape[0]) * step, self.greys.shape[0])
        left, right, along = self._between(np.arange(shape[1]) * step, self.greys.shape[1])
        rows = self.greys[above] + (self.greys[below] - self.greys[above]) * down[:, None]
        return rows[:, left] + (rows[:, right] - rows[:, left]) * along

    @property
    def arrays(self) -> dict[str, Any]:
        """What makes the same grid again."""
        return {"greys": self.greys, "spacing": np.array(self.spacing)}

    def _between(self, pixels: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The nodes to either side of each pixel's middle, and how far it is from the first to the second."""
        place = np.clip((pixels + 0.5) / self.spacing - 0.5, 0, nodes - 1)
        first = np.floor(place).astype(np.intp)
        return first, np.minimum(first + 1, nodes - 1), (place - first).astype(np.float32)


def flat_grid(samples: np.ndarray) -> BackgroundGrid:
    """The most frequent grey everywhere."""
    counts = np.bincount(np.rint(samples).astype(np.uint8).ravel(), minlength=256)
    return BackgroundGrid(np.full((1, 1), counts.argmax(), np.float32), 1)


def median_grid(samples: np.ndarray, step: int, radius: int) -> BackgroundGrid:
    """The median of the neighbourhood of that many pixels to each side. `samples` are every `step`-th pixel."""
    nodes, cell = _cells(samples, step, radius)
    reach = max(round(radius / (cell * step)), 1)
    return BackgroundGrid(
        ndimage.median_filter(nodes, 2 * reach + 1, mode="nearest").astype(np.float32), cell * step
    )


def ball_grid(samples: np.ndarray, step: int, radius: int, is_lighter: bool) -> BackgroundGrid:
    """A ball of that radius rolled under the greys (over them, where organisms are darker), Sternberg (1983)."""
    from skimage.restoration import rolling_ball

    nodes, cell = _cells(samples, step, radius)
    greys = ndimage.median_filter(nodes, BALL_NOISE, mode="nearest")
    upright = greys if is_lighter else 255 - greys
    rolled = rolling_ball(upright, radius=max(radius / (cell * step), 1))
    return BackgroundGrid((rolled if is_lighter else 255 - rolled).astype(np.float32), cell * step)


def _cells(samples: np.ndarray, step: int, radius: int) -> tuple[np.ndarray, int]:
    """Medians of square cells of samples, float32, and how many samples a cell is wide."""
    cell = max(-(-max(samples.shape) // MOST_NODES), radius // (NODES_A_RADIUS * step), 1)
    rows, columns = (-(-side // cell) for side in samples.shape)
    missing = [(0, rows * cell - samples.shape[0]), (0, columns * cell - samples.shape[1])]
    blocks = np.pad(samples, missing, mode="edge").reshape(rows, cell, columns, cell)
    return np.median(blocks.swapaxes(1, 2).reshape(rows, columns, -1), axis=2).astype(np.float32), cell
