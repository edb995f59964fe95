"""What more labels are worth: errors fall as a power of their number (Hestness et al. 2017, arXiv 1712.00409)."""

from collections.abc import Sequence
from math import exp, hypot, log
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from classifier.statistics.bootstrap import EACH_SIDE

FEWEST_POINTS = 3  # of a learning curve: two are a line through anything
LEAST_ERROR = 1e-3


class ErrorSlope(NamedTuple):
    """By which the logarithm of the error changes with that of the labels, at most 0; ± `half`: its 95 % interval."""

    slope: float
    half: float


class PairedDifference(NamedTuple):
    """Of a share that is right: by how much that of one exceeds that of the other, with the 95 % interval."""

    difference: float
    low: float
    high: float


def error_slope(labels: Sequence[int], right: Sequence[float]) -> ErrorSlope | None:
    """Of the points of a learning curve, least squares with Student's interval; None of fewer than three."""
    if len(set(labels)) < FEWEST_POINTS:
        return None
    x, y = np.log(labels), np.log(np.maximum(1 - np.array(right), LEAST_ERROR))
    centred = x - x.mean()
    squares = np.square(centred).sum()
    slope = float((centred * y).sum() / squares)
    residuals = y - y.mean() - slope * centred
    freedom = len(x) - 2
    error = float(np.sqrt(np.square(residuals).sum() / freedom / squares))
    return ErrorSlope(min(slope, 0.0), float(stdtrit(freedom, EACH_SIDE)) * error)


def gain_of_labels(now: PairedDifference, right: float, curve: ErrorSlope, times: float) -> PairedDifference:
    """`now` is what a model exceeds another by, `right` its own share: what it exceeds that by when it learns from
    `times` as many labels. What the difference and the slope are unsure by adds up as of independent ones."""
    error, growth = max(1 - right, 0.0), log(max(times, 1.0))
    remaining = error * exp(curve.slope * growth)
    difference = now.difference + error - remaining
    of_slope = curve.half * remaining * growth
    most = now.difference + error  # without any error
    low = difference - hypot(now.difference - now.low, of_slope)
    high = difference + hypot(now.high - now.difference, of_slope)
    return PairedDifference(difference, low, min(high, max(most + now.high - now.difference, difference)))
