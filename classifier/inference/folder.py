"""A model's folder as something that travels: packed for others, and not trusted when it comes from others."""

import json
import math
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file

from classifier.contract.errors import ClassifierError
from classifier.contract.settings import METHODS
from classifier.inference.card import card
from classifier.inference.formats import CALIBRATOR, OLD_CALIBRATOR, calibrator_file, upgraded

MB = 2**20
WEIGHTS, HELD_OUT = "model.safetensors", "held_out.parquet"
MOST_BYTES = {  # of each file that a folder may have
    WEIGHTS: 4096 * MB,
    CALIBRATOR: 1024 * MB,
    OLD_CALIBRATOR: 1024 * MB,
    "config.json": 32 * MB,
    "metrics.json": 64 * MB,
    "history.jsonl": 64 * MB,
    "README.md": MB,
    HELD_OUT: 512 * MB,
}
PARTS = [name for name in MOST_BYTES if name != OLD_CALIBRATOR]
NEEDED = ("config.json", WEIGHTS)
PICKLES = {".pt", ".pth", ".pkl", ".pickle", ".joblib", ".bin", ".ckpt", ".npy", ".npz"}
MOST_RATIO, RATIO_FROM = 200, 10 * MB  # figures pack 20 to 1, a zip bomb 1,000 to 1
MOST_CLASSES = 20_000
SIDES = (16, 1024)  # pixels that a picture may be scaled to
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError)
RENEW = "Export the model again where it comes from."


# --- Out --------------------------------------------------------------------------------------------------------------


def pack(folder: Path, out: Path, about: dict | None = None, held_out: bool = False) -> None:
    """Writes the folder as a zip with a model card: all that prediction needs, and nothing of people.

    `about` has name, notes, projects, facts of the learning set. What names objects, samples or people stays at home,
    unless `held_out` asks for the table of the held-out objects.
    """
    config = verify(folder)
    metrics = portable_metrics(
        _read_json(folder, "metrics.json") if (folder / "metrics.json").exists() else {}
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


# --- In ---------------------------------------------------------------------------------------------------------------


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


def unpack(archive: Path, into: Path) -> None:
    """Writes the files of a packed model into a folder, none outside of it, none that does not belong to a model.

    Raises ClassifierError that says what is wrong with the archive.
    """
    try:
        with zipfile.ZipFile(archive) as source:
            members = _members(source)
            into.mkdir(parents=True, exist_ok=True)
            for name, member in members.items():
                with source.open(member) as packed, (into / name).open("wb") as file:
                    shutil.copyfileobj(packed, file, MB)  # ends at the size that was checked
    except DAMAGE as error:
        raise ClassifierError(f"The zip cannot be unpacked ({error}). {RENEW}") from error


def _members(source: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """By their names in the folder of the model, which may itself be a folder of the zip."""
    members: dict[str, zipfile.ZipInfo] = {}
    tops = set()
    for member in source.infolist():
        path = PurePosixPath(member.filename)
        if member.is_dir() or path.parts[:1] == ("__MACOSX",) or path.name == ".DS_Store":
            continue
        _refuse_path(member, path)
        _refuse_kind(path)
        _refuse_size(member, path.name)
        if path.name in members:
            raise ClassifierError(f"The zip has {path.name} twice. {RENEW}")
        members[path.name] = member
        tops.add(path.parent)
    if len(tops) > 1:
        raise ClassifierError(f"The files of the zip lie in several folders: a model is one folder. {RENEW}")
    _refuse_incomplete(set(members))
    return members


def _refuse_path(member: zipfile.ZipInfo, path: PurePosixPath) -> None:
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in member.filename
        or ":" in member.filename
        or is_link
    ):
        raise ClassifierError(
            f"The zip has {member.filename!r}, which would lie outside of the model. {RENEW}"
        )


def _refuse_kind(path: PurePosixPath) -> None:
    if path.suffix.lower() in PICKLES:
        raise ClassifierError(
            f"The zip has {path.name}, which can run code when it is read: weights come as safetensors alone."
        )
    if path.name not in MOST_BYTES or len(path.parts) > 2:
        raise ClassifierError(
            f"The zip has {str(path)!r}, which is no part of a model. A model has {', '.join(PARTS)}."
        )


def _refuse_size(member: zipfile.ZipInfo, name: str) -> None:
    most = MOST_BYTES[name]
    is_bomb = member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1)
    if member.file_size > most or is_bomb:
        raise ClassifierError(
            f"{name} would unpack to {member.file_size / MB:,.0f} MB, which no model has: at most {most // MB} MB."
        )


def _refuse_incomplete(names: set[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise ClassifierError(f"This is no model: {' and '.join(missing)} is missing. {RENEW}")


def verify(folder: Path) -> dict:
    """The config of a model's folder whose files are what they should be. Raises ClassifierError, else."""
    _refuse_incomplete({path.name for path in folder.iterdir()} if folder.is_dir() else set())
    config = _read_json(folder, "config.json")
    _check_config(config)
    for name in (WEIGHTS, calibrator_file(folder).name):
        if (folder / name).exists():
            tensor_shapes(folder / name)
    if (folder / "metrics.json").exists():
        _check_metrics(_read_json(folder, "metrics.json"), set(config["classes"]))
    return config


def tensor_shapes(path: Path) -> dict[str, list[int]]:
    """Read from the header alone. Raises ClassifierError where the file is no safetensors."""
    try:
        with safe_open(path, framework="numpy") as tensors:
            return {name: tensors.get_slice(name).get_shape() for name in tensors.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ClassifierError(f"{path.name} is no file of safetensors ({error}). {RENEW}") from error


def _check_config(config: Any) -> None:
    classes = config.get("classes")
    if not (isinstance(classes, list) and all(isinstance(name, str) and name for name in classes)):
        raise ClassifierError(f"config.json has no list of `classes`. {RENEW}")
    if not 2 <= len(classes) <= MOST_CLASSES or len(set(classes)) != len(classes):
        raise ClassifierError(
            f"config.json has {len(set(classes))} different classes of {len(classes)}, "
            f"but takes 2 to {MOST_CLASSES:,}."
        )
    side = (config.get("preprocessing") or {}).get("image_size")
    if type(side) is not int or not SIDES[0] <= side <= SIDES[1]:
        raise ClassifierError(
            f"config.json has the image size {side!r}, but takes {SIDES[0]} to {SIDES[1]} pixels."
        )
    if config.get("method", "network") not in METHODS:
        raise ClassifierError(
            f"config.json has the method {config['method']!r}, but takes one of {', '.join(METHODS)}."
        )
    taxa = config.get("taxa", {})
    if not isinstance(taxa, dict) or not all(isinstance(entry, dict) for entry in taxa.values()):
        raise ClassifierError(f"config.json has no tree of `taxa`. {RENEW}")


NUMBERS = ("accuracy", "balanced_accuracy", "macro_f1", "ece", "n_held_out", "n_train")
OF_TAXA = ("precision", "recall", "f1", "support")


def _check_metrics(metrics: dict, classes: set[str]) -> None:
    """What every page and table of models reads; further parts may be there or not."""
    rows, confusion = metrics.get("per_taxon"), metrics.get("confusion")
    wrong = [name for name in NUMBERS if not isinstance(metrics.get(name), int | float)]
    if not isinstance(rows, list) or any(
        not isinstance(row, dict) or not all(isinstance(row.get(name), int | float) for name in OF_TAXA)
        for row in rows
    ):
        wrong.append("per_taxon")
    elif not {row.get("taxon") for row in rows} <= classes:
        wrong.append("the taxa of per_taxon")
    if not isinstance(confusion, dict) or not _is_square(confusion, classes):
        wrong.append("confusion")
    if wrong:
        raise ClassifierError(f"metrics.json has {', '.join(wrong)} missing or not as it should be. {RENEW}")


def _is_square(confusion: dict, classes: set[str]) -> bool:
    labels, matrix = confusion.get("labels"), confusion.get("matrix")
    return (
        isinstance(labels, list)
        and isinstance(matrix, list)
        and set(labels) <= classes
        and len(matrix) == len(labels)
        and all(isinstance(row, list) and len(row) == len(labels) for row in matrix)
        and all(type(count) is int for row in matrix for count in row)
    )


def _read_json(folder: Path, name: str) -> dict:
    path = folder / name
    if path.stat().st_size > MOST_BYTES[name]:
        raise ClassifierError(f"{name} is larger than {MOST_BYTES[name] // MB} MB.")
    try:
        content = json.loads(path.read_text())
    except (ValueError, RecursionError) as error:
        raise ClassifierError(f"{name} is no JSON ({error}). {RENEW}") from error
    if not isinstance(content, dict):
        raise ClassifierError(f"{name} is no JSON object. {RENEW}")
    return upgraded(content)


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


# --- Other names for the classes --------------------------------------------------------------------------------------


def rename_classes(folder: Path, new: dict[str, str]) -> None:
    """Gives classes and taxa other keys, in all files that name them; `new` has every class, and may have ancestors."""
    config = _read_json(folder, "config.json")
    (folder / "config.json").write_text(json.dumps(_renamed(config, new, _CONFIG), indent=1))
    if (folder / "metrics.json").exists():
        metrics = _read_json(folder, "metrics.json")
        (folder / "metrics.json").write_text(json.dumps(_renamed(metrics, new, _METRICS), indent=1))


Rename = Callable[[Any, Callable[[Any], Any]], Any]
_CONFIG: dict[str, Rename] = {
    "classes": lambda found, key: [key(name) for name in found],
    "taxa": lambda found, key: {
        key(name): {**entry, "parent": key(entry.get("parent"))} for name, entry in found.items()
    },
    "thresholds": lambda found, key: _keys(found, key),
}
_METRICS: dict[str, Rename] = {
    "per_taxon": lambda found, key: [{**entry, "taxon": key(entry["taxon"])} for entry in found],
    "confusion": lambda found, key: {**found, "labels": [key(name) for name in found["labels"]]},
    "precision_recall": lambda found, key: {key(name): points for name, points in found.items()},
    "thresholds": lambda found, key: _keys(found, key),
}


def _renamed(content: dict, new: dict[str, str], places: dict[str, Rename]) -> dict:
    def key(name: Any) -> Any:
        return new.get(name, name)

    return {
        name: places[name](value, key) if name in places and value else value
        for name, value in content.items()
    }


def _keys(thresholds: Any, key: Callable[[Any], Any]) -> Any:
    """Of dicts within dicts, as thresholds are: by precision, then by taxon."""
    if not isinstance(thresholds, dict):
        return thresholds
    return {
        precision: {key(name): value for name, value in by_taxon.items()}
        if isinstance(by_taxon, dict)
        else by_taxon
        for precision, by_taxon in thresholds.items()
    }
