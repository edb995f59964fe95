"""Histograms of scores: over the slider, and small ones in the list."""

import math

import numpy as np

from annotations.common.plots.axes import linear_axis, position_axis
from annotations.common.plots.bars import Bar, BarChart
from annotations.common.plots.chart import Frame
from annotations.common.plots.smallbars import SmallBars
from annotations.review.thresholds.curves import ThresholdCurve
from annotations.review.thresholds.scores import WaitingScores

BINS, FEW_BINS = 50, 20
LOW = Frame(height=120, name="wide")  # so that figures and slider are seen at once


def lowest_of(scores: WaitingScores) -> float:
    """Where the axis of the scores begins: a tenth, at most 0.9."""
    return min(math.floor(10 * float(scores.score.min())) / 10, 0.9) if len(scores.score) else 0.0


def score_histogram(curve: ThresholdCurve) -> BarChart:
    counts, edges = _binned(curve.scores, lowest_of(curve.scores), BINS)
    bars = tuple(
        Bar(start, end, count, f"score {start:.3g} to {end:.3g}: {count:,} objects")
        for start, end, count in zip(edges[:-1], edges[1:], counts, strict=True)
        if count
    )
    return BarChart(
        title=f"Scores of what is predicted to be {curve.name}",
        description=f"{curve.scores.objects:,} objects from {curve.scores.score.min():.2f} to "
        f"{curve.scores.score.max():.2f}, half of them above {_median(curve.scores):.2f}.",
        x=position_axis("", edges[0], 1),
        y=linear_axis("objects", 0, max(counts), whole=True),
        bars=bars,
        frame=LOW,
    )


def box_of(plot: BarChart) -> dict[str, float]:
    """Where the box of the axes lies, in shares of the drawing: the slider stands below it."""
    width = plot.left + plot.frame.width + plot.right
    height = plot.top + plot.frame.height + plot.bottom
    return {
        "left": plot.left / width,
        "width": plot.frame.width / width,
        "top": plot.top / height,
        "height": plot.frame.height / height,
    }


def small_histogram(scores: WaitingScores, threshold: float | None) -> SmallBars:
    """All from 0 to 1, so that those of a list can be compared; a line stands at the threshold."""
    counts, _ = _binned(scores, 0, FEW_BINS)
    most = max(counts, default=0) or 1
    return SmallBars(tuple(count / most for count in counts), threshold)


def _binned(scores: WaitingScores, low: float, bins: int) -> tuple[list[int], list[float]]:
    counts, edges = np.histogram(scores.score, bins, (low, 1), weights=scores.count)
    return counts.astype(int).tolist(), edges.tolist()


def _median(scores: WaitingScores) -> float:
    middle = np.searchsorted(scores.count.cumsum(), scores.objects / 2)
    return float(scores.score[middle])
