"""Numbers of a model as what its page draws: points of SVG lines, shades of a matrix."""

WIDTH, HEIGHT = 520, 200
MOST_ROWS = 40


def curves(history: list[dict]) -> dict | None:
    """Loss and accuracy a epoch, as SVG polylines in a box of 520 × 200."""
    if not history:
        return None
    losses = [v for e in history for v in (e["train_loss"], e["val_loss"])]
    top = max(losses)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "top_loss": top,
        "epochs": len(history),
        "train_loss": _line([e["train_loss"] / top for e in history]),
        "val_loss": _line([e["val_loss"] / top for e in history]),
        "train_accuracy": _line([e["train_accuracy"] for e in history]),
        "val_accuracy": _line([e["val_accuracy"] for e in history]),
        "last": history[-1],
    }


def _line(values: list[float]) -> str:
    step = WIDTH / max(len(values) - 1, 1)
    return " ".join(f"{i * step:.1f},{HEIGHT * (1 - value):.1f}" for i, value in enumerate(values))


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
    side = 240
    points = [
        {
            "x": round(side * b["confidence"], 1),
            "y": round(side * (1 - b["accuracy"]), 1),
            "text": f"score {b['confidence']:.0%}: {b['accuracy']:.0%} right of {b['count']:,}",
        }
        for b in bins
    ]
    return {"side": side, "points": points, "line": " ".join(f"{p['x']},{p['y']}" for p in points)}
