"""Whether a folder is a model: its files, its config, its figures. Nothing in it is trusted."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from classifier.contract.errors import ClassifierError
from classifier.contract.settings import METHODS
from classifier.inference.formats import (
    BACKBONE,
    CALIBRATOR,
    OLD_CALIBRATOR,
    calibrator_file,
    upgraded,
    upgraded_config,
)

MB = 2**20
WEIGHTS, HELD_OUT = "model.safetensors", "held_out.parquet"
CARD = "card.json"  # of a backbone
MOST_BYTES = {  # of each file that a folder may have
    WEIGHTS: 4096 * MB,
    CALIBRATOR: 1024 * MB,
    OLD_CALIBRATOR: 1024 * MB,
    "config.json": 32 * MB,
    "metrics.json": 64 * MB,
    "history.jsonl": 64 * MB,
    "README.md": MB,
    CARD: MB,
    HELD_OUT: 512 * MB,
}
PARTS = [name for name in MOST_BYTES if name not in (OLD_CALIBRATOR, CARD)]
NEEDED = ("config.json", WEIGHTS)
MOST_CLASSES = 20_000
SIDES = (16, 1024)  # pixels that a picture may be scaled to
RENEW = "Export the model again where it comes from."


def verify(folder: Path) -> dict:
    """The config of a model's folder whose files are what they should be. Raises ClassifierError, else."""
    refuse_incomplete({path.name for path in folder.iterdir()} if folder.is_dir() else set())
    config = read_json(folder, "config.json")
    if config["method"] == BACKBONE:
        raise ClassifierError("This is a backbone, which names nothing: import it among the backbones.")
    _check_config(config)
    for name in (WEIGHTS, calibrator_file(folder).name):
        if (folder / name).exists():
            tensor_shapes(folder / name)
    if (folder / "metrics.json").exists():
        _check_metrics(read_json(folder, "metrics.json"), set(config["classes"]))
    return config


def tensor_shapes(path: Path) -> dict[str, list[int]]:
    """Read from the header alone. Raises ClassifierError where the file is no safetensors."""
    try:
        with safe_open(path, framework="numpy") as tensors:
            names = tensors.keys()
            return {name: tensors.get_slice(name).get_shape() for name in names}
    except (SafetensorError, OSError) as error:
        raise ClassifierError(f"{path.name} is no file of safetensors ({error}). {RENEW}") from error


def _check_config(config: Any) -> None:
    classes = config.get("classes")
    if not (isinstance(classes, list) and all(isinstance(name, str) and name for name in classes)):
        raise ClassifierError(f"config.json has no list of `classes`. {RENEW}")
    if not 2 <= len(classes) <= MOST_CLASSES or len(set(classes)) != len(classes):
        raise ClassifierError(
            f"config.json has {len(set(classes))} different classes of {len(classes)}, "
            f"but takes 2 to {MOST_CLASSES:,}."
        )
    check_side_of(config)
    if config["method"] not in METHODS:
        raise ClassifierError(
            f"config.json has the method {config['method']!r}, but takes one of {', '.join(METHODS)}."
        )
    taxa = config.get("taxa", {})
    if not isinstance(taxa, dict) or not all(isinstance(entry, dict) for entry in taxa.values()):
        raise ClassifierError(f"config.json has no tree of `taxa`. {RENEW}")


def check_side_of(config: dict) -> None:
    preprocessing = config.get("preprocessing")
    side = preprocessing.get("image_size") if isinstance(preprocessing, dict) else None
    if type(side) is not int or not SIDES[0] <= side <= SIDES[1]:
        raise ClassifierError(
            f"config.json has the image size {side!r}, but takes {SIDES[0]} to {SIDES[1]} pixels."
        )


NUMBERS = ("accuracy", "balanced_accuracy", "macro_f1", "ece", "n_held_out", "n_train")
OF_TAXA = ("precision", "recall", "f1", "support")


def _check_metrics(metrics: dict, classes: set[str]) -> None:
    """What every page and table of models reads; further parts may be there or not."""
    rows, confusion = metrics.get("per_taxon"), metrics.get("confusion")
    wrong = [name for name in NUMBERS if not isinstance(metrics.get(name), int | float)]
    if not isinstance(rows, list) or any(
        not isinstance(row, dict) or not all(isinstance(row.get(name), int | float) for name in OF_TAXA)
        for row in rows
    ):
        wrong.append("per_taxon")
    elif not {row.get("taxon") for row in rows} <= classes:
        wrong.append("the taxa of per_taxon")
    if not isinstance(confusion, dict) or not _is_square(confusion, classes):
        wrong.append("confusion")
    if wrong:
        raise ClassifierError(f"metrics.json has {', '.join(wrong)} missing or not as it should be. {RENEW}")


def _is_square(confusion: dict, classes: set[str]) -> bool:
    labels, matrix = confusion.get("labels"), confusion.get("matrix")
    return (
        isinstance(labels, list)
        and isinstance(matrix, list)
        and set(labels) <= classes
        and len(matrix) == len(labels)
        and all(isinstance(row, list) and len(row) == len(labels) for row in matrix)
        and all(type(count) is int for row in matrix for count in row)
    )


def read_json(folder: Path, name: str) -> dict:
    path = folder / name
    if path.stat().st_size > MOST_BYTES[name]:
        raise ClassifierError(f"{name} is larger than {MOST_BYTES[name] // MB} MB.")
    try:
        content = json.loads(path.read_text())
    except (ValueError, RecursionError) as error:
        raise ClassifierError(f"{name} is no JSON ({error}). {RENEW}") from error
    if not isinstance(content, dict):
        raise ClassifierError(f"{name} is no JSON object. {RENEW}")
    return upgraded_config(content) if name == "config.json" else upgraded(content)


def refuse_incomplete(names: set[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise ClassifierError(f"This is no model: {' and '.join(missing)} is missing. {RENEW}")
