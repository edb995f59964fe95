"""How a backbone became better over the epochs: its loss, and what the probes said of labelled objects."""

import math

from annotations.common.plots.axes import linear_axis, position_axis, share_axis
from annotations.common.plots.lines import Line, LineChart, Point, Style

PROBES: tuple[tuple[str, str, Style], ...] = (
    ("linear_accuracy", "linear probe", "primary"),
    ("knn_accuracy", "nearest neighbours", "secondary"),
)


def pretraining_curves(history: list[dict]) -> list[LineChart]:
    """None before the first epoch; no probes where too few objects were labelled."""
    if not history:
        return []
    return [chart for chart in (loss_curve(history), _probes(history)) if chart]


def loss_curve(history: list[dict]) -> LineChart | None:
    """None where a loss is no number."""
    losses = [entry["loss"] for entry in history]
    if not all(map(math.isfinite, losses)):
        return None
    line = _line("loss", "loss", "primary", history)
    return LineChart(
        title=f"Loss over {len(history)} epochs",
        description=f"After the last: {line.note}.",
        x=position_axis("epoch", 0, len(history)),
        y=linear_axis("Loss", min(0, *losses), max(losses)),
        lines=(line,),
    )


def _probes(history: list[dict]) -> LineChart | None:
    if not all("knn_accuracy" in entry for entry in history):
        return None
    lines = tuple(_line(key, words, style, history) for key, words, style in PROBES)
    return LineChart(
        title="Labelled objects that probes name right",
        description=f"After the last epoch: {', '.join(f'{line.name} {line.note}' for line in lines)}.",
        x=position_axis("epoch", 0, len(history)),
        y=share_axis("Accuracy"),
        lines=lines,
    )


def _line(key: str, words: str, style: Style, history: list[dict]) -> Line:
    points = tuple(Point(n, entry[key]) for n, entry in enumerate(history, 1))
    return Line(words, points, style, dots="last", note=f"{points[-1].y:.3f}")
