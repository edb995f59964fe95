"""Numbers of a model as what its page draws: points of SVG lines, shades of a matrix."""

WIDTH, HEIGHT, SIDE = 520, 200, 240
MOST_ROWS = 40


def curves(history: list[dict]) -> list[dict]:
    """The charts of loss and accuracy over the epochs, in boxes of 520 × 200; none before the first epoch."""
    if not history:
        return []
    top = max(epoch[key] for epoch in history for key in ("train_loss", "val_loss")) or 1.0
    return [_chart("Loss", history, "loss", top), _chart("Accuracy", history, "accuracy", 1.0)]


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
        "points": " ".join(f"{x},{y}" for x, y in points),
        "end": {"x": points[-1][0], "y": points[-1][1]},
        "last": values[-1],
    }


def confusion_rows(confusion: dict) -> dict:
    """The rows with the most objects, each cell with its share of the row."""
    labels, matrix = confusion["labels"], confusion["matrix"]
    order = sorted(range(len(labels)), key=lambda k: -sum(matrix[k]))[:MOST_ROWS]
    rows = []
    for k in order:
        total = max(sum(matrix[k]), 1)
        cells = [
            {
                "taxon": labels[k],
                "predicted": labels[j],
                "count": matrix[k][j],
                "share": round(matrix[k][j] / total, 3),
                "is_right": j == k,
            }
            for j in order
        ]
        rows.append({"taxon": labels[k], "cells": cells})
    return {"columns": [labels[k] for k in order], "rows": rows, "hidden": len(labels) - len(order)}


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
