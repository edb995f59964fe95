"""The mean of a principal component by depth, hour, month and sample, with intervals."""

from annotations.common.plots.axes import category_axis, linear_axis
from annotations.common.plots.chart import rows_frame
from annotations.common.plots.dots import Dot, DotPlot
from annotations.maps.morphospace import BinMean

LONGEST = 28  # letters of a name beside its line


def bins_plot(title: str, bins: list[BinMean], component: str) -> DotPlot | None:
    """A line a bin, from above; None where no bin has objects enough."""
    if len(bins) < 2:
        return None
    ends = [end for one in bins for end in (one.interval or (one.mean, one.mean))]
    room = 0.05 * max(max(ends) - min(ends), 0.1)
    return DotPlot(
        title=f"{component} by {title}",
        description="; ".join(_text(one) for one in bins[:6]),
        x=linear_axis("standard deviations from the mean", min(ends) - room, max(ends) + room),
        y=category_axis("", [_with_count(one) for one in bins], is_reversed=True),
        frame=rows_frame(len(bins)),
        dots=tuple(Dot(place, one.mean, _text(one), interval=one.interval) for place, one in enumerate(bins)),
        is_horizontal=True,
    )


def _text(one: BinMean) -> str:
    within = f" ({one.interval[0]:+.2f} to {one.interval[1]:+.2f})" if one.interval else ""
    return f"{one.name}: {one.mean:+.2f}{within}, {one.objects:,} objects of {one.samples:,} samples"


def _with_count(one: BinMean) -> str:
    return f"{_short(one.name)} (n = {one.objects:,})"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
