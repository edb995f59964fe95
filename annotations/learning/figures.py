"""What a model's page says: each part from the metrics, and none where an older model does not have them."""

from annotations.learning.plots.confusion import confusion_matrix, error_distances, order_by_confusion
from annotations.learning.plots.curves import learning_curve
from annotations.learning.plots.samples import sample_dots
from annotations.learning.plots.scores import precision_recall, reliability_diagram
from annotations.learning.queries import places_by_lineage

MOST_STEPS = 6
ALMOST_ONE = 1.005  # taxa in a set, on average, below which it reads as 1.00
HEADLINES = [
    ("accuracy", "Accuracy", "share of objects named right"),
    ("balanced_accuracy", "Balanced accuracy", "the same, each taxon counting alike"),
    ("macro_f1", "Macro-F1", "found and not confused, each taxon counting alike"),
    ("ece", "Calibration error (ECE)", "how far scores are from the truth"),
    ("top5_accuracy", "Among the best five", "share of objects whose taxon is one of the five"),
]
METHODS = {"measure": "This forest", "features": "These features", "network": "This network"}


def headlines(metrics: dict, chosen: tuple[str, ...] | None = None) -> list[dict]:
    """All that there are, or the `chosen` ones."""
    intervals = metrics.get("intervals") or {}
    return [
        {"name": name, "value": metrics[key], "interval": intervals.get(key), "hint": hint}
        for key, name, hint in HEADLINES
        if metrics.get(key) is not None and (chosen is None or key in chosen)
    ]


def beside_others(metrics: dict, method: str) -> list[dict]:
    """The model, what is always trained beside it, and who always says the most frequent taxon."""
    rows = [{"name": METHODS.get(method, "This model"), **metrics}]
    if metrics.get("baseline"):
        rows.append({**metrics["baseline"]})
    if metrics.get("guess"):
        rows.append({"name": "always the most frequent taxon", **metrics["guess"]})
    return rows if len(rows) > 1 else []


def gain(metrics: dict) -> float | None:
    """Macro-F1 above that of the baseline."""
    baseline = metrics.get("baseline")
    return metrics["macro_f1"] - baseline["macro_f1"] if baseline else None


def per_taxon(metrics: dict) -> list[dict]:
    """Most held-out objects first, each figure with its interval in percent for the bar behind it."""
    rows = []
    for entry in sorted(metrics["per_taxon"], key=lambda entry: -entry["support"]):
        figures = [_bar(entry[key], entry.get(f"{key}_interval")) for key in ("precision", "recall", "f1")]
        rows.append({**entry, "figures": figures})
    return rows


def _bar(value: float, interval: list[float] | None) -> dict:
    low, high = interval or (value, value)
    return {"value": value, "percent": round(100 * value), "low": round(100 * low), "high": round(100 * high)}


def confusion(metrics: dict, order: str, cells: str, address: str = "") -> dict:
    """`order` of its taxa is lineage (also where it is empty) or confusion, its `cells` are counts (same) or shares;
    `address` is where those of a cell are, before the cell's own."""
    order, cells = order or "lineage", cells or "counts"
    matrix = metrics["confusion"]
    if order == "confusion":
        places = order_by_confusion(matrix)
    else:
        places = places_by_lineage([label["id"] for label in matrix["labels"]])
    return {
        "matrix": confusion_matrix(matrix, places, address, as_shares=cells == "shares"),
        "order": order,
        "cells": cells,
        "orders": [("lineage", "lineage"), ("confusion", "what is confused")],
        "kinds": ["counts", "shares"],
    }


def count_of_cell(confusion: dict, taxon: int, predicted: int) -> int:
    places = {label["id"]: place for place, label in enumerate(confusion["labels"])}
    if taxon not in places or predicted not in places:
        return 0
    return confusion["matrix"][places[taxon]][places[predicted]]


def curve(metrics: dict, taxon: int | None) -> dict | None:
    """Precision against recall of one taxon: of this one where it has a curve, else of that with the most objects."""
    curves = metrics.get("precision_recall")
    rows = [row for row in per_taxon(metrics) if (curves or {}).get(str(row["taxon"]["id"]))]
    if not curves or not rows:
        return None
    matching = [row for row in rows if row["taxon"]["id"] == taxon]
    chosen = matching[0] if matching else rows[0]
    points = curves[str(chosen["taxon"]["id"])]
    base = chosen["support"] / max(metrics["n_held_out"], 1)
    return {
        "taxa": sorted((row["taxon"] for row in rows), key=lambda taxon: taxon["name"]),
        "chosen": chosen,
        "points": points,
        "base": base,
        "chart": precision_recall(chosen["taxon"]["name"], points, chosen.get("average_precision"), base),
    }


def learning(metrics: dict) -> dict | None:
    points = metrics.get("learning_curve")
    chart = learning_curve(points) if points else None
    if not points or chart is None:
        return None
    last, doubled = points["points"][-1], points.get("doubled")
    more = doubled["macro_f1"] - last["macro_f1"] if doubled else None
    return {**points, "chart": chart, "last": last, "gain": more}


def reliability(metrics: dict) -> dict | None:
    entry = metrics.get("reliability")
    if not entry:
        return None
    after, before = entry["bins"], entry.get("before")
    return {"chart": reliability_diagram(after, before, _calibration_error(metrics)), "bins": after}


def _calibration_error(metrics: dict) -> str:
    before = metrics.get("ece_before")
    if metrics.get("ece") is None:
        return ""
    but = f", before calibration {before:.3f}" if before is not None else ""
    return f"Expected calibration error {metrics['ece']:.3f}{but}."


def hierarchy(metrics: dict) -> dict | None:
    entry_of_tree = metrics.get("hierarchy")
    if not entry_of_tree:
        return None
    steps = _rolled_up(entry_of_tree["steps"])
    wrong = sum(entry["count"] for entry in steps if entry["steps"] > 0)
    near = sum(entry["count"] for entry in steps if entry["steps"] == 1)
    return {
        **entry_of_tree,
        "wrong": wrong,
        "near": near,
        "near_percent": round(100 * near / wrong) if wrong else None,
        "chart": error_distances(steps),
    }


def _rolled_up(steps: list[dict]) -> list[dict]:
    """What is farther than the chart is long counts as its last step."""
    counts: dict[int, int] = {}
    for entry in steps:
        step = min(entry["steps"], MOST_STEPS)
        counts[step] = counts.get(step, 0) + entry["count"]
    return [{"steps": step, "count": counts[step]} for step in sorted(counts)]


def conformal(metrics: dict) -> dict | None:
    rows = metrics.get("conformal")
    if not rows:
        return None
    rows = [{**row, "is_one": row["mean_size"] is not None and row["mean_size"] < ALMOST_ONE} for row in rows]
    middle = next((row for row in rows if row["coverage"] == 0.9), rows[-1])
    ones = [row for row in rows if row["is_one"]]
    return {"rows": rows, "middle": middle, "ones": ones}


def novelty(metrics: dict) -> dict | None:
    """How far what is far away lies: cosine distance to the k-th neighbour among what was learnt."""
    entry = metrics.get("novelty")
    if not entry or len(entry.get("quantiles") or []) != 101:
        return None
    quantiles = entry["quantiles"]
    return {"neighbours": entry["neighbours"], "median": quantiles[50], "far": quantiles[95]}


def traits(metrics: dict) -> list[dict]:
    """With `is_better`: whether the model knows more of the trait than the taxon tells."""
    rows = []
    for entry in metrics.get("traits") or []:
        ours, guess = entry.get("average_precision"), entry.get("by_taxon_frequency")
        within, by_guess = entry.get("within_taxon"), entry.get("within_taxon_guess")
        error, guessed = entry.get("mae"), entry.get("mae_by_taxon")
        better = None
        if within is not None and by_guess is not None:
            better = within > by_guess
        elif ours is not None and guess is not None:
            better = ours > guess
        elif error is not None and guessed is not None:
            better = error < guessed
        rows.append({**entry, "is_better": better})
    return rows


def shift(metrics: dict) -> dict | None:
    """Per sample how often the model is right and how sure it is; `metrics` are those that a person may see."""
    samples = metrics.get("samples")
    if not samples:
        return None
    worst = min(samples, key=lambda sample: sample["macro_f1"])
    return {
        "chart": sample_dots(samples),
        "rows": sorted(samples, key=lambda sample: sample["accuracy"]),
        "worst": worst,
    }
