"""Folders of models as earlier versions wrote them, read in today's words.

Format 3 said `way` and `judge` for `method` and `calibrator`, and kept the calibrator in judge.safetensors. Before it
all were networks, and the settings of their training stood beside the classes.
"""

import json
from pathlib import Path

from classifier.contract.settings import SETTINGS

FORMAT = 4
BACKBONE = "backbone"  # the `method` of a folder that names nothing: models start from it
READABLE = (3, FORMAT)
RENAMED = {"way": "method", "judge": "calibrator"}
CALIBRATOR, OLD_CALIBRATOR = "calibrator.safetensors", "judge.safetensors"


def read_config(folder: Path) -> dict:
    """config.json of a model's folder. Raises FileNotFoundError."""
    return upgraded_config(json.loads((folder / "config.json").read_text()))


def upgraded_config(content: dict) -> dict:
    """What config.json holds, in today's words: `method` and `settings` are always there."""
    config = {"method": "network"} | upgraded(content)
    settings = {name: config.pop(name) for name in SETTINGS if name in config and name != "method"}
    if isinstance(own := config.get("settings"), dict):
        settings |= upgraded(own)
    is_readable = config.get("format") in READABLE
    return config | {"settings": settings} | ({"format": FORMAT} if is_readable else {})


def upgraded(content: dict) -> dict:
    """What metrics.json holds, or any part of a folder, by today's names."""
    return {RENAMED.get(name, name): value for name, value in content.items()}


def calibrator_file(folder: Path) -> Path:
    """Where the folder keeps its calibrator, under today's name or the earlier one."""
    old = folder / OLD_CALIBRATOR
    return old if old.exists() and not (folder / CALIBRATOR).exists() else folder / CALIBRATOR
