"""UVP5 work folders: vignettes `work/HDR…/YYYYMMDDhhmmss_mmm_NNNN.bmp`, blobs in a `.bru`, frames in a `datfile`.

The columns are those that the makers' programs read (`picheral/uvp6_matlab_project`, folder UVP5_mise_base): a line of
the .bru is frame; blob; area in pixels; mean grey; x; y; a line of the datfile frame; time; pressure in tenths of a
decibar; … A profile's table, `meta/uvp5_header_….txt`, says which HDR
is which profile, where it was, and what a frame sees.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isfinite
from posixpath import basename, splitext

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.base import Instrument, InstrumentPart, InstrumentReading, instrument
from classifier.instruments.decoding import UnreadablePictureError, read_pixels
from classifier.instruments.files import Files
from classifier.instruments.naming import by_folder, folder_of
from classifier.instruments.records import (
    BrokenFile,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
)
from classifier.instruments.uvp_tables import header_rows, position_faults, position_of, profile_of

VIGNETTE = re.compile(r"(\d{14}_\d{3})_(\d{4,})\.(?:bmp|png|jpe?g|tiff?)", re.IGNORECASE)
HDR = re.compile(r"HDR\d{14}", re.IGNORECASE)
FRAMES, BLOBS = ("_datfile.txt", ".dat"), ".bru"
REMEDY = "The rest comes in. Copy the work folder again."
OF_PROFILE = ("cruise", "ship", "profileid", "stationid", "bottomdepth", "ctdrosettefilename")
OF_RUN = ("filename", "volimage", "aa", "exp", "firstimage", "endimg", "pixelsize")


@dataclass
class UvpProfile:
    """What the texts of a profile say: depth of each frame, and what was measured of each vignette."""

    row: dict[str, str] = field(default_factory=dict)
    depths: dict[str, float] = field(default_factory=dict)  # by the frame's time, as in the vignettes' names
    times: dict[str, str] = field(default_factory=dict)  # of frames, by their number
    blobs: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)  # by time and number
    frames: int = 0  # between firstimage and endimg

    def read_frames(self, lines: Iterator[str], path: str) -> Iterator[BrokenFile]:
        first, last = _bound(self.row, "firstimage", 0), _bound(self.row, "endimg", float("inf"))
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
        litres = _bound(self.row, "volimage", 0)
        return litres * 1000 * self.frames if litres and self.frames else None


@instrument
class Uvp5(Instrument):
    """Profiles of a UVP5, one folder HDR… each."""

    name = "uvp5"
    title = "UVP5 work folders"
    volumes_in = "m3"
    help = (
        "A UVP5 project with its folders work/HDR… of vignettes (.bmp), the .bru and datfiles beside them or in "
        "results, and the table of profiles in meta. Depth, position and the volume of the frames come from these."
    )

    def recognises(self, paths: Sequence[str]) -> bool:
        return any(VIGNETTE.fullmatch(basename(path)) and HDR.search(folder_of(path)) for path in paths)

    def parts(self, files: Files) -> list[InstrumentPart]:
        paths = files.paths()
        rows = header_rows(files)
        vignettes = [path for path in paths if VIGNETTE.fullmatch(basename(path))]
        folders = by_folder([path for path in vignettes if HDR.search(folder_of(path))])
        texts = [path for path in paths if path.lower().endswith((*FRAMES, BLOBS))]
        return [
            InstrumentPart(hdr, tuple(sorted(texts_of(hdr, profile_of(rows, hdr[3:]), texts)) + pictures))
            for folder, pictures in sorted(folders.items())
            for hdr in [HDR.findall(folder)[-1]]
        ]

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        profile = UvpProfile(profile_of(header_rows(files), part.name[3:]))
        try:
            yield from read_texts(files, part, profile)
        except ZIP_DAMAGE as error:
            if is_transient(error):
                raise
            yield BrokenFile(part.files[0], f"The texts can't be read ({error}).", REMEDY)
        yield from read_vignettes(files, part, profile)


def texts_of(hdr: str, row: Mapping[str, str], texts: Sequence[str]) -> set[str]:
    """The .bru and datfiles that lie in the HDR's folder, or are called as it or its profile."""
    stems = {hdr.lower(), row.get("profileid", "").lower()} - {""}
    return {path for path in texts if hdr.lower() in folder_of(path).lower() or _stem(path) in stems}


def read_texts(files: Files, part: InstrumentPart, profile: UvpProfile) -> InstrumentReading:
    """Frames first, for blobs are told by their frames' numbers."""
    frames = [path for path in part.files if path.lower().endswith(FRAMES)]
    blobs = [path for path in part.files if path.lower().endswith(BLOBS)]
    for path in frames[:1]:  # raw and results may both have it
        with files.open(path) as file:
            yield from profile.read_frames(io.TextIOWrapper(file, encoding="latin-1"), path)
    for path in blobs[:1]:
        with files.open(path) as file:
            yield from profile.read_blobs(io.TextIOWrapper(file, encoding="latin-1"), path)
    if not frames:
        message = (
            f"There is no datfile of {part.name}, so the vignettes have no depth and the profile no volume."
        )
        yield BrokenFile(folder_of(part.files[-1]), message, "Add …_datfile.txt.", warning=True)
    if not profile.row:
        message = f"No table meta/uvp5_header_….txt has {part.name}, so its position is not known."
        yield BrokenFile(folder_of(part.files[-1]), message, "Add the table.", warning=True)


def read_vignettes(files: Files, part: InstrumentPart, profile: UvpProfile) -> InstrumentReading:
    row = profile.row
    sample = InstrumentSample(
        row.get("profileid") or part.name, {n: row[n] for n in OF_PROFILE if row.get(n)}
    )
    pixel_mm = _bound(row, "pixelsize", 0)
    acquisition = InstrumentAcquisition(
        part.name,
        "UVP5",
        pixel_mm * 1000 if 0 < pixel_mm < 1 else pixel_mm or None,
        "pixelsize of the table of profiles" if pixel_mm else "",
        profile.imaged_ml,
        {name: row[name] for name in OF_RUN if row.get(name)} | {"frames": str(profile.frames)},
    )
    yield from position_faults(row, folder_of(part.files[-1]), of_minutes=True)
    north, east = position_of(row, of_minutes=True)
    for path in part.files:
        if match := VIGNETTE.fullmatch(basename(path)):
            depth = profile.depths.get(match[1])
            try:
                yield InstrumentVignette(
                    splitext(basename(path))[0],
                    f"{splitext(basename(path))[0]}.png",
                    read_pixels(files, path),
                    sample,
                    acquisition,
                    north,
                    east,
                    depth,
                    depth,
                    moment_of(match[1]),
                    numbers=profile.blobs.get((match[1], int(match[2])), {}),
                    file=path,
                )
            except (UnreadablePictureError, ValueError) as error:
                yield BrokenFile(path, str(error), REMEDY)


def moment_of(frame_id: str) -> datetime:
    """`20170212195251_313`, the last three in milliseconds. UTC."""
    moment = datetime.strptime(frame_id[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment + timedelta(milliseconds=int(frame_id[15:18]))


def _stem(path: str) -> str:
    name = basename(path).lower()
    return next((name.removesuffix(ending) for ending in (*FRAMES, BLOBS) if name.endswith(ending)), name)


def _bound(row: Mapping[str, str], name: str, default: float) -> float:
    try:
        return float(row.get(name) or default)
    except ValueError:
        return default
