"""The model card: what a model is, what it learnt from, how good it is and where it ends (Mitchell et al. 2019)."""

from classifier.contract.settings import METHODS, SETTINGS

FIGURES = [
    ("accuracy", "Accuracy"),
    ("balanced_accuracy", "Balanced accuracy"),
    ("macro_f1", "Macro-F1"),
    ("ece", "Calibration error (ECE)"),
]
FEW = 20  # held-out objects, below which a figure is uncertain
SPLITS = {
    "sample": "whole samples that the model never saw",
    "object": "objects that the model never saw, some of them from samples that it saw others of",
    "given": "the objects that the learning set sets aside",
}


def card(config: dict, metrics: dict) -> str:
    """Markdown, from config.json (with `about` where the site packed it) and metrics.json."""
    parts = [_what(config), _data(config, metrics), _figures(metrics), _taxa(config, metrics)]
    return "\n\n".join([*filter(None, parts), _limits(metrics), USE, _licence(config)]) + "\n"


def _licence(config: dict) -> str:
    """With that of the weights it started from, where they came from elsewhere."""
    weights, own = config.get("weights"), (config.get("about") or {}).get("licence")
    text = f"## Licence\n\nOf the weights: {own}." if own else LICENCE
    if not weights:
        return text
    return f"{text} It started from weights of {weights['source']}, whose licence is {weights['licence']}."


def _what(config: dict) -> str:
    about = config.get("about") or {}
    name = about.get("name") or "A classifier of plankton images"
    lines = [
        f"# {name}",
        "",
        f"Names single organisms on grey images: {METHODS[config['method']]}{_backbone(config)}. "
        f"It knows {len(config['classes'])} taxa, and gives calibrated probabilities.",
    ]
    if about.get("notes"):
        lines += ["", about["notes"]]
    return "\n".join(lines)


def _backbone(config: dict) -> str:
    backbone = config["settings"].get("backbone")
    return f" ({backbone})" if backbone and config["method"] in SETTINGS["backbone"].methods else ""


def _data(config: dict, metrics: dict) -> str:
    facts = (config.get("about") or {}).get("facts") or {}
    lines = ["## What it learnt from", ""]
    if facts.get("objects"):
        lines.append(
            f"- {facts['objects']:,} objects of {facts.get('taxa')} taxa from {facts.get('samples')} samples, "
            "each named by a person"
        )
    for key, words in (
        ("n_train", "learnt from"),
        ("n_machine", "learnt less from what nobody looked at, labelled by a rule:"),
        ("n_tune", "chosen and calibrated by"),
        ("n_held_out", "measured on"),
    ):
        if metrics.get(key):
            lines.append(f"- {words} {metrics[key]:,} objects")
    side = config["preprocessing"]["image_size"]
    lines.append(f"- pictures are scaled as a whole to {side} × {side} pixels, never stretched")
    if config["settings"].get("seed") is not None:
        lines.append(f"- seed: {config['settings']['seed']}")
    return "\n".join(lines)


def _figures(metrics: dict) -> str:
    present = [(key, name) for key, name in FIGURES if metrics.get(key) is not None]
    if not present:
        return ""
    split = SPLITS.get(metrics.get("split", ""), "objects that the model never saw")
    lines = [
        "## How good it is",
        "",
        f"On {metrics.get('n_held_out', 0):,} held-out objects: {split}.",
        "",
        "| | this model | 95 % interval | baseline | always the most frequent taxon |",
        "| --- | --- | --- | --- | --- |",
    ]
    baseline, guess = metrics.get("baseline") or {}, metrics.get("guess") or {}
    for key, name in present:
        low, high = (metrics.get("intervals") or {}).get(key) or (None, None)
        between = "" if low is None else f"{low:.3f} to {high:.3f}"
        others = [f"{other[key]:.3f}" if other.get(key) is not None else "" for other in (baseline, guess)]
        lines.append(f"| {name} | {metrics[key]:.3f} | {between} | {others[0]} | {others[1]} |")
    if baseline.get("name"):
        lines += ["", f"The baseline is {baseline['name']}."]
    return "\n".join(lines)


def _taxa(config: dict, metrics: dict) -> str:
    figures = {entry["taxon"]: entry for entry in metrics.get("per_taxon", [])}
    lines = [
        "## Taxa",
        "",
        "| taxon | precision | recall | F1 | held-out objects |",
        "| --- | --- | --- | --- | --- |",
    ]
    for key in config["classes"]:
        entry = figures.get(key)
        name = (config.get("taxa") or {}).get(key, {}).get("name") or key
        cells = (
            [f"{entry[figure]:.2f}" for figure in ("precision", "recall", "f1")] + [str(entry["support"])]
            if entry
            else [""] * 4
        )
        lines.append(f"| {' | '.join([name.replace('|', '/'), *cells])} |")
    return "\n".join(lines)


def _limits(metrics: dict) -> str:
    rare = sum(entry["support"] < FEW for entry in metrics.get("per_taxon", []))
    lines = [
        "## Where it ends",
        "",
        "- It knows the taxa above and no others: whatever it is shown, it names one of them. Look at the novelty of "
        "an object before you believe a name.",
        "- Scores are calibrated on images of the same instruments and waters. On others, check a few hundred first.",
        "- Shares of taxa that differ much from those it learnt from shift its errors.",
    ]
    if rare:
        lines.append(f"- {rare} taxa had fewer than {FEW} held-out objects: their figures are uncertain.")
    return "\n".join([*lines, *(f"- {warning}" for warning in metrics.get("warnings", []))])


USE = """## How to use it

In a checkout of Seston, which needs no server and no database for it:

```sh
make install
.venv/bin/python -m classifier predict THIS_FOLDER PICTURES --out names.csv
```"""
LICENCE = """## Licence

(to be filled in by the owner of the images and of the labels)"""
