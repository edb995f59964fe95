from datetime import date

from annotations.common.plots.axes import position_axis, share_axis
from annotations.common.plots.lines import Line, LineChart, Point

FEWEST_WEEKS = 3


def corrections_chart(weeks: list[dict]) -> LineChart | None:
    """The share of answered predictions that people corrected, week by week."""
    if len(weeks) < FEWEST_WEEKS:
        return None
    first = date.fromisoformat(weeks[0]["key"])
    points = tuple(
        Point(
            (date.fromisoformat(week["key"]) - first).days / 7,
            week["corrected"] / week["answered"],
            f"Week of {week['key']}: {week['corrected']:,} of {week['answered']:,}",
        )
        for week in weeks
    )
    return LineChart(
        title="Corrected predictions, week by week",
        description=f"From {points[0].text} to {points[-1].text}.",
        x=position_axis(f"weeks since {first}", 0, max(points[-1].x, 1)),
        y=share_axis("corrected"),
        lines=(Line("", points, dots="all"),),
    )
