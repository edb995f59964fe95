"""A model's folder as something that travels: packed for others, and not trusted when it comes from others."""

import json
import math
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from classifier.contract.errors import ClassifierError
from classifier.inference.card import card
from classifier.inference.checking import (
    HELD_OUT,
    RENEW,
    WEIGHTS,
    read_json,
    verify,
)
from classifier.inference.formats import CALIBRATOR, calibrator_file
from classifier.inference.unpacking import unpack


def pack(folder: Path, out: Path, about: dict | None = None, held_out: bool = False) -> None:
    """Writes the folder as a zip with a model card: all that prediction needs, and nothing of people.

    `about` has name, notes, projects, facts of the learning set. What names objects, samples or people stays at home,
    unless `held_out` asks for the table of the held-out objects.
    """
    config = verify(folder)
    metrics = portable_metrics(
        read_json(folder, "metrics.json") if (folder / "metrics.json").exists() else {}
    )
    config = {**config, "about": about or config.get("about", {})}
    draft = out.with_suffix(".draft")
    try:
        with (
            zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
            tempfile.TemporaryDirectory() as scratch,
        ):
            archive.writestr("config.json", json.dumps(config, indent=1))
            archive.writestr("metrics.json", json.dumps(metrics, indent=1))
            archive.writestr("README.md", card(config, metrics))
            archive.write(folder / WEIGHTS, WEIGHTS, zipfile.ZIP_STORED)  # weights hardly shrink
            if (calibrator := calibrator_file(folder)).exists():
                archive.write(_nameless(calibrator, Path(scratch)), CALIBRATOR, zipfile.ZIP_STORED)
            for name in ("history.jsonl", *([HELD_OUT] if held_out else [])):
                if (folder / name).exists():
                    archive.write(folder / name, name)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def portable_metrics(metrics: dict) -> dict:
    """Without the objects and the names of samples that it was measured on."""
    portable = {key: value for key, value in metrics.items() if key != "worst"}
    if portable.get("samples"):
        portable["samples"] = [
            {**entry, "sample": f"sample {n}"} for n, entry in enumerate(portable["samples"], start=1)
        ]
    return portable


def _nameless(calibrator: Path, scratch: Path) -> Path:
    """The calibrator's tensors with −1 for the ids of objects: elsewhere they would be those of others."""
    tensors = load_file(calibrator)
    for name in tensors:
        if "object_id" in name:
            tensors[name] = np.full_like(tensors[name], -1)
    save_file(tensors, scratch / CALIBRATOR)
    return scratch / CALIBRATOR


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The folder of a model, whether it lies there as one or as a zip. Raises ClassifierError when it is none."""
    if path.is_dir():
        verify(path)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="seston-model-") as scratch:
        unpack(path, Path(scratch))
        verify(Path(scratch))
        yield Path(scratch)


def try_out(folder: Path) -> None:
    """Names one blank picture: do the weights fit what config.json says? Raises ClassifierError when they don't."""
    from PIL import Image

    from classifier.inference.predict import predict_chunks

    with tempfile.TemporaryDirectory(prefix="seston-model-") as scratch:
        blank = Path(scratch) / "blank.png"
        Image.new("L", (64, 32), 200).save(blank)
        try:
            (table,) = predict_chunks(str(folder), iter([(0, str(blank), math.nan)]), device="cpu", threads=1)
        except (RuntimeError, KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise ClassifierError(f"The weights do not fit config.json: {reason}. {RENEW}") from error
        if not np.isfinite(table["score1"].to_numpy()).all():
            raise ClassifierError(
                f"The model gives no number for a picture: its weights are damaged. {RENEW}"
            )
