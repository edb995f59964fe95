"""Where along a track or in time samples stand: stations in the order in which they were sampled, or days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

from annotations.projects.models import Project
from annotations.results.sections.query import DISTANCE
from annotations.samples.models import Sample

EARTH_KM = 6371.0088  # mean radius
STATION_KM = 1.0  # samples that follow each other and lie so near are of one station
Position = tuple[float, float]  # degrees north and east


@dataclass(frozen=True, order=True)
class SectionColumn:
    """`at`: kilometres from the first station, or the day as a number of the calendar."""

    at: float
    name: str


def columns_of(
    project: Project, across: str, samples: Iterable[Mapping[str, Any]]
) -> dict[int, SectionColumn]:
    """By sample, of a track through those alone whose ends are given (`ends_by_sample`); those without a time, and for
    distances without a position, have none."""
    times = {
        ends["sample"]: ends["first"].astimezone(UTC)
        for ends in samples
        if ends["first"] and not ends["without_time"]
    }
    return _stations(project, times) if across == DISTANCE else {s: _day(time) for s, time in times.items()}


def _day(time: datetime) -> SectionColumn:
    return SectionColumn(time.date().toordinal(), time.date().isoformat())


def _stations(project: Project, times: dict[int, datetime]) -> dict[int, SectionColumn]:
    rows = Sample.objects.filter(project=project, pk__in=times).values_list("pk", "latitude", "longitude")
    positions = {pk: (north, east) for pk, north, east in rows if north is not None and east is not None}
    ordered = sorted(positions, key=lambda sample: (times[sample], sample))
    columns = along_track(positions[sample] for sample in ordered)
    return dict(zip(ordered, columns, strict=True))


def along_track(positions: Iterable[Position]) -> list[SectionColumn]:
    """Of samples in the order of time: how far each station lies from the first, from station to station."""
    columns: list[SectionColumn] = []
    station: Position | None = None
    so_far = 0.0
    for position in positions:
        step = distance_km(station, position) if station else 0.0
        if station is None or step > STATION_KM:
            station, so_far = position, so_far + step
        columns.append(SectionColumn(so_far, f"{so_far:.0f} km"))
    return columns


def distance_km(a: Position, b: Position) -> float:
    """On a sphere, by haversines."""
    north, south = radians(a[0]), radians(b[0])
    height, width = sin((south - north) / 2), sin(radians(b[1] - a[1]) / 2)
    return 2 * EARTH_KM * asin(min(1.0, sqrt(height**2 + cos(north) * cos(south) * width**2)))
