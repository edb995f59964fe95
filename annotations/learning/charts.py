"""Numbers of a model as what its page draws: points of SVG lines, bars, dots, shades of a matrix."""

import math

import numpy as np

from annotations.learning.seriation import by_confusion

WIDTH, HEIGHT, SIDE = 520, 200, 240
MOST_ROWS = 40
MOST_SAMPLES = 24
ROW = 22  # height of a line of a dot plot


def curves(history: list[dict]) -> list[dict]:
    """The charts of loss and accuracy over the epochs, in boxes of 520 × 200; none before the first epoch."""
    charts = []
    for name, key in (("Loss", "loss"), ("Accuracy", "accuracy")):
        series = [epoch.get(f"{fold}_{key}") for epoch in history for fold in ("train", "val")]
        values = [value for value in series if value is not None]  # none of `val` where nothing is held out
        if values and len(values) == len(series):
            charts.append(_chart(name, history, key, (max(values) or 1.0) if key == "loss" else 1.0))
    return charts


def _chart(name: str, history: list[dict], key: str, top: float) -> dict:
    kinds = [("train", "training"), ("val", "held out")]
    return {
        "name": name,
        "width": WIDTH,
        "height": HEIGHT,
        "epochs": len(history),
        "lines": [
            _line(kind, word, [epoch[f"{kind}_{key}"] for epoch in history], top) for kind, word in kinds
        ],
        "ticks": [{"y": HEIGHT * (1 - k / 4), "text": f"{top * k / 4:.2f}"} for k in range(5)],
    }


def _line(kind: str, name: str, values: list[float], top: float) -> dict:
    step = WIDTH / max(len(values) - 1, 1)
    points = [(round(i * step, 1), round(HEIGHT * (1 - value / top), 1)) for i, value in enumerate(values)]
    return {
        "kind": kind,
        "name": name,
        "points": _points(points),
        "end": {"x": points[-1][0], "y": points[-1][1]},
        "last": values[-1],
    }


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{round(x, 1):g},{round(y, 1):g}" for x, y in points)


# --- Confusion --------------------------------------------------------------------------------------------------------


def confusion_rows(confusion: dict, places: list[int]) -> dict:
    """The matrix in the order of `places`, of the taxa with the most objects; each cell with its share of the row."""
    labels, matrix = confusion["labels"], confusion["matrix"]
    most = set(sorted(range(len(labels)), key=lambda k: -sum(matrix[k]))[:MOST_ROWS])
    order = [k for k in places if k in most]
    rows = []
    for k in order:
        total = max(sum(matrix[k]), 1)
        cells = [
            {
                "predicted": labels[j],
                "count": matrix[k][j],
                "share": round(matrix[k][j] / total, 3),
                "percent": max(round(100 * matrix[k][j] / total), 1),
                "is_right": j == k,
            }
            for j in order
        ]
        rows.append({"taxon": labels[k], "cells": cells})
    return {"columns": [labels[k] for k in order], "rows": rows, "hidden": len(labels) - len(order)}


def places_by_confusion(confusion: dict) -> list[int]:
    return by_confusion(np.array(confusion["matrix"], float))


# --- Squares: scores, precision and recall ----------------------------------------------------------------------------


def reliability_points(bins: list[dict]) -> dict:
    """Score against share that is right, in a square of 240; the diagonal is honesty."""
    points = [
        {
            "x": round(SIDE * b["confidence"], 1),
            "y": round(SIDE * (1 - b["accuracy"]), 1),
            "text": f"score {b['confidence']:.0%}: {b['accuracy']:.0%} right of {b['count']:,}",
        }
        for b in bins
    ]
    return {"side": SIDE, "points": points, "line": " ".join(f"{p['x']},{p['y']}" for p in points)}


def precision_recall(points: list[list[float]], average: float | None, base: float | None) -> dict:
    """`points` are (recall, precision); `base` is the precision of taking everything, the share of the taxon."""
    average_is = f", average precision {average:.2f}" if average is not None else ""
    ends = points[0], points[-1]
    return {
        "side": SIDE,
        "line": _points([(SIDE * recall, SIDE * (1 - precision)) for recall, precision in points]),
        "base": None if base is None else round(SIDE * (1 - base), 1),
        "alternative": f"Precision against recall{average_is}: from precision {ends[0][1]:.2f} at recall "
        f"{ends[0][0]:.2f} to precision {ends[1][1]:.2f} at recall {ends[1][0]:.2f}.",
    }


# --- Learning curve ---------------------------------------------------------------------------------------------------


def learning_curve(curve: dict) -> dict | None:
    """Macro-F1 and accuracy over the number of objects, each step twice the one before; dashed, what is expected."""
    points, doubled = curve["points"], curve.get("doubled")
    if not points:
        return None
    ends = [*points, doubled] if doubled else points
    low, high = math.log(max(points[0]["objects"], 1)), math.log(max(ends[-1]["objects"], 2))

    def at(point: dict, key: str) -> tuple[float, float]:
        along = (math.log(max(point["objects"], 1)) - low) / ((high - low) or 1.0)
        return round(WIDTH * along, 1), round(HEIGHT * (1 - point[key]), 1)

    lines = []
    for key, kind, name in (("macro_f1", "val", "macro-F1"), ("accuracy", "train", "accuracy")):
        ahead = _points([at(points[-1], key), at(doubled, key)]) if doubled else ""
        line = [at(point, key) for point in points]
        dots = line + ([at(doubled, key)] if doubled else [])
        lines.append({"kind": kind, "name": name, "points": _points(line), "ahead": ahead, "dots": dots})
    figures = ", ".join(f"{p['macro_f1']:.2f} with {p['objects']:,}" for p in points)
    expected = f"; expected for {doubled['objects']:,}: {doubled['macro_f1']:.2f}" if doubled else ""
    return {
        "lines": lines,
        "width": WIDTH,
        "height": HEIGHT,
        "ticks": [{"y": HEIGHT * (1 - k / 4), "text": f"{k / 4:.2f}"} for k in range(5)],
        "marks": [{"x": at(point, "macro_f1")[0], "text": f"{point['objects']:,}"} for point in ends],
        "alternative": f"Learning curve, macro-F1 by number of objects learnt from: {figures}{expected}.",
    }


# --- Bars and dots ----------------------------------------------------------------------------------------------------


def step_bars(steps: list[dict]) -> dict | None:
    """How far up the common ancestor of an error lies, as shares of the errors."""
    wrong = [entry for entry in steps if entry["steps"] > 0]
    total = sum(entry["count"] for entry in wrong)
    if not total:
        return None
    bars = []
    for n, entry in enumerate(wrong):
        share = entry["count"] / total
        bars.append(
            {
                "y": n * ROW,
                "width": round(WIDTH * share * 0.7, 1),
                "name": f"{entry['steps']} up",
                "text": f"{entry['count']:,} ({share:.0%})",
            }
        )
    bars_text = ", ".join(f"{bar['name']}: {bar['text']}" for bar in bars)
    return {
        "bars": bars,
        "height": len(bars) * ROW,
        "alternative": f"Errors by how many steps up the tree the two taxa meet. {bars_text}.",
    }


def sample_dots(samples: list[dict]) -> dict | None:
    """For each sample how often the model is right, joined to how sure it is: a long line is a shift.

    The samples with the longest lines, `MOST_SAMPLES` at most.
    """
    longest = sorted(samples, key=lambda s: -abs(s["mean_score"] - s["accuracy"]))[:MOST_SAMPLES]
    if not longest:
        return None
    rows = [
        {
            "y": n * ROW + ROW // 2,
            "right": round(WIDTH * sample["accuracy"], 1),
            "sure": round(WIDTH * sample["mean_score"], 1),
            "name": sample["name"],
            "text": f"{sample['name']}: right {sample['accuracy']:.0%}, mean score {sample['mean_score']:.0%}, "
            f"{sample['count']:,} objects",
        }
        for n, sample in enumerate(longest)
    ]
    return {
        "rows": rows,
        "width": WIDTH,
        "height": len(rows) * ROW,
        "box": len(rows) * ROW + 24,
        "ticks": [{"x": WIDTH * k / 4, "text": f"{25 * k} %"} for k in range(5)],
        "hidden": len(samples) - len(longest),
        "alternative": f"Share right and mean score of {len(rows)} samples. Farthest apart: {rows[0]['text']}. "
        "The table has every number.",
    }
