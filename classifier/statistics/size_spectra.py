"""The slope of a normalised size spectrum: a straight line through the logarithms of its classes.

Each class weighs as much as the objects that it holds, since the logarithm of a count of n has a variance of 1 ÷ n. The
interval is Student's of the weighted regression, never narrower than what counting alone errs by; where samples are
several it comes from drawing them again, since samples differ by more than that.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from classifier.statistics.bootstrap import EACH_SIDE, LOW_HIGH, draws, widening

FEWEST_CLASSES = 3  # through two goes a line without any doubt
FEWEST_SAMPLES = 5  # that are drawn again
ROUNDS, SEED = 1000, 20261129
REGRESSION, BOOTSTRAP = "weighted regression", "bootstrap over samples"
COUNTING = 1 / np.log(10) ** 2  # variance of log10 of a count, times the count
Ends = tuple[float, float]


@dataclass(frozen=True)
class SpectrumLine:
    """log10(height) = intercept + slope · log10(size); the intervals are of 95 %."""

    slope: float
    intercept: float  # of log10, where the size is 1
    slope_interval: Ends
    intercept_interval: Ends
    r_squared: float  # weighted; NaN where all heights are one
    classes: int
    method: str

    def height(self, size: float) -> float:
        return float(10 ** (self.intercept + self.slope * np.log10(size)))


def fitted_line(
    sizes: np.ndarray, heights: np.ndarray, numbers: np.ndarray, squares: np.ndarray
) -> SpectrumLine | None:
    """None where fewer than three classes are filled.

    `sizes` (K,) are the middles of the classes. The others are (S, K), a row a sample: how high a class is (the mean of
    the samples counts), the sum of what its objects stand for, and the sum of the squares of that, from which follows
    how many objects of equal weight it is worth.
    """
    weights = _worth(numbers.sum(0), squares.sum(0))
    height = heights.mean(0)
    filled = (height > 0) & (weights > 0)
    if filled.sum() < FEWEST_CLASSES:
        return None
    x, y, w = np.log10(sizes[filled]), np.log10(height[filled]), weights[filled]
    slope, intercept = _lines(x, y[None], w[None])[0]
    of_slope, of_intercept, r_squared = _by_regression(x, y, w, slope, intercept)
    method = REGRESSION
    if len(heights) >= FEWEST_SAMPLES:
        method = BOOTSTRAP
        of_slope, of_intercept = _by_bootstrap(x, heights[:, filled], numbers[:, filled], squares[:, filled])
    return SpectrumLine(
        slope=float(slope),
        intercept=float(intercept),
        slope_interval=_around(slope, of_slope),
        intercept_interval=_around(intercept, of_intercept),
        r_squared=r_squared,
        classes=int(filled.sum()),
        method=method,
    )


def first_after_mode(heights: np.ndarray) -> int:
    """(K,) heights that the line is fitted to → the class after the highest, which as a rule is sampled in part only:
    the camera or the mesh loses what is smaller. Biovolume rises longer than abundance does, so each has its own."""
    return int(np.argmax(heights)) + 1


def first_gap(counts: np.ndarray, first: int) -> int:
    """(K,) → the first empty class from `first` on, K where there is none. What lies beyond are classes that happen to
    hold an object, without those that happen to hold none: they would flatten the line."""
    empty = np.flatnonzero(counts[first:] == 0)
    return first + int(empty[0]) if len(empty) else len(counts)


def _worth(numbers: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """How many objects of equal weight err as little as these; 0 where there is none."""
    return np.divide(numbers**2, squares, out=np.zeros_like(numbers), where=squares > 0)


def _lines(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """(K,), (D, K), (D, K) → (D, 2) slopes and intercepts; NaN where less than two classes have a weight."""
    total = w.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_x, mean_y = (w * x).sum(1) / total, (w * y).sum(1) / total
        away = x - mean_x[:, None]
        slope = (w * away * (y - mean_y[:, None])).sum(1) / (w * away**2).sum(1)
    return np.stack([slope, mean_y - slope * mean_x], 1)


def _by_regression(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, slope: float, intercept: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """How far the ends of the intervals lie from slope and intercept, and the share of the variance explained."""
    residuals, mean = y - intercept - slope * x, np.average(x, weights=w)
    degrees = len(x) - 2
    variance = max(float((w * residuals**2).sum() / degrees), COUNTING)
    spread = (w * (x - mean) ** 2).sum()
    ends = np.array([-1, 1]) * stdtrit(degrees, EACH_SIDE)
    total = (w * (y - np.average(y, weights=w)) ** 2).sum()
    r_squared = float(1 - (w * residuals**2).sum() / total) if total > 0 else float("nan")
    of_intercept = np.sqrt(variance * (1 / w.sum() + mean**2 / spread))
    return ends * np.sqrt(variance / spread), ends * of_intercept, r_squared


def _by_bootstrap(
    x: np.ndarray, heights: np.ndarray, numbers: np.ndarray, squares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same of samples drawn again. Draws that leave less than two classes filled have no line."""
    samples = len(heights)
    lines = np.full((ROUNDS, 2), np.nan)
    whole = _line_of(x, heights.mean(0), numbers.sum(0), squares.sum(0))
    for round_, times in enumerate(draws(samples, ROUNDS, SEED)):
        lines[round_] = _line_of(x, times @ heights / samples, times @ numbers, times @ squares)
    away = lines[np.isfinite(lines).all(1)] - whole
    low_high = widening(samples) * np.percentile(away, LOW_HIGH, axis=0)
    return low_high[:, 0], low_high[:, 1]


def _line_of(x: np.ndarray, height: np.ndarray, numbers: np.ndarray, squares: np.ndarray) -> np.ndarray:
    weights = np.where(height > 0, _worth(numbers, squares), 0.0)
    y = np.log10(np.where(height > 0, height, 1.0))
    return _lines(x, y[None], weights[None])[0]


def _around(figure: float, away: np.ndarray) -> Ends:
    return float(figure + away[0]), float(figure + away[1])
