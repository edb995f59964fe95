"""What a segmenter learns from: a CSV, a line a scan, with paths from where it lies.

scan       picture of any size: TIFF, PNG, JPEG
mask       what people drew on it, of the same size
kind       `labels` (each value of the mask an organism, as without the column), `semantic` (each value a class), or
           `coco`, as every .json is
classes    CSV of `value` and `name` that says what the values of the mask are; what is called `unlabelled` counts for
           nothing. Without it organisms are of one class, and values of a semantic mask are called by their number
pixel_um   side of a pixel in µm, may be empty
held_out   yes: it is measured on and not learnt from. With none named, the last of several is
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from classifier.contract.errors import ClassifierError

KINDS = ("labels", "semantic", "coco")
COLUMNS = ("scan", "mask", "kind", "classes", "pixel_um", "held_out")
TRUE, FALSE = {"yes", "true", "1"}, {"no", "false", "0", ""}
MOST_CLASSES = 250  # a byte a pixel, with the background and what is unlabelled


@dataclass(frozen=True)
class ScanEntry:
    """One line. `names` are those of the mask's values, empty where nobody says."""

    scan: Path
    mask: Path
    kind: str = "labels"
    pixel_um: float | None = None
    held_out: bool = False
    names: Mapping[int, str] = field(default_factory=dict)


def read_scans(path: Path) -> list[ScanEntry]:
    """At least one; of several at least one is held out. Raises ClassifierError with the line and what to do."""
    lines = read_rows(path, ("scan", "mask"))
    for name in lines[0] if lines else ():
        if name not in COLUMNS:
            raise ClassifierError(f"{path.name} has a column {name!r}. Columns are {', '.join(COLUMNS)}.")
    entries = [_entry(path, number, line) for number, line in enumerate(lines, 2)]
    if not entries:
        raise ClassifierError(f"{path.name} names no scan. Add a line for each.")
    if not any(entry.held_out for entry in entries) and len(entries) > 1:
        entries[-1] = replace(entries[-1], held_out=True)
    if all(entry.held_out for entry in entries):
        raise ClassifierError(f"{path.name} holds every scan out. Leave at least one to learn from.")
    return entries


def read_rows(path: Path, required: tuple[str, ...]) -> list[dict[str, str]]:
    """The lines of a CSV by their columns, without spaces around. Raises ClassifierError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in required if name not in (rows.fieldnames or ())]
            if missing:
                raise ClassifierError(f"{path.name} has no column {missing[0]!r}. Add it.")
            return [{name: (value or "").strip() for name, value in row.items() if name} for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ClassifierError(
            f"{path.name} can't be read as CSV ({error}). Save it as UTF-8, with commas."
        ) from error


def _entry(path: Path, number: int, row: Mapping[str, str]) -> ScanEntry:
    try:
        mask = _file(path, row["mask"])
        kind = "coco" if mask.suffix.lower() == ".json" else row.get("kind") or KINDS[0]
        return ScanEntry(
            _file(path, row["scan"]),
            mask,
            _kind(kind),
            _pixel_um(row.get("pixel_um", "")),
            _is_held_out(row.get("held_out", "")),
            read_names(_file(path, row["classes"])) if row.get("classes") else {},
        )
    except ValueError as error:
        raise ClassifierError(f"{path.name}, line {number}: {error}") from error


def _file(manifest: Path, name: str) -> Path:
    path = manifest.parent / name
    if not name or not path.is_file():
        raise ValueError(f"there is no file {name!r}. Correct the path.")
    return path


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"`kind` is {kind!r}, but takes one of {', '.join(KINDS)}.")
    return kind


def _pixel_um(text: str) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        value = -1
    if value is not None and not 0 < value < 1e5:
        raise ValueError(f"`pixel_um` is {text!r}, but takes the side of a pixel in µm.")
    return value


def _is_held_out(text: str) -> bool:
    if text.lower() not in TRUE | FALSE:
        raise ValueError(f"`held_out` is {text!r}, but takes yes or no.")
    return text.lower() in TRUE


def read_names(path: Path) -> dict[int, str]:
    """What the values of a mask are called. Raises ClassifierError."""
    names: dict[int, str] = {}
    for number, row in enumerate(read_rows(path, ("value", "name")), 2):
        if not row["value"].isdecimal() or not row["name"]:
            raise ClassifierError(f"{path.name}, line {number}: write a whole number and a name.")
        if names.setdefault(int(row["value"]), row["name"]) != row["name"]:
            raise ClassifierError(f"{path.name}, line {number}: {row['value']} has two names. Leave one.")
    return names
