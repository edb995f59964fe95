"""How far scores are to be believed: in squares of a share against another."""

from annotations.common.plots.axes import share_axis
from annotations.common.plots.chart import SQUARE
from annotations.common.plots.lines import Line, LineChart, Point, Reference


def reliability_diagram(bins: list[dict], before: list[dict] | None, error: str) -> LineChart:
    """Score against share that is right; on the diagonal every score is true."""
    lines = [Line("calibrated" if before else "", _scored(bins), dots="all")]
    if before:
        lines.insert(0, Line("before", _scored(before), "secondary"))
    return LineChart(
        title="Reliability diagram",
        description=f"{error} The table has every number.",
        x=share_axis("score"),
        y=share_axis("share right"),
        lines=tuple(lines),
        references=(Reference(Point(0, 0), Point(1, 1)),),
        frame=SQUARE,
    )


def _scored(bins: list[dict]) -> tuple[Point, ...]:
    return tuple(
        Point(
            entry["confidence"],
            entry["accuracy"],
            f"score {entry['confidence']:.0%}: {entry['accuracy']:.0%} right of {entry['count']:,}",
        )
        for entry in bins
    )


def precision_recall(taxon: str, curve: list[list[float]], average: float | None, base: float) -> LineChart:
    """`curve` is of (recall, precision); `base` is the precision of taking everything, the share of the taxon."""
    points = tuple(Point(recall, precision) for recall, precision in curve)
    average_is = f"average precision {average:.2f}, " if average is not None else ""
    first, last = points[0], points[-1]
    return LineChart(
        title=f"Precision against recall of {taxon}",
        description=f"{average_is}from precision {first.y:.2f} at recall {first.x:.2f} to precision {last.y:.2f} "
        f"at recall {last.x:.2f}.",
        x=share_axis("recall"),
        y=share_axis("precision"),
        lines=(Line("", points),),
        references=(Reference(Point(0, base), Point(1, base)),),
        frame=SQUARE,
    )
