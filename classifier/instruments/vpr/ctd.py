"""The CTD of an hour, `hHHctd.dat`: a line begins with the time in ms, then a colon and values between commas."""

import io
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from posixpath import basename

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.files import Files
from classifier.instruments.naming import folder_of
from classifier.instruments.records import BrokenFile

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
