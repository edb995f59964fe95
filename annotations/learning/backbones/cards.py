"""What a backbone's card says where it goes, and what of a card and of figures is taken over where it comes in."""

import uuid
from typing import Any

from annotations.learning.models import Backbone
from classifier.contract.pretraining import LOSSES, PRETRAIN_OFFERED
from classifier.contract.settings import SettingError
from classifier.contract.untrusted import is_finite, is_text

MOST_LETTERS = 50  # of the name of a device
NUMBERS = (
    "loss",
    "knn_accuracy",
    "linear_accuracy",
    "images",
    "labelled",
    "held_out",
    "unreadable",
    "epoch",
    "minutes",
)
PROBES = ("knn_accuracy", "linear_accuracy", "held_out", "labelled")  # all of them or none


def card_of_export(backbone: Backbone, licence: str, source: str) -> dict[str, str]:
    """No names of projects, samples or people. What a person says goes before what it came with."""
    return {
        "name": _name_without_projects(backbone),
        "mark": str(backbone.mark),
        "licence": licence or backbone.card.get("licence", ""),
        "source": source or backbone.card.get("source", ""),
        "trained_on": backbone.card.get("trained_on") or _trained_on(backbone),
    }


def _name_without_projects(backbone: Backbone) -> str:
    """A backbone is called after its first project where nobody has named it."""
    titles = backbone.projects.values_list("title", flat=True)
    if any(title.casefold() in backbone.name.casefold() for title in titles):
        return f"{backbone.network}, without labels"
    return backbone.name


def _trained_on(backbone: Backbone) -> str:
    metrics, loss = backbone.metrics, backbone.settings.get("loss", "simclr")
    return f"{metrics.get('images', 0):,} images without labels, {metrics.get('epoch', 0)} epochs. {LOSSES[loss]}."


def mark_of(card: dict[str, str]) -> uuid.UUID:
    """By which a copy is known to be one; a new one where the card has none."""
    try:
        return uuid.UUID(card["mark"])
    except ValueError:
        return uuid.uuid4()


def settings_of(config: dict) -> dict[str, Any]:
    """What the site knows a backbone by, as far as it is what a form could have sent."""
    settings = config["settings"] | {
        "backbone": config["fitted"]["network"]["backbone"],
        "image_size": config["preprocessing"]["image_size"],
    }
    return {name: settings[name] for name in PRETRAIN_OFFERED if _is_right(name, settings.get(name))}


def _is_right(name: str, value: Any) -> bool:
    if name == "image_size":  # has been checked
        return True
    try:
        PRETRAIN_OFFERED[name].check(value)
    except SettingError:
        return False
    return value is not None


def foreign_figures(metrics: dict, config: dict) -> dict[str, Any]:
    """The figures that pages and tables read, where they are numbers."""
    figures = {name: metrics[name] for name in NUMBERS if is_finite(metrics.get(name))}
    if not all(name in figures for name in PROBES):
        figures = {name: value for name, value in figures.items() if name not in PROBES}
    device = metrics.get("device")
    return figures | {
        "dimensions": config["fitted"]["dimensions"],
        **({"device": device} if is_text(device, MOST_LETTERS) else {}),
    }
