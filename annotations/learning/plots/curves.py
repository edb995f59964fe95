"""How a model became better: over the epochs, and with more objects to learn from."""

import math

from annotations.common.plots.axes import Axis, linear_axis, log_axis, position_axis, share_axis
from annotations.common.plots.lines import Line, LineChart, Point, Style

FOLDS: tuple[tuple[str, str, Style], ...] = (
    ("train", "training", "secondary"),
    ("val", "tuning", "primary"),
)
LEARNT: tuple[tuple[str, str, Style], ...] = (
    ("macro_f1", "macro-F1", "primary"),
    ("accuracy", "accuracy", "secondary"),
)


def training_curves(history: list[dict]) -> list[LineChart]:
    """Loss and accuracy over the epochs; none before the first epoch, where nothing is held out, or where a loss is
    no number any more."""
    loss, accuracy = _values(history, "loss"), _values(history, "accuracy")
    charts = []
    if loss:
        axis = linear_axis("Loss", min(0, *loss), max(loss))
        charts.append(_training_curve("Loss", "loss", history, axis))
    if accuracy:
        charts.append(_training_curve("Accuracy", "accuracy", history, share_axis("Accuracy")))
    return charts


def _values(history: list[dict], key: str) -> list[float]:
    """Of all epochs and folds; none where one is missing."""
    values = [epoch.get(f"{fold}_{key}") for epoch in history for fold, _, _ in FOLDS]
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    return numbers if len(numbers) == len(values) else []


def _training_curve(name: str, key: str, history: list[dict], y: Axis) -> LineChart:
    lines = []
    for fold, word, style in FOLDS:
        points = tuple(Point(n, epoch[f"{fold}_{key}"]) for n, epoch in enumerate(history, 1))
        lines.append(Line(word, points, style, dots="last", note=f"{points[-1].y:.3f}"))
    return LineChart(
        title=f"{name} over {len(history)} epochs",
        description=f"After the last: {', '.join(f'{line.name} {line.note}' for line in lines)}.",
        x=position_axis("epoch", 0, len(history)),
        y=y,
        lines=tuple(lines),
    )


def learning_curve(curve: dict) -> LineChart | None:
    """Macro-F1 and accuracy over the number of objects, each step twice the one before; dotted, what is expected."""
    points, doubled = curve["points"], curve.get("doubled")
    if not points:
        return None
    ends = [*points, doubled] if doubled else points
    expected = f"; expected for {doubled['objects']:,}: {doubled['macro_f1']:.2f}" if doubled else ""
    figures = ", ".join(f"{point['macro_f1']:.2f} with {point['objects']:,}" for point in points)
    return LineChart(
        title="Learning curve",
        description=f"Macro-F1 by number of objects learnt from: {figures}{expected}.",
        caption="Open dots are expected." if doubled else "",
        x=log_axis("objects learnt from", max(ends[0]["objects"], 1), max(ends[-1]["objects"], 2)),
        y=share_axis(""),
        lines=tuple(_learnt(key, name, style, points, doubled) for key, name, style in LEARNT),
    )


def _learnt(key: str, name: str, style: Style, points: list[dict], doubled: dict | None) -> Line:
    def at(point: dict) -> Point:
        return Point(point["objects"], point[key])

    forecast = (at(doubled),) if doubled else ()
    return Line(name, tuple(map(at, points)), style, forecast, dots="all")
