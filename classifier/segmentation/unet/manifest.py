"""What a segmenter learns from: a CSV, a line a scan, with paths from where it lies.

scan       picture of any size: TIFF, PNG, JPEG
mask       what people drew on it, of the same size
kind       `labels` (each value of the mask an organism, as without the column), `semantic` (each value a class), or
           `coco`, as every .json is
classes    CSV of `value` and `name` that says what the values of the mask are; what is called `unlabelled` counts for
           nothing. Without it organisms are of one class, and values of a semantic mask are called by their number
pixel_um   side of a pixel in µm, may be empty
held_out   yes: it is measured on and not learnt from; one picture is not both. With none named, the last of several is
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from classifier.contract.errors import ClassifierError
from classifier.data.scan_rows import file_beside, is_held_out, pixel_size, read_rows

KINDS = ("labels", "semantic", "coco")
COLUMNS = ("scan", "mask", "kind", "classes", "pixel_um", "held_out")
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
    _refuse_learnt_and_held_out(entries)
    if all(entry.held_out for entry in entries):
        raise ClassifierError(f"{path.name} holds every scan out. Leave at least one to learn from.")
    return entries


def _refuse_learnt_and_held_out(entries: Sequence[ScanEntry]) -> None:
    """By whatever path: figures of what was learnt from would be too good."""
    learnt = {entry.scan.resolve(): entry.scan.name for entry in entries if not entry.held_out}
    for entry in entries:
        if entry.held_out and (name := learnt.get(entry.scan.resolve())):
            raise ClassifierError(
                f"{entry.scan.name} is held out and learnt from, as {name}: it is one picture. Leave one out."
            )


def _entry(path: Path, number: int, row: Mapping[str, str]) -> ScanEntry:
    try:
        mask = file_beside(path, row["mask"])
        kind = "coco" if mask.suffix.lower() == ".json" else row.get("kind") or KINDS[0]
        return ScanEntry(
            file_beside(path, row["scan"]),
            mask,
            _kind(kind),
            pixel_size(row.get("pixel_um", "")),
            is_held_out(row.get("held_out", "")),
            read_names(file_beside(path, row["classes"])) if row.get("classes") else {},
        )
    except ValueError as error:
        raise ClassifierError(f"{path.name}, line {number}: {error}") from error


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"`kind` is {kind!r}, but takes one of {', '.join(KINDS)}.")
    return kind


def read_names(path: Path) -> dict[int, str]:
    """What the values of a mask are called. Raises ClassifierError."""
    names: dict[int, str] = {}
    for number, row in enumerate(read_rows(path, ("value", "name")), 2):
        if not row["value"].isdecimal() or not row["name"]:
            raise ClassifierError(f"{path.name}, line {number}: write a whole number and a name.")
        if names.setdefault(int(row["value"]), row["name"]) != row["name"]:
            raise ClassifierError(f"{path.name}, line {number}: {row['value']} has two names. Leave one.")
    return names
