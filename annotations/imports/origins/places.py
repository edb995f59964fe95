"""What a folder and a bucket have in common from which packages come. A path in one never leads out of it."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError

MOST_LISTED = 1000
ZIPS = (".zip",)
DIGITS = re.compile(r"([0-9]{1,18})")


class Incoming(NamedTuple):
    """What an import is started with: the job's `path`, what people call the package, and where it comes from, unless
    it was uploaded."""

    path: Path
    name: str
    origin: dict[str, Any] | None = None


@dataclass
class Listing:
    """What lies directly at a path: names of folders, and of files that can be chosen with their sizes in
    bytes, sorted.

    `others` counts further files, of which none can be imported by itself; `is_cut` is a place that holds more.
    """

    folders: list[str] = field(default_factory=list)
    files: list[tuple[str, int]] = field(default_factory=list)
    others: int = 0
    is_cut: bool = False


@dataclass(frozen=True)
class ImportPlace(ABC):
    """One of them, by the name that the administrator has chosen; `root` is where it lies."""

    name: str
    root: str
    kind: ClassVar[str]
    word: ClassVar[str]  # before its name

    @abstractmethod
    def listing(self, path: str, endings: tuple[str, ...] = ZIPS) -> Listing:
        """`endings`, in small letters, are those of files that can be chosen. Raises
        ValidationError where there is no such folder in it."""

    @abstractmethod
    def package(self, path: str) -> Incoming:
        """The zip or folder there, to be imported. Raises ValidationError where there is none."""

    def origin(self, path: str) -> dict[str, str]:
        return {"kind": self.kind, "place": self.name, "inner": path}

    @property
    def title(self) -> str:
        return f"{self.word} {self.name}"


def natural_key(name: str) -> list[str | int]:
    """Sorts leg_2 before leg_10: digits count as numbers."""
    parts = DIGITS.split(name.lower())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)]


def clean_path(path: str) -> str:
    """Without slashes around it. Raises ValidationError for what could lead out of its place."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." in parts or "\0" in path:
        raise ValidationError({"path": f"{path!r} leads out of the place. Write the path without `..`."})
    return "/".join(parts)
