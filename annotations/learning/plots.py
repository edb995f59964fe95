"""What a model's page draws: its curves, its confusion, its samples."""

import math

import numpy as np

from annotations.common.plots.axes import (
    Axis,
    category_axis,
    linear_axis,
    log_axis,
    position_axis,
    share_axis,
)
from annotations.common.plots.bars import Bar, BarChart
from annotations.common.plots.chart import SQUARE, Frame, rows_frame
from annotations.common.plots.dots import Dot, DotPlot
from annotations.common.plots.lines import Line, LineChart, Point, Reference, Style
from annotations.common.plots.matrix import Cell, Matrix, MatrixRow
from annotations.learning.seriation import by_confusion

MOST_ROWS = 40
MOST_SAMPLES = 24
BAR_ROW = 30  # height
LONGEST_NAME = 30  # letters of a sample
FOLDS: tuple[tuple[str, str, Style], ...] = (
    ("train", "training", "secondary"),
    ("val", "held out", "primary"),
)
LEARNT: tuple[tuple[str, str, Style], ...] = (
    ("macro_f1", "macro-F1", "primary"),
    ("accuracy", "accuracy", "secondary"),
)


# --- Over the epochs --------------------------------------------------------------------------------------------------


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


# --- Confusion --------------------------------------------------------------------------------------------------------


def confusion_matrix(confusion: dict, order: list[int], address: str = "", *, as_shares: bool) -> Matrix:
    """The taxa with the most objects, in that order; a cell's address is `taxon:predicted`."""
    labels, matrix = confusion["labels"], confusion["matrix"]
    most = set(sorted(range(len(labels)), key=lambda k: -sum(matrix[k]))[:MOST_ROWS])
    places = [k for k in order if k in most]
    rows = []
    for k in places:
        total = max(sum(matrix[k]), 1)
        cells = tuple(_cell(labels[k], labels[j], matrix[k][j], total, as_shares) for j in places)
        rows.append(MatrixRow(labels[k]["name"], cells))
    columns = tuple(labels[k]["name"] for k in places)
    hidden = len(labels) - len(places)
    return Matrix(columns, tuple(rows), name="Confusion matrix", address=address, hidden=hidden)


def _cell(label: dict, predicted: dict, count: int, total: int, as_shares: bool) -> Cell:
    percent = max(round(100 * count / total), 1)
    text = str(percent if as_shares else count) if count else ""
    address = f"{label['id']}:{predicted['id']}"
    return Cell(text, round(count / total, 2), address, is_diagonal=label is predicted)


def order_by_confusion(confusion: dict) -> list[int]:
    return by_confusion(np.array(confusion["matrix"], float))


# --- Squares: scores, precision and recall ----------------------------------------------------------------------------


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


# --- Learning curve ---------------------------------------------------------------------------------------------------


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


# --- Bars and dots ----------------------------------------------------------------------------------------------------


def error_distances(steps: list[dict]) -> BarChart | None:
    """How far up the common ancestor of an error lies, as shares of the errors."""
    wrong = [entry for entry in steps if entry["steps"] > 0]
    total = sum(entry["count"] for entry in wrong)
    if not total:
        return None
    names = [f"{entry['steps']} up" for entry in wrong]
    labels = [f"{entry['count']:,} ({entry['count'] / total:.0%})" for entry in wrong]
    bars = tuple(
        Bar(n - 0.36, n + 0.36, entry["count"] / total, f"{name}: {label}", label)
        for n, (entry, name, label) in enumerate(zip(wrong, names, labels, strict=True))
    )
    return BarChart(
        title="Errors by how many steps up the tree the two taxa meet",
        description=f"{', '.join(bar.text for bar in bars)}.",
        x=share_axis("share of the errors"),
        y=category_axis("", names, is_reversed=True),
        bars=bars,
        is_horizontal=True,
        frame=Frame(width=300, height=BAR_ROW * len(bars), name="narrow"),
    )


def sample_dots(samples: list[dict]) -> DotPlot | None:
    """For each sample how often the model is right, joined to how sure it is: a long line is a shift.

    The samples with the longest lines, `MOST_SAMPLES` at most.
    """
    longest = sorted(samples, key=lambda s: -abs(s["mean_score"] - s["accuracy"]))[:MOST_SAMPLES]
    if not longest:
        return None
    dots = tuple(_sample_dot(place, sample) for place, sample in enumerate(longest))
    hidden = len(samples) - len(longest)
    others = f"The {len(longest)} samples farthest apart; {hidden} others are in the table." if hidden else ""
    return DotPlot(
        title=f"Share right and mean score of {len(dots)} samples",
        description=f"Farthest apart: {dots[0].text}. The table has every number.",
        caption=others,
        x=share_axis(""),
        y=category_axis("", [_shortened(sample["name"]) for sample in longest], is_reversed=True),
        dots=dots,
        is_horizontal=True,
        legend=("share right", "mean score"),
        frame=rows_frame(len(dots)),
    )


def _sample_dot(place: int, sample: dict) -> Dot:
    right, score = sample["accuracy"], sample["mean_score"]
    text = f"{sample['name']}: right {right:.0%}, mean score {score:.0%}, {sample['count']:,} objects"
    return Dot(place, right, text, other=score)


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
