"""The terms that an archive may use, as `terms/` lists them with their source: no other is ever written."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "terms"


@dataclass(frozen=True)
class VocabularyTerm:
    """A concept of the NERC Vocabulary Server: BODC's P01 (what), P06 (unit), L22 (device)."""

    uri: str
    label: str


NO_TERM = VocabularyTerm("", "")


@cache
def measurement_terms() -> dict[str, VocabularyTerm]:
    """By code, `SDBIOL01`."""
    return {row["term"]: VocabularyTerm(row["uri"], row["label"]) for row in _rows("measurements.csv")}


@cache
def darwin_core_terms() -> dict[str, str]:
    """The URI of a column or a table, by its name."""
    return {row["term"]: row["uri"] for row in _rows("darwin_core.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
