"""What folders of networks that find objects on scans have in common: weights, classes, the size of pixels."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from classifier.contract.errors import ClassifierError
from classifier.inference.checking import MOST_BYTES, RENEW, WEIGHTS
from classifier.inference.formats import FORMAT
from classifier.run_folder import RunFolder

FILES = (WEIGHTS, "config.json", "metrics.json", "README.md", "history.jsonl")
MOST_APART = 1.5  # times that pixels of a scan may be larger or smaller than those that were learnt from


class ScanShape(Protocol):
    """What weights fit to."""

    @property
    def channels(self) -> int:
        """1 grey, 3 colour."""
        ...


class ScanNetwork(Protocol):
    @property
    def shape(self) -> ScanShape: ...


NetworkOfScans = TypeVar("NetworkOfScans", bound=ScanNetwork)


@dataclass(frozen=True)
class LoadedNetwork(Generic[NetworkOfScans]):
    """A network that has learnt, with the names of its classes."""

    network: NetworkOfScans
    classes: list[str]
    pixel_um: list[float]  # of the scans that it learnt from, as far as anybody knows

    @property
    def colour(self) -> bool:
        return self.network.shape.channels == 3

    def require_size(self, pixel_um: float | None) -> None:
        """Raises ClassifierError for a scan whose pixels are much larger or smaller than it has learnt."""
        require_pixel_size(pixel_um, self.pixel_um)


def learning_facts(
    method: str,
    settings: Mapping[str, Any],
    classes: Sequence[str],
    pixel_um: Sequence[float],
    learnt_from: str,
) -> dict[str, Any]:
    """What decides the weights and what they say, as config.json has it."""
    return {
        "method": method,
        "classes": list(classes),
        "pixel_um": list(pixel_um),
        "settings": dict(settings),
        "learnt_from": learnt_from,
    }


def write_network(
    folder: RunFolder, network: nn.Module, config: dict, metrics: dict, card: str, libraries: Iterable[str]
) -> None:
    """`config.json` last: with it the folder is a network. `libraries` are those whose versions it names."""
    save_weights(folder, network)
    folder.write_json("metrics.json", metrics)
    (folder / "README.md").write_text(card, encoding="utf-8")
    versions = {name: version(name) for name in libraries}
    folder.write_json("config.json", {"format": FORMAT, **config, "versions": versions})


def finished_metrics(folder: RunFolder, facts: Mapping[str, Any]) -> dict | None:
    """Figures of the network whose config.json says all these `facts`, of which one is its method; None without one."""
    try:
        config = read_network_config(folder.path, facts["method"], "network", "train")
    except ClassifierError:
        return None
    is_same = all(config.get(name) == value for name, value in facts.items())
    return folder.read_json("metrics.json") if is_same else None


def check_bounds(shape: Mapping[str, Any], bounds: Mapping[str, tuple[int, int]]) -> None:
    """Raises ClassifierError for what is no whole number within its bounds."""
    for name, (low, high) in bounds.items():
        if type(shape[name]) is not int or not low <= shape[name] <= high:
            raise ClassifierError(
                f"`{name}` of the network is {shape[name]!r}, but takes {low} to {high}. {RENEW}"
            )


def save_weights(folder: RunFolder, network: nn.Module) -> None:
    """In the place of those that are there, whose config.json goes: it would say what these are not."""
    (folder / "config.json").unlink(missing_ok=True)
    save_file(
        {name: value.cpu().contiguous() for name, value in network.state_dict().items()}, folder / WEIGHTS
    )


def load_weights(folder: Path, network: nn.Module) -> None:
    """Raises ClassifierError for a file that does not fit the network."""
    try:
        network.load_state_dict(load_file(folder / WEIGHTS))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ClassifierError(f"{WEIGHTS} does not fit config.json ({str(error)[:200]}). {RENEW}") from error
    if not all(value.isfinite().all() for value in network.state_dict().values()):
        raise ClassifierError(f"{WEIGHTS} has weights that are no numbers. {RENEW}")


def weights_hash(folder: Path) -> str:
    """What tells one network from another."""
    return hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()[:16]


def read_network_config(folder: Path, method: str, noun: str, verb: str) -> dict:
    """config.json of what is called `noun` and made by `verb`. Raises ClassifierError for a folder that is none."""
    try:
        for name in ("config.json", WEIGHTS):
            if (folder / name).stat().st_size > MOST_BYTES[name]:
                raise ClassifierError(f"{name} is larger than a model's may be. {RENEW}")
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ClassifierError(f"{folder} is no {noun}: {Path(error.filename).name} is missing.") from error
    except ValueError as error:
        raise ClassifierError(f"config.json is no JSON ({error}). {RENEW}") from error
    if not isinstance(config, dict) or config.get("method") != method:
        raise ClassifierError(f"{folder} is no {noun}. Take a folder that `{verb}` wrote.")
    if config.get("format") != FORMAT:
        raise ClassifierError(f"{folder} was written by another version. Update, or train it again.")
    return config


def class_list(config: dict, count: int) -> list[str]:
    """The names of the classes, of which the network tells `count`. Raises ClassifierError."""
    classes = config.get("classes")
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ClassifierError(f"config.json has no list of `classes`. {RENEW}")
    if len(classes) != count:
        raise ClassifierError(f"config.json names {len(classes)} classes, the network {count}. {RENEW}")
    return classes


def require_pixel_size(pixel_um: float | None, learnt: Sequence[float]) -> None:
    """Raises ClassifierError for a scan whose pixels are much larger or smaller than those that were `learnt` from;
    what nobody knows is not compared."""
    if not pixel_um or not learnt:
        return
    low, high = min(learnt) / MOST_APART, max(learnt) * MOST_APART
    if not low <= pixel_um <= high:
        sizes = " to ".join(f"{um:g}" for um in sorted({min(learnt), max(learnt)}))
        raise ClassifierError(
            f"The scan has {pixel_um:g} µm a pixel, the network learnt from {sizes}: organisms would be of another "
            "size to it. Scale the scan, or train with scans like it."
        )
