"""Video Plankton Recorder: regions `rois/…/dDDD/hHH/roi.NNNNNNNNNN.tif`, and the CTD's `hHHctd.dat` beside the hours.

The first eight digits of a region are milliseconds since the day began, the last two count regions of one frame; so
reads `vprr` (Fisheries and Oceans Canada), from which the columns of the CTD are, too. No file says the year.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from posixpath import basename, splitext

from classifier.contract.errors import ClassifierError
from classifier.instruments.base import (
    Instrument,
    InstrumentOption,
    InstrumentPart,
    InstrumentReading,
    instrument,
)
from classifier.instruments.decoding import UnreadablePictureError, read_pixels
from classifier.instruments.files import Files, once_for_files
from classifier.instruments.naming import by_folder, folder_of
from classifier.instruments.pixels import PIXEL_UM, pixel_of
from classifier.instruments.records import (
    BrokenFile,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
)
from classifier.instruments.vpr.aid import HourLabels, aids_by_hour, read_aids
from classifier.instruments.vpr.ctd import CTD, DAY_AND_HOUR, REMEDY, CtdLines, ctd_of, read_ctd

REGION = re.compile(r"roi\d*\.(\d{8})(\d{2})\.tiff?", re.IGNORECASE)
YEAR = InstrumentOption(
    "year", "Year of the tow", "As 2019: the folders name the day of the year alone. Empty: no times."
)

SHARED_HOUR = (
    "Another folder has regions of the same day and hour, and no list of a classifier says of which of the two it is, "
    "so none is read."
)


@instrument
class Vpr(Instrument):
    """Hours of a VPR tow, one folder of regions each."""

    name = "vpr"
    title = "Video Plankton Recorder"
    help = (
        "Folders dDDD/hHH of regions roi.NNNNNNNNNN.tif, with the CTD of each hour, hHHctd.dat, beside them or above. "
        "Depth and what the CTD measured come from the line nearest in time, classes from lists autoid/CATEGORY/aid."
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
        aids = aids_of(files).by_folder
        return [
            InstrumentPart(
                folder.replace("/", "_") or files.name, (*ctd_of(folder, ctds), *aids[folder], *regions)
            )
            for folder, regions in sorted(folders.items())
        ]

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        ctd, classes = CtdLines(), HourLabels()
        regions = [path for path in part.files if REGION.fullmatch(basename(path))]
        day = first_moment(folder_of(regions[0]), options)
        for path in part.files:
            if CTD.fullmatch(basename(path)):
                yield from read_ctd(files, path, ctd)
        yield from read_aids(files, part.files, classes)
        if (folder := folder_of(regions[0])) in aids_of(files).unread:
            yield BrokenFile(folder, SHARED_HOUR, "Import each recorder by itself.", warning=True)
        if not ctd.times:
            message = "There is no CTD of this hour, so its regions have no depth."
            yield BrokenFile(folder_of(regions[0]), message, "Add hHHctd.dat.", warning=True)
        pixel = pixel_of(options)
        sample = InstrumentSample(part.name)
        acquisition = InstrumentAcquisition(part.name, "VPR", pixel, "said at import" if pixel else "")
        for path in regions:
            try:
                yield vignette(files, path, HourTexts(day, ctd, classes), sample, acquisition)
            except UnreadablePictureError as error:
                yield BrokenFile(path, str(error), REMEDY)


@dataclass(frozen=True)
class HourTexts:
    """What is known of an hour: when its day began, the CTD, and what a classifier said of its regions."""

    day: datetime | None
    ctd: CtdLines
    classes: HourLabels


@dataclass(frozen=True)
class FolderLists:
    """The lists of a classifier by the folder of their regions. Where two folders have one day and hour no list says of
    which it is: `unread` are these, if there is one."""

    by_folder: dict[str, list[str]]
    unread: frozenset[str]


@once_for_files
def aids_of(files: Files) -> FolderLists:
    paths = files.paths()
    folders = by_folder([path for path in paths if REGION.fullmatch(basename(path))])
    days = {folder: DAY_AND_HOUR.search(folder) for folder in folders}
    hours = {folder: (int(match[1]), int(match[2])) for folder, match in days.items() if match}
    counts, aids = Counter(hours.values()), aids_by_hour(paths)
    shared = {folder for folder, hour in hours.items() if counts[hour] > 1}
    own = {folder: hours[folder] for folder in hours.keys() - shared}
    lists = {folder: aids.get(own[folder], []) if folder in own else [] for folder in folders}
    return FolderLists(lists, frozenset(folder for folder in shared if aids.get(hours[folder])))


def vignette(
    files: Files,
    path: str,
    hour: HourTexts,
    sample: InstrumentSample,
    acquisition: InstrumentAcquisition,
) -> InstrumentVignette:
    match = REGION.fullmatch(basename(path))
    time = int(match[1]) if match else 0
    values = hour.ctd.nearest(time)
    region = match[1] + match[2] if match else ""
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
        taken_at=hour.day + timedelta(milliseconds=time) if hour.day else None,
        numbers={**values, **hour.classes.measures.get(region, {}), "time_ms": float(time)},
        label=hour.classes.labels.get(region),
        file=path,
    )


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
