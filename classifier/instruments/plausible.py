"""What no vignette may say, whatever its instrument: a place that is not on Earth, a depth that is no number."""

from collections.abc import Iterator
from dataclasses import replace
from math import isfinite

from classifier.instruments.records import BrokenFile, InstrumentVignette

MOST_NAMED = 100  # positions of one part: a table may have another one in each of its lines
REMEDY = "It is left out. Correct it, or say it under the same for all objects."


def plausible(
    reading: Iterator[InstrumentVignette | BrokenFile],
) -> Iterator[InstrumentVignette | BrokenFile]:
    """The same records, without positions and depths that can't be; each such position is named once."""
    named: set[tuple[float | None, float | None]] = set()
    for entry in reading:
        if isinstance(entry, BrokenFile):
            yield entry
            continue
        place = (entry.latitude, entry.longitude)
        if is_on_earth(*place):
            yield _with_depths(entry)
            continue
        if place not in named and len(named) < MOST_NAMED:
            named.add(place)
            message = f"Latitude {entry.latitude}, longitude {entry.longitude} is no position on Earth."
            yield BrokenFile(entry.file, message, REMEDY, entry.line, warning=True)
        yield _with_depths(replace(entry, latitude=None, longitude=None))


def is_on_earth(north: float | None, east: float | None) -> bool:
    """Also where nothing is known; but nan and inf are nowhere."""
    return (north is None or abs(north) <= 90) and (east is None or abs(east) <= 180)


def _with_depths(entry: InstrumentVignette) -> InstrumentVignette:
    depths = (entry.depth_min, entry.depth_max)
    if all(depth is None or isfinite(depth) for depth in depths):
        return entry
    top, bottom = (depth if depth is not None and isfinite(depth) else None for depth in depths)
    return replace(entry, depth_min=top, depth_max=bottom)
