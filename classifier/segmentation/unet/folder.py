"""A segmenter's folder, in the shape of a model's.

model.safetensors   weights
config.json         `method` unet, its shape, its classes, the size of pixels that it learnt from, settings, versions
metrics.json        what held-out scans say
README.md           its card, for people
history.jsonl       one line an epoch
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from classifier.contract.errors import ClassifierError
from classifier.contract.unet import UnetRequest
from classifier.inference.checking import RENEW
from classifier.inference.device import choose_device
from classifier.inference.formats import FORMAT
from classifier.inference.network_folder import (
    class_list,
    load_weights,
    read_network_config,
    require_pixel_size,
    save_weights,
)
from classifier.run_folder import RunFolder
from classifier.segmentation.unet.network import Unet, UnetShape

METHOD, WEIGHTS = "unet", "model.safetensors"
FILES = (WEIGHTS, "config.json", "metrics.json", "README.md", "history.jsonl")
LIBRARIES = ("torch", "numpy", "scikit-image", "scipy")
BOUNDS = {"channels": (1, 3), "classes": (2, 251), "width": (4, 128), "levels": (2, 6), "stride": (1, 8)}


@dataclass(frozen=True)
class Segmenter:
    """A network that has learnt, with the names of its classes from 1 on."""

    network: Unet
    classes: list[str]
    pixel_um: list[float]  # of the scans that it learnt from, as far as anybody knows

    @property
    def colour(self) -> bool:
        return self.network.shape.channels == 3

    def require_size(self, pixel_um: float | None) -> None:
        """Raises ClassifierError for a scan whose pixels are much larger or smaller than it has learnt."""
        require_pixel_size(pixel_um, self.pixel_um)


def write_segmenter(
    folder: RunFolder,
    request: UnetRequest,
    network: Unet,
    classes: Sequence[str],
    pixel_um: Sequence[float],
    metrics: dict,
    learnt_from: str,
) -> None:
    """`config.json` last: with it the folder is a segmenter."""
    save_weights(folder, network)
    config = {
        "format": FORMAT,
        "method": METHOD,
        "classes": list(classes),
        "network": asdict(network.shape),
        "pixel_um": list(pixel_um),
        "settings": dict(request.settings),
        "learnt_from": learnt_from,
        "versions": {name: version(name) for name in LIBRARIES},
    }
    folder.write_json("metrics.json", metrics)
    (folder / "README.md").write_text(segmenter_card(config, metrics), encoding="utf-8")
    folder.write_json("config.json", config)


def finished_metrics(
    folder: RunFolder,
    request: UnetRequest,
    classes: Sequence[str],
    pixel_um: Sequence[float],
    learnt_from: str,
) -> dict | None:
    """Figures of the network that the same request made of the same scans; None where it has not."""
    try:
        config = read_network_config(folder.path, METHOD, "segmenter", "train-segmenter")
    except ClassifierError:
        return None
    facts = {
        "settings": dict(request.settings),
        "classes": list(classes),
        "pixel_um": list(pixel_um),
        "learnt_from": learnt_from,
    }
    is_same = all(config.get(name) == value for name, value in facts.items())
    return folder.read_json("metrics.json") if is_same else None


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
    for name, (low, high) in BOUNDS.items():
        if type(values[name]) is not int or not low <= values[name] <= high:
            raise ClassifierError(
                f"`{name}` of the network is {values[name]!r}, but takes {low} to {high}. {RENEW}"
            )
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
