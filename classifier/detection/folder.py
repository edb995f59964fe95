"""A detector's folder, in the shape of a model's.

model.safetensors   weights
config.json         `method` detector, its shape, its classes, the score from which on it proposes, the size of pixels
                    that it learnt from, settings, versions
metrics.json        what held-out scans say
README.md           its card, for people
history.jsonl       one line an epoch
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from classifier.contract.detection import DETECTOR_BACKBONES
from classifier.contract.errors import ClassifierError
from classifier.detection.retinanet.anchors import STRIDES
from classifier.detection.retinanet.network import Detector, DetectorShape
from classifier.inference.checking import RENEW
from classifier.inference.device import choose_device
from classifier.inference.network_folder import (
    LoadedNetwork,
    check_bounds,
    class_list,
    load_weights,
    read_network_config,
    write_network,
)
from classifier.run_folder import RunFolder

METHOD = "detector"
LIBRARIES = ("torch", "torchvision", "numpy")
BOUNDS = {"channels": (1, 3), "classes": (1, 1000), "width": (8, 256), "shrink": (1, 16)}
SIDES = (1, 4096)  # pixels of an anchor


@dataclass(frozen=True)
class LoadedDetector(LoadedNetwork[Detector]):
    """A detector that has learnt, with the score from which on it proposes; its classes count from 0 on."""

    score: float


def write_detector(
    folder: RunFolder, network: Detector, score: float, facts: Mapping[str, Any], metrics: dict
) -> None:
    config = {**facts, "score": score, "network": asdict(network.shape)}
    write_network(folder, network, config, metrics, detector_card(config, metrics), LIBRARIES)


def load_detector(folder: Path, device: str = "auto") -> LoadedDetector:
    """Raises ClassifierError for a folder that is none, or whose files do not fit each other."""
    config = read_network_config(folder, METHOD, "detector", "train-detector")
    shape = _shape(config.get("network"))
    classes, score = class_list(config, shape.classes), config.get("score")
    if not isinstance(score, float) or not 0 <= score <= 1:
        raise ClassifierError(f"config.json has the score {score!r}, but takes 0 to 1. {RENEW}")
    network = Detector(shape)
    if (config.get("settings") or {}).get("frozen"):
        network.body.freeze()
    load_weights(folder, network)
    network = network.eval().requires_grad_(False).on(choose_device(device))
    return LoadedDetector(network, classes, list(map(float, config.get("pixel_um") or [])), score)


def _shape(values: object) -> DetectorShape:
    if not isinstance(values, dict) or set(values) != {*BOUNDS, "backbone", "sizes", "ratios"}:
        raise ClassifierError(f"config.json says nothing of the network. {RENEW}")
    check_bounds(values, BOUNDS)
    sizes, ratios = _numbers(values["sizes"], len(STRIDES)), _numbers([values["ratios"]], 1)[0]
    if values["backbone"] not in DETECTOR_BACKBONES:
        raise ClassifierError(f"The backbone {values['backbone']!r} is not known here. {RENEW}")
    return DetectorShape(**values | {"sizes": sizes, "ratios": ratios})


def _numbers(rows: object, count: int) -> tuple[tuple[float, ...], ...]:
    if not isinstance(rows, list) or len(rows) != count:
        raise ClassifierError(f"config.json has no anchors. {RENEW}")
    for row in rows:
        if not isinstance(row, list) or not 1 <= len(row) <= 9 or len(row) != len(rows[0]):
            raise ClassifierError(f"config.json has no anchors. {RENEW}")
        if not all(type(number) in (int, float) and 0 < number <= SIDES[1] for number in row):
            raise ClassifierError(f"config.json has anchors beyond {SIDES[1]} pixels. {RENEW}")
    return tuple(tuple(map(float, row)) for row in rows)


def detector_card(config: dict, metrics: dict) -> str:
    """What a person should know who finds the folder."""
    shape, settings = config["network"], config["settings"]
    sizes = ", ".join(f"{um:g} µm" for um in config["pixel_um"]) or "not known"
    lines = [
        f"# Detector of objects on scans: {', '.join(config['classes'])}",
        "",
        f"- Learnt from {metrics['scans']:,} scans with {metrics['organisms']:,} boxes, {settings['epochs']} epochs of "
        f"{settings['steps']} steps, {metrics['minutes']:.1f} minutes on {metrics['device']}.",
        f"- RetinaNet on {shape['backbone']}{', frozen' if settings['frozen'] else ''}; looks at "
        f"{'colours' if shape['channels'] == 3 else 'grey'}, {shape['shrink']} pixels taken as one; pixels of {sizes}.",
        f"- Proposes from a score of {config['score']:.2f} on, the best on the scans that it learnt from.",
        f"- {summary(metrics['held_out'])}",
        "",
        "`python -m classifier detect SCAN OUT --model FOLDER` cuts a scan into vignettes with it.",
        "",
    ]
    return "\n".join(lines)


def summary(figures: dict | None) -> str:
    """What held-out scans say, in a sentence."""
    if not figures:
        return "Nothing was held out: nobody knows how good it is."
    names = {
        "f1": "F1",
        "precision": "precision",
        "recall": "recall",
        "average_precision": "average precision",
    }
    objects, bounds = figures["objects"], figures["objects"]["intervals"]
    parts = [_with_interval(words, objects[name], bounds[name]) for name, words in names.items()]
    return f"On held-out {_listed(figures['scans'])}: {', '.join(parts)}."


def _listed(scans: Sequence[str], most: int = 3) -> str:
    named = ", ".join(scans[:most])
    return named if len(scans) <= most else f"{named} and {len(scans) - most:,} more"


def _with_interval(name: str, figure: float | None, bounds: Sequence[float] | None) -> str:
    if figure is None:
        return f"{name} –"
    return f"{name} {figure:.3f}" + (f" ({bounds[0]:.3f} to {bounds[1]:.3f})" if bounds else "")
