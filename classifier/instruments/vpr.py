"""Video Plankton Recorder: regions `rois/…/dDDD/hHH/roi.NNNNNNNNNN.tif`, and the CTD's `hHHctd.dat` beside the hours.

The first eight digits of a region are milliseconds since the day began, the last two count regions of one frame; so
reads `vprr` (Fisheries and Oceans Canada), from which the columns of the CTD are, too. No file says the year.
"""

import io
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isfinite
from posixpath import basename, splitext

from classifier.contract.errors import ClassifierError
from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.base import (
    Instrument,
    InstrumentOption,
    InstrumentPart,
    InstrumentReading,
    instrument,
)
from classifier.instruments.decoding import UnreadablePictureError, read_pixels
from classifier.instruments.files import Files
from classifier.instruments.naming import by_folder, folder_of
from classifier.instruments.pixels import PIXEL_UM, pixel_of
from classifier.instruments.records import (
    BrokenFile,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
)

REGION = re.compile(r"roi\d*\.(\d{8})(\d{2})\.tiff?", re.IGNORECASE)
DAY_AND_HOUR = re.compile(r"(?:^|/)d(\d{1,3})/h(\d{1,2})$", re.IGNORECASE)
CTD = re.compile(r"h(\d{1,2})ctd\.dat", re.IGNORECASE)
CTD_COLUMNS = (  # a line begins with the time in ms
    "conductivity",
    "temperature",
    "pressure",
    "salinity",
    "fluor_ref",
    "fluorescence_mv",
    "turbidity_ref",
    "turbidity_mv",
)
NEAR = 1000  # milliseconds between a region and the line of the CTD that is taken for it
REMEDY = "The other regions come in. Copy the hour again."
YEAR = InstrumentOption(
    "year", "Year of the tow", "As 2019: the folders name the day of the year alone. Empty: no times."
)


@instrument
class Vpr(Instrument):
    """Hours of a VPR tow, one folder of regions each."""

    name = "vpr"
    title = "Video Plankton Recorder"
    help = (
        "Folders dDDD/hHH of regions roi.NNNNNNNNNN.tif, with the CTD of each hour, hHHctd.dat, beside them or above. "
        "Depth and what the CTD measured come from the line nearest in time."
    )
    options = (YEAR, PIXEL_UM)

    def recognises(self, paths: Sequence[str]) -> bool:
        return any(REGION.fullmatch(basename(path)) for path in paths)

    def check_options(self, options: Mapping[str, str]) -> None:
        pixel_of(options)
        year_of(options)

    def parts(self, files: Files) -> list[InstrumentPart]:
        paths = files.paths()
        folders = by_folder([path for path in paths if REGION.fullmatch(basename(path))])
        ctds = [path for path in paths if CTD.fullmatch(basename(path))]
        return [
            InstrumentPart(folder.replace("/", "_") or files.name, (*ctd_of(folder, ctds), *regions))
            for folder, regions in sorted(folders.items())
        ]

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        ctd = CtdLines()
        regions = [path for path in part.files if REGION.fullmatch(basename(path))]
        day = first_moment(folder_of(regions[0]), options)
        for path in part.files:
            if path not in regions:
                yield from read_ctd(files, path, ctd)
        if not ctd.times:
            message = "There is no CTD of this hour, so its regions have no depth."
            yield BrokenFile(folder_of(regions[0]), message, "Add hHHctd.dat.", warning=True)
        pixel = pixel_of(options)
        sample = InstrumentSample(part.name)
        acquisition = InstrumentAcquisition(part.name, "VPR", pixel, "said at import" if pixel else "")
        for path in regions:
            try:
                yield vignette(files, path, day, ctd, sample, acquisition)
            except UnreadablePictureError as error:
                yield BrokenFile(path, str(error), REMEDY)


@dataclass
class CtdLines:
    """Milliseconds of the day, and what was measured then, in the order of the file."""

    times: list[int] = field(default_factory=list)
    values: list[dict[str, float]] = field(default_factory=list)

    def nearest(self, time: int) -> dict[str, float]:
        """Empty where no line is near."""
        place = bisect_left(self.times, time)
        near = [
            at
            for at in (place - 1, place)
            if 0 <= at < len(self.times) and abs(self.times[at] - time) <= NEAR
        ]
        return self.values[min(near, key=lambda at: abs(self.times[at] - time))] if near else {}


def read_ctd(files: Files, path: str, ctd: CtdLines) -> Iterator[BrokenFile]:
    """Lines of a time, a colon, and values between commas; one that goes back in time is left out."""
    try:
        with files.open(path) as file:
            for number, line in enumerate(io.TextIOWrapper(file, encoding="latin-1"), 1):
                cells = line.replace(":", ",").strip().split(",")
                try:
                    time, *values = (finite(cell) for cell in cells)
                except ValueError:
                    if line.strip():
                        yield BrokenFile(path, "The line holds what is no number.", REMEDY, number)
                    continue
                if not ctd.times or time >= ctd.times[-1]:
                    ctd.times.append(int(time))
                    ctd.values.append(dict(zip(CTD_COLUMNS, values, strict=False)))
    except ZIP_DAMAGE as error:
        if is_transient(error):
            raise
        yield BrokenFile(path, f"It can't be read ({error}).", REMEDY)


def vignette(
    files: Files,
    path: str,
    day: datetime | None,
    ctd: CtdLines,
    sample: InstrumentSample,
    acquisition: InstrumentAcquisition,
) -> InstrumentVignette:
    match = REGION.fullmatch(basename(path))
    time = int(match[1]) if match else 0
    values = ctd.nearest(time)
    depth = values.get("pressure")
    object_id = f"{acquisition.original_id}_{splitext(basename(path))[0]}"
    return InstrumentVignette(
        object_id,
        f"{object_id}.png",
        read_pixels(files, path),
        sample,
        acquisition,
        depth_min=depth,
        depth_max=depth,
        taken_at=day + timedelta(milliseconds=time) if day else None,
        numbers={**values, "time_ms": float(time)},
        file=path,
    )


def finite(cell: str) -> float:
    """Raises ValueError for what is no number, and for nan and inf, which are none of a CTD."""
    value = float(cell)
    if not isfinite(value):
        raise ValueError(cell)
    return value


def ctd_of(folder: str, ctds: Sequence[str]) -> list[str]:
    """The CTD of an hour: of its name in the hour's folder or the day's, or the only one in the hour's folder."""
    match = DAY_AND_HOUR.search(folder)
    hour = int(match[2]) if match else None
    inside = [path for path in ctds if folder_of(path) in (folder, folder_of(folder))]
    named = [path for path in inside if (hours := CTD.fullmatch(basename(path))) and int(hours[1]) == hour]
    return named[:1] or [path for path in inside if folder_of(path) == folder][:1]


def first_moment(folder: str, options: Mapping[str, str]) -> datetime | None:
    """When the day of a folder began; None where nobody said the year, or the folder names no day."""
    year, match = year_of(options), DAY_AND_HOUR.search(folder)
    if year is None or not match:
        return None
    return datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=int(match[1]) - 1)


def year_of(options: Mapping[str, str]) -> int | None:
    """None where nobody said one; raises ClassifierError for what is no year."""
    text = (options.get(YEAR.name) or "").strip()
    if text and not (text.isdecimal() and 1900 <= int(text) <= 2200):
        raise ClassifierError(f"year is {text!r}. Give a year, as 2019, or leave it empty.")
    return int(text) if text else None
