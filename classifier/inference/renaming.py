"""Other names for the classes of a model, in all its files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from classifier.inference.checking import read_json


def rename_classes(folder: Path, new: dict[str, str]) -> None:
    """Gives classes and taxa other keys, in all files that name them; `new` has every class, and may have ancestors."""
    config = read_json(folder, "config.json")
    (folder / "config.json").write_text(json.dumps(_renamed(config, new, _CONFIG), indent=1))
    if (folder / "metrics.json").exists():
        metrics = read_json(folder, "metrics.json")
        (folder / "metrics.json").write_text(json.dumps(_renamed(metrics, new, _METRICS), indent=1))


Rename = Callable[[Any, Callable[[Any], Any]], Any]
_CONFIG: dict[str, Rename] = {
    "classes": lambda content, key: [key(name) for name in content],
    "taxa": lambda content, key: {
        key(name): {**entry, "parent": key(entry.get("parent"))} for name, entry in content.items()
    },
    "thresholds": lambda content, key: _keys(content, key),
}
_METRICS: dict[str, Rename] = {
    "per_taxon": lambda content, key: [{**entry, "taxon": key(entry["taxon"])} for entry in content],
    "confusion": lambda content, key: {**content, "labels": [key(name) for name in content["labels"]]},
    "precision_recall": lambda content, key: {key(name): points for name, points in content.items()},
    "thresholds": lambda content, key: _keys(content, key),
}


def _renamed(content: dict, new: dict[str, str], places: dict[str, Rename]) -> dict:
    def key(name: Any) -> Any:
        return new.get(name, name)

    return {
        name: places[name](value, key) if name in places and value else value
        for name, value in content.items()
    }


def _keys(thresholds: Any, key: Callable[[Any], Any]) -> Any:
    """Of dicts within dicts, as thresholds are: by precision, then by taxon."""
    if not isinstance(thresholds, dict):
        return thresholds
    return {
        precision: {key(name): value for name, value in by_taxon.items()}
        if isinstance(by_taxon, dict)
        else by_taxon
        for precision, by_taxon in thresholds.items()
    }
