"""What a precision that is asked of a model would cost: which taxa can promise it, which need more to be checked."""

import math

from annotations.common.percent import percent

FEW_SAMPLES = 5  # held out to choose by, below which it is hardly known how much samples differ
USUAL = 0.95  # the precision that the page tells of where none is asked for


def promises(metrics: dict, model_precision: float | None) -> dict | None:
    """For each precision that can be asked for, what it would cost; highlighted is that of the model, or the usual one,
    or the highest."""
    thresholds = metrics.get("thresholds")
    if not thresholds:
        return None
    back_off = {round(entry["precision"], 4): entry for entry in metrics.get("back_off") or []}
    names = {str(entry["taxon"]["id"]): entry["taxon"]["name"] for entry in metrics["per_taxon"]}
    precisions = sorted(thresholds.items(), key=lambda item: float(item[0]))
    rows = [
        _row(float(text), by_taxon, back_off.get(round(float(text), 4)) or {}, names)
        for text, by_taxon in precisions
    ]
    highlighted = _highlighted(rows, model_precision)
    samples = (highlighted["back_off"] or {}).get("samples")
    return {
        "rows": rows,
        "precision": model_precision,
        "highlighted": highlighted,
        "are_none": not any(row["able"] for row in rows),
        "samples": samples,
        "is_older": samples is None,
        "are_few": samples is not None and samples < FEW_SAMPLES,
    }


def _row(precision: float, by_taxon: dict, entry: dict, names: dict[str, str]) -> dict:
    """`entry` is what naming a taxon above costs at that precision; empty in older models."""
    unpromised = [taxon for taxon, threshold in by_taxon.items() if threshold is None]
    more_samples = entry.get("more_samples") or {}
    in_few = [taxon for taxon in unpromised if taxon in more_samples]
    return {
        "precision": precision,
        "percent": percent(precision),
        "back_off": entry or None,
        "taxa": len(by_taxon),
        "able": len(by_taxon) - len(unpromised),
        "weak": sorted(names.get(taxon, taxon) for taxon in unpromised if taxon not in more_samples),
        "in_few_samples": sorted((names.get(taxon, taxon), more_samples[taxon]) for taxon in in_few),
        "least": entry.get("least") or least_checked(precision),
    }


def _highlighted(rows: list[dict], model_precision: float | None) -> dict:
    by_precision = {row["precision"]: row for row in rows}
    return next((by_precision[p] for p in (model_precision, USUAL) if p in by_precision), rows[-1])


def least_checked(precision: float) -> int:
    """So many checked objects of one taxon support a precision with 95 % confidence: 0.95⁵⁹ < 0.05. Where several taxa
    share the risk each needs more: then the metrics say how many."""
    return math.ceil(math.log(0.05) / math.log(precision))
