"""Metrics that others made: a model may come from anywhere, and its page makes sense of them as far as it can."""

from annotations.learning import figures
from annotations.learning.precision_costs import promises

READ_BY = {
    "precision_recall": lambda metrics: figures.curve(metrics, None),
    "learning_curve": figures.learning,
    "reliability": figures.reliability,
    "hierarchy": figures.hierarchy,
    "thresholds": lambda metrics: promises(metrics, None),
    "conformal": figures.conformal,
    "novelty": figures.novelty,
    "traits": figures.traits,
    "samples": lambda metrics: figures.shift(
        {**metrics, "samples": [{**entry, "name": entry["sample"]} for entry in metrics["samples"]]}
    ),
    "baseline": figures.gain,
}


def readable(metrics: dict) -> dict:
    """Without the parts that the page could make no sense of: a model may come from anywhere."""
    if not metrics:
        return {}
    taxa = [
        {**entry, "taxon": {"id": int(entry["taxon"]), "name": entry["taxon"]}}
        for entry in metrics["per_taxon"]
    ]
    parts = {key: value for key, value in metrics.items() if key != "worst"}  # objects of another site
    for part, read in READ_BY.items():
        try:
            if parts.get(part):
                read({**parts, "per_taxon": taxa})
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
            del parts[part]
    return parts
