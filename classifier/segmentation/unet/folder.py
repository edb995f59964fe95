"""A segmenter's folder, in the shape of a model's.

model.safetensors   weights
config.json         `method` unet, its shape, its classes, the size of pixels that it learnt from, settings, versions
metrics.json        what held-out scans say
README.md           its card, for people
history.jsonl       one line an epoch
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from classifier.contract.errors import ClassifierError
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
from classifier.segmentation.unet.network import Unet, UnetShape

METHOD = "unet"
LIBRARIES = ("torch", "numpy", "scikit-image", "scipy")
BOUNDS = {"channels": (1, 3), "classes": (2, 251), "width": (4, 128), "levels": (2, 6), "stride": (1, 8)}


class Segmenter(LoadedNetwork[Unet]):
    """A U-Net that has learnt; its classes count from 1 on."""


def write_segmenter(folder: RunFolder, network: Unet, facts: Mapping[str, Any], metrics: dict) -> None:
    config = {**facts, "network": asdict(network.shape)}
    write_network(folder, network, config, metrics, segmenter_card(config, metrics), LIBRARIES)


def load_segmenter(folder: Path, device: str = "auto") -> Segmenter:
    """Raises ClassifierError for a folder that is none, or whose files do not fit each other."""
    config = read_network_config(folder, METHOD, "segmenter", "train-segmenter")
    shape = _shape(config.get("network"))
    classes = class_list(config, shape.classes - 1)
    network = Unet(shape)
    load_weights(folder, network)
    sizes = config.get("pixel_um") or []
    return Segmenter(
        network.eval().requires_grad_(False).on(choose_device(device)), classes, list(map(float, sizes))
    )


def _shape(values: object) -> UnetShape:
    if not isinstance(values, dict) or set(values) != set(BOUNDS):
        raise ClassifierError(f"config.json says nothing of the network. {RENEW}")
    check_bounds(values, BOUNDS)
    return UnetShape(**values)


def segmenter_card(config: dict, metrics: dict) -> str:
    """What a person should know who finds the folder."""
    shape, settings = config["network"], config["settings"]
    sizes = ", ".join(f"{um:g} µm" for um in config["pixel_um"]) or "not known"
    lines = [
        f"# U-Net that segments scans: {', '.join(config['classes'])}",
        "",
        f"- Learnt from {metrics['scans']} scans with {metrics['organisms']:,} organisms, {settings['epochs']} epochs "
        f"of {settings['steps']} steps, {metrics['minutes']:.1f} minutes on {metrics['device']}.",
        f"- Looks at {'colours' if shape['channels'] == 3 else 'grey'}; pixels of {sizes}.",
        f"- {shape['width']} channels, {shape['levels']} levels, {shape['stride']} pixels taken as one.",
        f"- {summary(metrics['held_out'])}",
        "",
        "`python -m classifier segment SCAN OUT --model FOLDER` cuts a scan into objects with it.",
        "",
    ]
    return "\n".join(lines)


def summary(figures: dict | None) -> str:
    """What held-out scans say, in a sentence."""
    if not figures:
        return "Nothing was held out: nobody knows how good it is."
    objects, pixels = figures["objects"], figures["pixels"]
    low, high = objects["intervals"]["f1"] or (None, None)
    of_objects = {name: _written(objects[name]) for name in ("f1", "precision", "recall", "mean_iou")}
    return (
        f"On held-out {', '.join(figures['scans'])}: of the objects F1 {of_objects['f1']} ({_written(low)} to "
        f"{_written(high)}), precision {of_objects['precision']}, recall {of_objects['recall']}, mean IoU "
        f"{of_objects['mean_iou']}; of the pixels accuracy {_written(pixels['accuracy'])}, IoU "
        f"{_written(pixels['iou'])}."
    )


def _written(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.3f}"
