"""The sizes of what a run has found, as a histogram."""

from annotations.common.plots.axes import linear_axis, log_axis
from annotations.common.plots.bars import Bar, BarChart
from annotations.common.plots.chart import Frame
from annotations.scans.segmentation.models import SegmentationRun

COMPACT = Frame(height=120)  # what it belongs to is seen at once: the objects, the settings


def size_plot(run: SegmentationRun) -> BarChart | None:
    """None before all is found, and of nothing. `figures["sizes"]` has `unit`, `edges` (one more than) `counts`."""
    sizes = run.figures.get("sizes")
    if not sizes or not any(sizes["counts"]):
        return None
    unit, edges, counts = sizes["unit"], sizes["edges"], sizes["counts"]
    bars = tuple(
        Bar(start, end, count, f"{start:.3g} to {end:.3g} {unit}: {count:,}")
        for start, end, count in zip(edges[:-1], edges[1:], counts, strict=True)
        if count
    )
    return BarChart(
        title="Sizes of what was found",
        description=f"{sum(counts):,} from {bars[0].start:.3g} to {bars[-1].end:.3g} {unit}.",
        x=log_axis(f"equivalent diameter, {unit}", edges[0], edges[-1]),
        y=linear_axis("objects", 0, max(counts), whole=True),
        bars=bars,
        frame=COMPACT,
    )
