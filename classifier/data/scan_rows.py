"""Lines of the CSVs that people write for what is learnt from scans, each value with the sentence that says what is
wrong with it."""

import csv
from pathlib import Path

from classifier.contract.errors import ClassifierError

TRUE, FALSE = {"yes", "true", "1"}, {"no", "false", "0", ""}


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


def file_beside(manifest: Path, name: str) -> Path:
    """Raises ValueError."""
    path = manifest.parent / name
    if not name or not path.is_file():
        raise ValueError(f"there is no file {name!r}. Correct the path.")
    return path


def pixel_size(text: str) -> float | None:
    """µm; None of nothing. Raises ValueError."""
    try:
        value = float(text) if text else None
    except ValueError:
        value = -1
    if value is not None and not 0 < value < 1e5:
        raise ValueError(f"`pixel_um` is {text!r}, but takes the side of a pixel in µm.")
    return value


def is_held_out(text: str) -> bool:
    """Raises ValueError."""
    if text.lower() not in TRUE | FALSE:
        raise ValueError(f"`held_out` is {text!r}, but takes yes or no.")
    return text.lower() in TRUE
