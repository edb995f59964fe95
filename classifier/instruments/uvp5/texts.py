"""The texts of a UVP5 profile: frames in a datfile, blobs in a `.bru`.

The columns are those that the makers' programs read (`picheral/uvp6_matlab_project`, folder UVP5_mise_base): a line of
the .bru is frame; blob; area in pixels; mean grey; x; y; a line of the datfile frame; time; pressure in tenths of a
decibar; …
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isfinite
from posixpath import basename

from classifier.contract.refusals import ZIP_DAMAGE
from classifier.instruments.base import InstrumentPart, InstrumentReading
from classifier.instruments.files import Files
from classifier.instruments.naming import folder_of
from classifier.instruments.records import BrokenFile

FRAMES, BLOBS = ("_datfile.txt", ".dat"), ".bru"
REMEDY = "The rest comes in. Copy the work folder again."


@dataclass
class UvpProfile:
    """What the texts of a profile say: depth of each frame, and what was measured of each vignette."""

    row: dict[str, str] = field(default_factory=dict)
    depths: dict[str, float] = field(default_factory=dict)  # by the frame's time, as in the vignettes' names
    times: dict[str, str] = field(default_factory=dict)  # of frames, by their number
    blobs: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)  # by time and number
    frames: int = 0  # between firstimage and endimg

    def read_frames(self, lines: Iterator[str], path: str) -> Iterator[BrokenFile]:
        first, last = bound(self.row, "firstimage", 0), bound(self.row, "endimg", float("inf"))
        for number, line in enumerate(lines, 1):
            cells = [cell.strip() for cell in re.split(r"[;*]", line)]
            if not line.strip():
                continue
            try:
                frame, taken_at, pressure = int(cells[0]), cells[1], float(cells[2])
                moment_of(taken_at)
            except (ValueError, IndexError):
                message = "The line is no frame: number; YYYYMMDDhhmmss_mmm; pressure must stand first."
                yield BrokenFile(path, message, REMEDY, number)
                continue
            self.times[str(frame)] = taken_at
            if isfinite(pressure):
                self.depths[taken_at] = pressure / 10
            self.frames += first <= frame <= last

    def read_blobs(self, lines: Iterator[str], path: str) -> Iterator[BrokenFile]:
        names = ("area", "mean", "x", "y")
        for number, line in enumerate(lines, 1):
            cells = line.split(";")
            try:
                frame, blob = str(int(cells[0])), int(cells[1])
                values = {name: float(cell) for name, cell in zip(names, cells[2:6], strict=True)}
            except (ValueError, IndexError):
                if line.strip():
                    message = "The line is no blob: frame; blob; area; mean; x; y must be numbers."
                    yield BrokenFile(path, message, REMEDY, number)
                continue
            self.blobs[self.times.get(frame, ""), blob] = {
                name: value for name, value in values.items() if isfinite(value)
            }

    @property
    def imaged_ml(self) -> float | None:
        """What all frames of the profile saw; `volimage` is in litres."""
        litres = bound(self.row, "volimage", 0)
        return litres * 1000 * self.frames if litres and self.frames else None


def texts_of(hdr: str, row: Mapping[str, str], texts: Sequence[str]) -> set[str]:
    """The .bru and datfiles that lie in the HDR's folder, or are called as it or its profile."""
    stems = {hdr.lower(), row.get("profileid", "").lower()} - {""}
    return {path for path in texts if hdr.lower() in folder_of(path).lower() or _stem(path) in stems}


def read_texts(files: Files, part: InstrumentPart, profile: UvpProfile) -> InstrumentReading:
    """Frames first, for blobs are told by their frames' numbers."""
    blobs = [path for path in part.files if path.lower().endswith(BLOBS)]
    yield from read_frames(files, part, profile)
    for path in blobs[:1]:
        with files.open(path) as file:
            yield from profile.read_blobs(io.TextIOWrapper(file, encoding="latin-1"), path)
    if not frames_of(part):
        message = (
            f"There is no datfile of {part.name}, so the vignettes have no depth and the profile no volume."
        )
        yield BrokenFile(folder_of(part.files[-1]), message, "Add …_datfile.txt.", warning=True)
    if not profile.row:
        message = f"No table meta/uvp5_header_….txt has {part.name}, so its position is not known."
        yield BrokenFile(folder_of(part.files[-1]), message, "Add the table.", warning=True)


def read_frames(files: Files, part: InstrumentPart, profile: UvpProfile) -> Iterator[BrokenFile]:
    for path in frames_of(part):
        try:
            with files.open(path) as file:
                yield from profile.read_frames(io.TextIOWrapper(file, encoding="latin-1"), path)
        except ZIP_DAMAGE:
            profile.frames = 0  # those before the damage saw only a part of the water
            raise


def frames_of(part: InstrumentPart) -> list[str]:
    """One datfile at most: raw and results may both have it, and that of the profile may be of another HDR, too."""
    paths = [path for path in part.files if path.lower().endswith(FRAMES)]
    return sorted(paths, key=lambda path: part.name.lower() not in path.lower())[:1]


def moment_of(frame_id: str) -> datetime:
    """`20170212195251_313`, the last three in milliseconds. UTC."""
    moment = datetime.strptime(frame_id[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment + timedelta(milliseconds=int(frame_id[15:18]))


def _stem(path: str) -> str:
    name = basename(path).lower()
    return next((name.removesuffix(ending) for ending in (*FRAMES, BLOBS) if name.endswith(ending)), name)


def bound(row: Mapping[str, str], name: str, default: float) -> float:
    try:
        return float(row.get(name) or default)
    except ValueError:
        return default
