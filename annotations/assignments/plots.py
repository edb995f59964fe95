"""What the page of progress draws."""

from datetime import date

from annotations.common.plots.axes import date_axis, linear_axis
from annotations.common.plots.bars import Bar, BarChart
from annotations.common.plots.chart import WIDE


def settled_by_day(days: list[dict]) -> BarChart:
    """A bar each day; `days` are in order and without a gap."""
    first, last = days[0]["day"], days[-1]["day"]
    most = max(day["labels"] for day in days)
    return BarChart(
        title=f"Objects that people settled a day, {first} to {last} (UTC)",
        description=_peak(max(days, key=lambda day: day["labels"])) if most else "None.",
        x=date_axis("day (UTC)", first, last),
        y=linear_axis("objects", 0, most, whole=True),
        bars=tuple(_bar(first, entry["day"], entry["labels"]) for entry in days),
        frame=WIDE,
    )


def _bar(first: date, day: date, count: int) -> Bar:
    place = (day - first).days
    return Bar(place, place + 1, count, f"{day}: {count:,} objects settled")


def _peak(entry: dict) -> str:
    return f"At most {entry['labels']:,}, on {entry['day']}. The table has every number."
