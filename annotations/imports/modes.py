"""What an import does with what the project holds already: it adds, it updates, or both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class ImportMode(models.TextChoices):
    ADD = "add", "Add what is not here yet"
    UPDATE = "update", "Update what is here"
    BOTH = "both", "Add and update"


@dataclass(frozen=True)
class Taking:
    """What an import takes of a package.

    `annotations` says whether an update takes the labels, too; `file_wins` whether also those that somebody decided
    otherwise here, later than the file says.
    """

    mode: ImportMode = ImportMode.ADD
    annotations: bool = False
    file_wins: bool = False
    mapping: int | None = None  # the number of the mapping by which names are read

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> "Taking":
        """Of an import job; those of earlier versions only added."""
        return cls(
            ImportMode(params.get("mode") or "add"),
            bool(params.get("annotations")),
            bool(params.get("file_wins")),
            params.get("mapping"),
        )

    @property
    def adds(self) -> bool:
        return self.mode != ImportMode.UPDATE

    @property
    def updates(self) -> bool:
        return self.mode != ImportMode.ADD

    @property
    def reads_labels(self) -> bool:
        """Whether anybody gets the labels of the package."""
        return self.adds or self.annotations


ADDING = Taking()


def checked_mode(mode: str, annotations: bool, file_wins: bool = False) -> dict[str, Any]:
    """Parameters of an import job. Raises ValidationError for a mode that there is not, or labels without an update."""
    if mode not in ImportMode.values:
        raise ValidationError(
            {"mode": f"There is no mode {mode!r}: choose one of {', '.join(ImportMode.values)}."}
        )
    if annotations and mode == ImportMode.ADD:
        message = "What is added brings its labels. Choose to update what is here as well, or leave this out."
        raise ValidationError({"annotations": message})
    if file_wins and not annotations:
        message = "The file can win over labels here only where an update takes its labels."
        raise ValidationError({"file_wins": message})
    return {"mode": mode, "annotations": annotations, "file_wins": file_wins}
