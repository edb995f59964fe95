"""Tables of frames beside scans, `frames.csv` or `frames.tsv` as `classifier.instruments.frames` reads them.

A line says of one frame where and when it was taken; a sample gets of all its lines the volume, the range of depths,
and the first position and time.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timezone
from posixpath import basename
from typing import Any

from annotations.common.problems import Problems
from annotations.imports import values
from annotations.imports.archive import Package
from annotations.imports.errors import PackageError
from annotations.imports.instruments.files import PackageFiles
from annotations.scans.sampling_fields import Circumstances, ScanMetadata, positive, read_pixel
from classifier.instruments.clocks import in_zone
from classifier.instruments.frames import below
from classifier.instruments.frames.ids import TABLES, frame_of, ids_of, named_tables, path_of
from classifier.instruments.frames.table import OF_FRAME, FrameLine, lines_of, moment_of
from classifier.instruments.naming import folder_of

ML_IN_M3 = 1e6


@dataclass(frozen=True, slots=True)
class FrameMetadata:
    """What a line says; `defaults` hold where neither it nor the person says more."""

    defaults: ScanMetadata
    metadata: ScanMetadata
    place: Circumstances


FrameTable = dict[str, FrameMetadata]  # by the path of the frame


def is_frame_table(path: str) -> bool:
    return basename(path).lower() in TABLES


def read_frame_tables(package: Package, clock: timezone, problems: Problems) -> FrameTable:
    """What the tables say of each frame; `problems` gets what can't be read."""
    files, lines = PackageFiles(package), _FrameLines()
    for table, part in named_tables(files).items():
        paths = set(below(folder_of(table), package.paths()))
        reading = _TableReading(table, part, clock, paths, problems, lines)
        try:
            with package.stream(table) as file:
                for number, line in lines_of(file):
                    reading.note(number, line)
        except (csv.Error, PackageError) as error:
            problems.add(f"The table can't be read ({error}). Save it anew as CSV.", table)
    return lines.frames()


@dataclass
class _SampleTotals:
    """What all lines of a sample come to."""

    volume_ml: float = 0.0
    depths: list[float] = field(default_factory=list)
    position: tuple[float, float] | None = None
    moment: datetime | None = None

    def note(self, place: Circumstances, volume_ml: float | None) -> None:
        self.volume_ml += volume_ml or 0
        self.depths += [depth for depth in (place.depth_min, place.depth_max) if depth is not None]
        if self.position is None and place.latitude is not None and place.longitude is not None:
            self.position = place.latitude, place.longitude
        if place.taken_at and (self.moment is None or place.taken_at < self.moment):
            self.moment = place.taken_at

    def by_name(self) -> dict[str, Any]:
        north, east = self.position or (None, None)
        day, clock = _day_and_clock(self.moment)
        totals = {
            "volume_m3": self.volume_ml / ML_IN_M3 or None,
            "fraction": 1.0 if self.volume_ml else None,
            "latitude": north,
            "longitude": east,
            "depth_min": min(self.depths, default=None),
            "depth_max": max(self.depths, default=None),
            "date": day,
            "time": clock,
        }
        return {name: value for name, value in totals.items() if value is not None}


@dataclass
class _FrameLines:
    """Of all tables, of which several may be of one sample."""

    parts: dict[str, tuple[str, FrameLine, Circumstances]] = field(default_factory=dict)  # by path
    totals: dict[str, _SampleTotals] = field(default_factory=lambda: defaultdict(_SampleTotals))  # by sample

    def note(self, path: str, part: str, line: FrameLine, place: Circumstances) -> None:
        volume = _cell(line, "volume_ml", positive)
        self.totals[ids_of(line, part)[0]].note(place, volume)
        self.parts[path] = part, line, place

    def frames(self) -> FrameTable:
        return {path: self._metadata(*of_frame) for path, of_frame in self.parts.items()}

    def _metadata(self, part: str, line: FrameLine, place: Circumstances) -> FrameMetadata:
        sample, _ = ids_of(line, part)
        texts = {name: line[name] for name in ("sample", "acquisition", "instrument") if line.get(name)}
        pixel = _cell(line, "pixel_um", read_pixel)
        sizes = {} if pixel is None else {"pixel_um": pixel}
        return FrameMetadata(
            ScanMetadata({"sample": part, "acquisition": sample}, {}),
            ScanMetadata({**texts, **sizes, **self.totals[sample].by_name()}, {}),
            place,
        )


@dataclass
class _TableReading:
    """One table, line by line."""

    table: str
    part: str
    clock: timezone
    paths: set[str]
    problems: Problems
    lines: _FrameLines
    unread: set[str] = field(default_factory=set)

    def note(self, number: int, line: FrameLine) -> None:
        self._warn_of_others(line)
        try:
            path = self._path(line)
            place = self._place(line)
            _cell(line, "pixel_um", read_pixel)
            self.lines.note(path, self.part, line, place)
        except ValueError as error:
            self.problems.add(str(error), self.table, number)

    def _path(self, line: FrameLine) -> str:
        path = frame_of(self.table, line, self.paths)
        if path in self.lines.parts:
            raise ValueError(f"{path_of(line)} stands in two lines. Remove one.")
        return path

    def _place(self, line: FrameLine) -> Circumstances:
        depth, top, bottom = (line.number(name) for name in ("depth", "depth_min", "depth_max"))
        return Circumstances(
            values.latitude(line.get("latitude", "")),
            values.longitude(line.get("longitude", "")),
            depth if top is None else top,
            depth if bottom is None else bottom,
            in_zone(moment_of(line), self.clock),
        )

    def _warn_of_others(self, line: Mapping[str, str]) -> None:
        for column in sorted(line.keys() - OF_FRAME - {""} - self.unread):
            self.unread.add(column)
            self.problems.warn(
                f"The column {column!r} says nothing of scans and is not read.", self.table, 1, column
            )


def _cell(line: FrameLine, name: str, read: Callable[[str], float | None]) -> float | None:
    try:
        return read(line.get(name, ""))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _day_and_clock(moment: datetime | None) -> tuple[date | None, time | None]:
    if moment is None:
        return None, None
    in_utc = moment.astimezone(UTC)
    return in_utc.date(), in_utc.time().replace(microsecond=0)
