"""Rows of a table as plots: shares and medians with their intervals against depth, time of day, season."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from annotations.common.plots.axes import (
    Axis,
    category_axis,
    hour_axis,
    linear_axis,
    position_axis,
    share_axis,
)
from annotations.common.plots.bars import Bar, BarChart
from annotations.common.plots.dots import Dot, DotPlot
from annotations.traits.models import Trait
from annotations.traits.table_spec import TableSpec
from annotations.traits.tables import MONTHS
from classifier.contract.traits import TraitKind

MOST_TAXA = 8  # of which plots stand side by side
AGAINST = {
    "depth": "depth",
    "hour": "the hour of the day (UTC)",
    "month": "the month",
    "sun": "day and night",
}  # what has an order that a plot can show


def table_plots(spec: TableSpec, rows: list[dict]) -> list[DotPlot]:
    """Small plots side by side, one a choice, or one of a number; none of what has no order. Of taxa along an order
    those of each of the taxa that were looked at most."""
    if len(spec.by) == 2 and spec.by[0] == "taxon":
        return _plots_of_taxa(spec, rows)
    return _plots(spec, rows, "")


def _plots_of_taxa(spec: TableSpec, rows: list[dict]) -> list[DotPlot]:
    """`rows` are in the order of the taxa."""
    along = replace(spec, by=spec.by[1:])
    taxa = [list(of_taxon) for _, of_taxon in groupby(rows, lambda row: row["group"][0]["key"])]
    taxa.sort(key=lambda of_taxon: -sum(row["seen"] for row in of_taxon))
    return [
        plot
        for of_taxon in taxa[:MOST_TAXA]
        for plot in _plots(
            along,
            [{**row, "group": row["group"][1:]} for row in of_taxon],
            f"{of_taxon[0]['group'][0]['name']}, ",
        )
    ]


def _plots(spec: TableSpec, rows: list[dict], of: str) -> list[DotPlot]:
    """`of`: before the titles."""
    if len(spec.by) != 1 or spec.by[0] not in AGAINST:
        return []
    plotted = [row for row in rows if row["seen"] and row["group"][0]["key"] is not None]
    trait, kind = spec.trait, TraitKind(spec.trait.kind)
    if not plotted or not (kind.is_number or kind.is_chosen):
        return []
    if kind.is_number:
        return [_number_plot(spec, plotted, of)]
    choices = trait.choices[:1] if trait.kind == TraitKind.FLAG else trait.choices
    return [_choice_plot(spec, plotted, place, of) for place in range(len(choices))]


def histogram_chart(trait: Trait, histogram: list[dict]) -> BarChart | None:
    if not histogram:
        return None
    low, high = histogram[0]["low"], histogram[-1]["high"]
    peak = max(histogram, key=lambda bar: bar["count"])
    bars = tuple(
        Bar(bar["low"], bar["high"], bar["count"], f"{_range(trait, bar)}: {bar['count']:,}")
        for bar in histogram
    )
    return BarChart(
        title=f"Histogram of {trait.name} from {low:g} to {_with_unit(trait, high)}",
        description=f"Most objects, {peak['count']:,}, lie from {_range(trait, peak)}.",
        x=position_axis(_titled(trait), low, high),
        y=linear_axis("objects", 0, peak["count"], whole=True),
        bars=bars,
    )


def _range(trait: Trait, bar: dict) -> str:
    return f"{bar['low']:g} to {_with_unit(trait, bar['high'])}"


def _with_unit(trait: Trait, value: float) -> str:
    return f"{value:g} {trait.unit}".strip()


def _titled(trait: Trait) -> str:
    return f"{trait.name}, {trait.unit}" if trait.unit else trait.name


# --- Plots against depth, time of day, season -------------------------------------------------------------------------


def _choice_plot(spec: TableSpec, rows: list[dict], place: int, of: str) -> DotPlot:
    dots = []
    for row, at in zip(rows, _places(spec, rows), strict=True):
        choice, name = row["choices"][place], row["group"][0]["name"]
        low, share, high = choice["low"], choice["share"], choice["high"]
        text = f"{name}: {100 * share:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
        dots.append(Dot(at, share, text, interval=(low, high)))
    title = f"{of}{spec.trait.name}: {spec.trait.choices[place]['name']}"
    return _plot(spec, rows, dots, title, "share with its 95 % interval", share_axis("share"))


def _number_plot(spec: TableSpec, rows: list[dict], of: str) -> DotPlot:
    dots = []
    for row, at in zip(rows, _places(spec, rows), strict=True):
        f, name = row["figures"], row["group"][0]["name"]
        text = f"{name}: median {_with_unit(spec.trait, f['median'])} ({f['min']:g} to {f['max']:g})"
        dots.append(Dot(at, f["median"], text, interval=(f["min"], f["max"]), box=(f["q1"], f["q3"])))
    values = [value for row in rows for value in (row["figures"]["min"], row["figures"]["max"])]
    axis = linear_axis(_titled(spec.trait), min(values), max(values))
    return _plot(spec, rows, dots, f"{of}{spec.trait.name}", "median, quartiles and range", axis)


def _plot(
    spec: TableSpec, rows: list[dict], dots: Sequence[Dot], title: str, figures: str, measured: Axis
) -> DotPlot:
    """Depth runs down the page, as in the sea; time runs to the right."""
    by = spec.by[0]
    order = _order_axis(spec, rows)
    is_profile = by == "depth"
    return DotPlot(
        title=f"{title} against {AGAINST[by]}, {figures}",
        description=_extremes(dots),
        caption=f"{title}, {figures}",
        x=measured if is_profile else order,
        y=order if is_profile else measured,
        dots=tuple(dots),
        is_horizontal=is_profile,
    )


def _order_axis(spec: TableSpec, rows: list[dict]) -> Axis:
    keys = [row["group"][0]["key"] for row in rows]
    match spec.by[0]:
        case "depth":
            low, high = keys[0], keys[-1] + spec.depth_m
            return position_axis("depth, m", low, high, is_reversed=True)
        case "hour":
            return hour_axis("hour of the day (UTC)")
        case "month":
            return category_axis("", MONTHS)
        case _:
            return category_axis("", [row["group"][0]["name"] for row in rows])


def _places(spec: TableSpec, rows: list[dict]) -> list[float]:
    """Where along its axis each row stands: in the middle of its bin, hour or month."""
    keys = [row["group"][0]["key"] for row in rows]
    match spec.by[0]:
        case "depth":
            return [key + spec.depth_m / 2 for key in keys]
        case "hour":
            return [key + 0.5 for key in keys]
        case "month":
            return [key - 1 for key in keys]
        case _:
            return list(range(len(keys)))


def _extremes(dots: Sequence[Dot]) -> str:
    least, most = min(dots, key=lambda dot: dot.value), max(dots, key=lambda dot: dot.value)
    return f"Least at {least.text}; most at {most.text}. The table has every number."
