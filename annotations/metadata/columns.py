"""The columns that can be corrected, by level: how their cells are read, and written as one text each."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.core.exceptions import ValidationError

from annotations.imports import values
from annotations.measurements.pixel_sizes import LARGEST, read_micrometres
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn
from annotations.samples.updating import Moment

FIELD = "field:"  # before the name of a free column
LONGEST = {"name": 255, "field": 10_000}  # characters
DEEPEST = 12_000  # metres: no sea is deeper


@dataclass(frozen=True)
class CorrectableColumn:
    """`read` makes of what a person writes the text that is stored, empty for no value; raises ValueError."""

    key: str
    title: str
    read: Callable[[str], str]
    hint: str = ""
    is_of_objects: bool = False  # its value is that of each object of the sample
    is_new: bool = False  # a free column that the project has not yet
    position: int | None = None  # of a free column of objects that holds numbers

    @property
    def field(self) -> str:
        """The name of a free column; empty for the others."""
        return self.key.removeprefix(FIELD) if self.key.startswith(FIELD) else ""


def number_text(value: float | None) -> str:
    """12.0 is 12, and −0 is 0: what one reads is what one would type."""
    value = value or (None if value is None else 0.0)
    return "" if value is None else f"{value:.15g}" if float(f"{value:.15g}") == value else repr(value)


def moment_text(moment: Moment) -> str:
    """`2026-04-12 09:30:00`, UTC; the day alone where the time of day is not known."""
    if moment.at is None:
        return ""
    at = moment.at.astimezone(UTC).replace(tzinfo=None)
    return at.isoformat(sep=" ") if moment.has_time else at.date().isoformat()


def moment_of(text: str) -> Moment:
    """Of a text that `moment_text` wrote."""
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC), " " in text) if text else Moment(None)


def read_moment(text: str) -> str:
    day_text, _, clock_text = text.strip().replace("T", " ", 1).partition(" ")
    day, clock = values.day(day_text), values.clock(clock_text.strip())
    if day is None:
        return ""
    at = datetime.combine(day, clock or time(), UTC)
    return moment_text(Moment(at, has_time=clock is not None))


def _read_name(text: str) -> str:
    if not text:
        raise ValueError("A sample needs a name.")
    return values.text_of(LONGEST["name"])(text)


def _read_depth(text: str) -> str:
    depth = values.number(text)
    if depth is not None and not -100 <= depth <= DEEPEST:
        raise ValueError(f"{text!r} is no depth: write metres below the surface, at most {DEEPEST:,}.")
    return number_text(depth)


def _read_id(text: str) -> str:
    if not text:
        raise ValueError("It needs an id.")
    return values.text_of(LONGEST["name"])(text)


def _read_pixel_size(text: str) -> str:
    try:
        micrometres = read_micrometres(text)
    except ValidationError as error:
        raise ValueError(error.message) from None
    if micrometres is not None and not (math.isfinite(micrometres) and 0 < micrometres <= LARGEST):
        raise ValueError(f"{text!r} is no size of a pixel: it is more than 0 and at most {LARGEST:,.0f} µm.")
    return number_text(micrometres)


def _number(read: Callable[[str], float | None]) -> Callable[[str], str]:
    return lambda text: number_text(read(text))


OWN = {
    column.key: column
    for column in (
        CorrectableColumn("name", "Sample", _read_name),
        CorrectableColumn(
            "latitude", "Latitude, °", _number(values.latitude), "degrees north, as 43.6917 or 43°41.5", True
        ),
        CorrectableColumn(
            "longitude", "Longitude, °", _number(values.longitude), "degrees east, as 7.3086 or 7°18.5", True
        ),
        CorrectableColumn(
            "taken_at", "Taken (UTC)", read_moment, "YYYY-MM-DD HH:MM:SS, or the day alone", True
        ),
        CorrectableColumn("depth_min", "Depth from, m", _read_depth, "metres below the surface", True),
        CorrectableColumn("depth_max", "Depth to, m", _read_depth, "metres below the surface", True),
    )
}


_POSITIONS = ("latitude", "longitude", "taken_at", "depth_min", "depth_max")
OWN_OF: dict[str, dict[str, CorrectableColumn]] = {
    FreeColumn.Level.SAMPLE: OWN,
    FreeColumn.Level.ACQUISITION: {
        column.key: column
        for column in (
            CorrectableColumn("name", "Acquisition", _read_id),
            CorrectableColumn("instrument", "Instrument", values.text_of(LONGEST["name"])),
            CorrectableColumn(
                "pixel_um", "Pixel, µm", _read_pixel_size, "side of a pixel; what was computed follows"
            ),
        )
    },
    FreeColumn.Level.PROCESS: {"name": CorrectableColumn("name", "Process", values.text_of(LONGEST["name"]))},
    FreeColumn.Level.OBJECT: {key: OWN[key] for key in _POSITIONS},
}


def free_column(name: str, *, is_new: bool = False, position: int | None = None) -> CorrectableColumn:
    read = values.text_of(LONGEST["field"]) if position is None else _number(values.number)
    return CorrectableColumn(f"{FIELD}{name}", name, read, is_new=is_new, position=position)


def columns_of(project: Project, level: str = FreeColumn.Level.SAMPLE) -> dict[str, CorrectableColumn]:
    """Those of all rows of the level, then the project's free ones in the order in which they came, by their keys."""
    free = FreeColumn.objects.filter(project=project, level=level)
    created = (free_column(name, position=place) for name, place in free.values_list("name", "position"))
    return {**OWN_OF[level], **{column.key: column for column in created}}
