"""A backbone as something that travels: weights as safetensors, and a card that says what it is and may be used for.

The zip is that of a model's folder, with `card.json` beside `config.json`. What comes from others is not trusted.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from classifier.contract.backbones import BACKBONES, TIMM
from classifier.contract.errors import ClassifierError
from classifier.contract.untrusted import is_finite, is_text
from classifier.inference.checking import (
    CARD,
    RENEW,
    WEIGHTS,
    check_side_of,
    read_json,
    refuse_incomplete,
    tensor_shapes,
)
from classifier.inference.embedding import load_embedder
from classifier.inference.formats import BACKBONE
from classifier.methods.frozen import FEATURES
from classifier.models.network import Architecture

WORDS = ("name", "licence", "source", "trained_on")  # of a card, for people
MOST_LETTERS = 2000
TRAVELS = ("config.json", "metrics.json", "history.jsonl", "README.md")


def pack_backbone(folder: Path, out: Path, about: dict[str, str]) -> None:
    """Writes the zip. `about` has the WORDS and whatever else its maker wants to know it by."""
    card = card_of(verify_backbone(folder)) | about
    draft = out.with_suffix(".draft")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(CARD, json.dumps(card, indent=1))
            archive.write(folder / WEIGHTS, WEIGHTS, zipfile.ZIP_STORED)  # weights hardly shrink
            for name in TRAVELS:
                if (folder / name).exists():
                    archive.write(folder / name, name)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def card_of(config: dict) -> dict[str, Any]:
    """What a program needs to use the weights without this one: kind of network, size and scaling of its input."""
    fitted = config["fitted"]
    return {
        "kind": fitted["network"]["backbone"],
        "image_size": config["preprocessing"]["image_size"],
        "channels": 1,
        "mean": fitted["preprocessing"]["mean"],
        "deviation": fitted["preprocessing"]["std"],
        "dimensions": fitted["dimensions"],
    }


def verify_backbone(folder: Path) -> dict:
    """The config of a backbone's folder whose files are what they should be. Raises ClassifierError, else."""
    refuse_incomplete({path.name for path in folder.iterdir()} if folder.is_dir() else set())
    config = read_json(folder, "config.json")
    if config["method"] != BACKBONE:
        raise ClassifierError("This is no backbone but a model that names taxa: import it among the models.")
    check_side_of(config)
    wrong = [name for name, is_right in _checks(config).items() if not is_right]
    if wrong:
        raise ClassifierError(f"config.json has {', '.join(wrong)} missing or not as it should be. {RENEW}")
    if not any(name.startswith(FEATURES) for name in tensor_shapes(folder / WEIGHTS)):
        raise ClassifierError(f"{WEIGHTS} holds no weights of a backbone. {RENEW}")
    return config


def _checks(config: dict) -> dict[str, bool]:
    fitted = _dict(config.get("fitted"))
    network, grey = _dict(fitted.get("network")), _dict(fitted.get("preprocessing"))
    name = network.get("backbone")
    stems = (network.get("keep_resolution"), network.get("open_stem", False))
    return {
        "a network that is known": isinstance(name, str)
        and (name in dict(BACKBONES) or name.startswith(TIMM)),
        "how its first layers are": all(isinstance(stem, bool) for stem in stems),
        "the mean of its pictures": is_finite(grey.get("mean")),
        "their deviation": is_finite(grey.get("std")) and grey["std"] > 0,
        "dimensions": type(fitted.get("dimensions")) is int,
        "settings": isinstance(config.get("settings"), dict),
    }


def _dict(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def read_card(folder: Path) -> dict[str, str]:
    """The words of its card, none where a folder has no card. Raises ClassifierError where a word is no text."""
    card = read_json(folder, CARD) if (folder / CARD).exists() else {}
    words = {name: card.get(name, "") for name in (*WORDS, "mark")}
    for name, value in words.items():
        if not is_text(value, MOST_LETTERS):
            raise ClassifierError(f"`{name}` in {CARD} takes a text of at most {MOST_LETTERS:,} letters.")
    return words


def try_out_backbone(folder: Path) -> None:
    """Looks at one blank picture: do the weights fit what config.json says? Raises ClassifierError when they don't."""
    try:
        Architecture.from_json(read_json(folder, "config.json")["fitted"]["network"])
        embed = load_embedder(folder, "cpu")
        features = embed(np.full((1, embed.image_size, embed.image_size), 200, np.uint8))
    except (RuntimeError, KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ClassifierError(f"The weights do not fit config.json: {reason}. {RENEW}") from error
    if not np.isfinite(features).all():
        raise ClassifierError(
            f"The backbone gives no numbers for a picture: its weights are damaged. {RENEW}"
        )
