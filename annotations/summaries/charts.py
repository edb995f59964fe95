"""Rows of a table as what its plots draw: marks with their intervals, in the box of the learning curves."""

from collections.abc import Callable
from dataclasses import dataclass

from annotations.learning.charts import HEIGHT, WIDTH
from annotations.traits.models import Trait, TraitKind
from annotations.traits.tables import TableSpec

MOST_LABELS = 12
PLOTTED = ("depth", "hour", "month", "sun")  # what has an order that a plot can show


def plots(spec: TableSpec, rows: list[dict]) -> list[dict]:
    """Small plots side by side, one a choice or one of a number's boxes; none of what has no order."""
    if len(spec.by) != 1 or spec.by[0] not in PLOTTED:
        return []
    plotted = [row for row in rows if row["seen"] and row["group"][0]["key"] is not None]
    trait, kind = spec.trait, TraitKind(spec.trait.kind)
    if not plotted or not (kind.is_number or kind.is_chosen):
        return []
    if kind.is_number:
        return [_of_number(spec, plotted)]
    choices = trait.choices[:1] if trait.kind == TraitKind.FLAG else trait.choices
    return [_of_choice(spec, plotted, place) for place in range(len(choices))]


def bars(trait: Trait, histogram: list[dict]) -> dict | None:
    """A histogram: its bars, each with what it says."""
    if not histogram:
        return None
    most, width = max(bar["count"] for bar in histogram), WIDTH / len(histogram)
    drawn = [
        {
            "x": round(n * width, 1),
            "width": round(max(width - 1, 0.5), 1),
            "y": round(HEIGHT * (1 - bar["count"] / most), 1),
            "height": round(HEIGHT * bar["count"] / most, 1),
            "text": f"{bar['low']:g} to {bar['high']:g} {trait.unit}: {bar['count']:,}",
        }
        for n, bar in enumerate(histogram)
    ]
    first, last = f"{histogram[0]['low']:g}", f"{histogram[-1]['high']:g} {trait.unit}".strip()
    peak = max(histogram, key=lambda bar: bar["count"])
    alternative = (
        f"Histogram of {trait.name} from {first} to {last}: most objects, {most:,}, "
        f"lie from {peak['low']:g} to {peak['high']:g}."
    )
    return {
        "bars": drawn,
        "first": first,
        "last": last,
        "most": most,
        "width": WIDTH,
        "height": HEIGHT,
        "alternative": alternative,
    }


# --- Plots against depth, time of day, season -------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """One row of the table in a plot."""

    key: int | str
    name: str  # of the row
    low: float
    middle: float
    high: float
    text: str
    box: tuple[float, float] | None = None  # first and third quartile


def _of_choice(spec: TableSpec, rows: list[dict], place: int) -> dict:
    marks = []
    for row in rows:
        choice = row["choices"][place]
        low, share, high = choice["low"], choice["share"], choice["high"]
        text = f"{_percent(share)} ({100 * low:.0f} to {100 * high:.0f})"
        marks.append(Mark(row["group"][0]["key"], row["group"][0]["name"], low, share, high, text))
    name = f"{spec.trait.name}: {spec.trait.choices[place]['name']}"
    return _plot(spec, name, "share with its 95 % interval", marks, (0.0, 1.0), _percent)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _of_number(spec: TableSpec, rows: list[dict]) -> dict:
    unit, marks = spec.trait.unit, []
    for row in rows:
        f = row["figures"]
        text = f"median {f['median']:g} {unit} ({f['min']:g} to {f['max']:g})"
        group = row["group"][0]
        marks.append(
            Mark(group["key"], group["name"], f["min"], f["median"], f["max"], text, (f["q1"], f["q3"]))
        )
    ends = min(mark.low for mark in marks), max(mark.high for mark in marks)
    about = f"median, quartiles and range{f' in {unit}' if unit else ''}"
    return _plot(spec, spec.trait.name, about, marks, ends, lambda v: f"{v:g}")


def _plot(
    spec: TableSpec,
    name: str,
    about: str,
    marks: list[Mark],
    ends: tuple[float, float],
    say: Callable[[float], str],
) -> dict:
    """Depth runs down the page, as in the sea; time runs to the right."""
    is_profile = spec.by[0] == "depth"
    low, span = ends[0], (ends[1] - ends[0]) or 1.0

    def at(along: float, value: float) -> tuple[float, float]:
        share = (value - low) / span
        x, y = (share, along) if is_profile else (along, 1 - share)
        return round(WIDTH * x, 1), round(HEIGHT * y, 1)

    drawn = []
    for mark, along in zip(marks, _places(spec, [mark.key for mark in marks]), strict=True):
        drawn.append(
            {
                "whisker": _line(at(along, mark.low), at(along, mark.high)),
                "box": _line(at(along, mark.box[0]), at(along, mark.box[1])) if mark.box else None,
                "dot": at(along, mark.middle),
                "name": mark.name,
                "tick": f"{mark.key:02d}" if spec.by[0] == "hour" else mark.name,
                "text": f"{mark.name}: {mark.text}",
            }
        )
    steps = [low + span * k / 4 for k in range(5)]
    return {
        "name": name,
        "about": about,
        "marks": drawn,
        "is_profile": is_profile,
        "grid": [{**_line(at(0, value), at(1, value)), "text": say(value)} for value in steps],
        "labels": drawn[:: -(-len(drawn) // MOST_LABELS)],
        "width": WIDTH,
        "height": HEIGHT,
        "alternative": _alternative(f"{name} against {AGAINST[spec.by[0]]}, {about}", marks),
    }


def _line(start: tuple[float, float], end: tuple[float, float]) -> dict:
    return {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}


def _places(spec: TableSpec, keys: list) -> list[float]:
    """Where along the axis each row stands, from 0 to 1: true to depth and time."""
    by = spec.by[0]
    if by == "hour":
        return [(key + 0.5) / 24 for key in keys]
    if by == "month":
        return [(key - 0.5) / 12 for key in keys]
    if by == "depth":
        reach = keys[-1] + spec.depth_m - keys[0]
        return [(key - keys[0] + spec.depth_m / 2) / reach for key in keys]
    return [(place + 0.5) / len(keys) for place in range(len(keys))]


AGAINST = {
    "depth": "depth",
    "hour": "the hour of the day (UTC)",
    "month": "the month",
    "sun": "day and night",
}


def _alternative(what: str, marks: list[Mark]) -> str:
    least, most = min(marks, key=lambda mark: mark.middle), max(marks, key=lambda mark: mark.middle)
    return (
        f"{what}. Least at {least.name}, {least.text}; most at {most.name}, {most.text}. "
        "The table has every number."
    )
