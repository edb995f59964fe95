"""Folders of models as earlier versions wrote them, read in today's words.

Format 3 said `way` and `judge` for `method` and `calibrator`, and kept the calibrator in judge.safetensors.
"""

import json
from pathlib import Path

FORMAT = 4
READABLE = (3, FORMAT)
RENAMED = {"way": "method", "judge": "calibrator"}
CALIBRATOR, OLD_CALIBRATOR = "calibrator.safetensors", "judge.safetensors"


def read_config(folder: Path) -> dict:
    """config.json of a model's folder. Raises FileNotFoundError."""
    return upgraded(json.loads((folder / "config.json").read_text()))


def upgraded(content: dict) -> dict:
    """What config.json or metrics.json holds, in today's words."""
    renamed = {RENAMED.get(name, name): value for name, value in content.items()}
    if isinstance(settings := renamed.get("settings"), dict):
        renamed["settings"] = {RENAMED.get(name, name): value for name, value in settings.items()}
    return renamed | ({"format": FORMAT} if renamed.get("format") in READABLE else {})


def calibrator_file(folder: Path) -> Path:
    """Where the folder keeps its calibrator, under today's name or the earlier one."""
    old = folder / OLD_CALIBRATOR
    return old if old.exists() and not (folder / CALIBRATOR).exists() else folder / CALIBRATOR
