"""A network that finds objects on scans as something that travels: the zip of its folder, with a card beside.

Nobody's scans are named in it: of figures their numbers alone go out. What comes from others is not trusted.
"""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from classifier.contract.errors import ClassifierError
from classifier.contract.untrusted import is_finite, is_text
from classifier.inference.backbone_package import read_card
from classifier.inference.checking import CARD, RENEW, WEIGHTS, read_json

TRAVELS = ("config.json", "metrics.json", "history.jsonl", "README.md")
NUMBERS = ("scans", "organisms", "minutes")
MOST_LETTERS = 50  # of the name of a device


def pack_scan_network(
    folder: Path, out: Path, about: Mapping[str, str], readme: Callable[[dict, dict], str] | None
) -> None:
    """Writes the zip. `about` has the words of a card, `readme` makes one of config and metrics; without it the folder
    came from elsewhere, where it had no names, and its files go on as they are."""
    config = read_json(folder, "config.json")
    card = {**{name: config[name] for name in ("method", "classes", "pixel_um")}, **about}
    texts = {CARD: json.dumps(card, indent=1)}
    if readme:
        metrics = _without_names(read_json(folder, "metrics.json"))
        texts |= {"metrics.json": json.dumps(metrics, indent=1), "README.md": readme(config, metrics)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        archive.write(folder / WEIGHTS, WEIGHTS, zipfile.ZIP_STORED)  # weights hardly shrink
        for name in (each for each in TRAVELS if each not in texts and (folder / each).exists()):
            archive.write(folder / name, name)


def _without_names(metrics: dict[str, Any]) -> dict[str, Any]:
    """How many scans were held out, not which."""
    held_out = metrics.get("held_out")
    if not held_out:
        return metrics
    count = len(held_out["scans"])
    return metrics | {"held_out": held_out | {"scans": [f"scan {n}" for n in range(1, count + 1)]}}


def foreign_scan_network(folder: Path, kinds: Mapping[str, Callable[[Path], Any]]) -> tuple[str, dict, dict]:
    """What kind it is, its config and the words of its card, when it has been loaded by the loader of its kind.

    Raises ClassifierError for what is none of these kinds, or whose files do not fit each other.
    """
    config = read_json(folder, "config.json")
    kind = config.get("method")
    if not isinstance(kind, str) or kind not in kinds:
        raise ClassifierError(f"This is no network that finds objects on scans: it is {kind!r}. {RENEW}")
    try:
        kinds[kind](folder)
    except ClassifierError as error:  # of whoever asks it is a zip, wherever it lies here
        raise ClassifierError(str(error).replace(str(folder), "The folder")) from error
    except (RuntimeError, KeyError, ValueError, TypeError, AttributeError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ClassifierError(f"The weights do not fit config.json: {reason}. {RENEW}") from error
    return kind, config, read_card(folder)


def foreign_scan_figures(folder: Path) -> dict[str, Any]:
    """Figures that pages read of how it learnt, where they are numbers. What it found elsewhere is in its card."""
    metrics = read_json(folder, "metrics.json") if (folder / "metrics.json").exists() else {}
    device = metrics.get("device")
    figures = {name: metrics[name] for name in NUMBERS if is_finite(metrics.get(name))}
    return figures | ({"device": device} if is_text(device, MOST_LETTERS) else {})
