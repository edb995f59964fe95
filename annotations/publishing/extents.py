"""When, where and how deep the objects of an event were taken: read from the objects."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from annotations.projects.models import Project
from annotations.publishing.requests import ArchiveRequest
from annotations.results.query import ACQUISITION, LAYER
from annotations.results.walk import layer_key
from annotations.search.filter import Filter

EventKey = tuple[int, int, int]  # sample, acquisition or 0, layer or 0
EARTH_M = 6_371_000
# the mean on the sphere: that of longitudes about the date line is not on the other side of the Earth
EXTENTS = """
SELECT sample_id, acquisition, layer, count(*),
    degrees(atan2(avg(sind(y)), sqrt(power(avg(cosd(y) * cosd(x)), 2) + power(avg(cosd(y) * sind(x)), 2)))),
    degrees(atan2(avg(cosd(y) * sind(x)), avg(cosd(y) * cosd(x)))),
    min(y), max(y), min(x), max(x),
    min(LEAST(depth_min, depth_max)), max(GREATEST(depth_min, depth_max)),
    min(taken_at), max(taken_at), COALESCE(bool_and(has_time), FALSE)
FROM (
    SELECT o.sample_id, {acquisition} AS acquisition, {layer} AS layer, o.depth_min, o.depth_max, o.taken_at,
        o.has_time, CASE WHEN {placed} THEN o.latitude END AS y, CASE WHEN {placed} THEN o.longitude END AS x
    FROM samples_object o WHERE o.project_id = %s AND {condition}
) taken GROUP BY 1, 2, 3
"""
PLACED = "o.latitude BETWEEN -90 AND 90 AND o.longitude BETWEEN -180 AND 180"


@dataclass(frozen=True)
class EventExtent:
    """Of the objects of one event; None where nobody knows."""

    key: EventKey
    objects: int
    latitude: float | None
    longitude: float | None
    south: float | None
    north: float | None
    west: float | None
    east: float | None
    top: float | None  # metres
    bottom: float | None
    first: datetime | None
    last: datetime | None
    has_time: bool

    @property
    def is_placed(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def date(self) -> str:
        """ISO 8601 in UTC, an interval where it took a while; empty where nobody knows."""
        return iso_interval(self.first, self.last, self.has_time)

    @property
    def is_one_point(self) -> bool:
        return self.south == self.north and self.west == self.east

    @property
    def uncertainty_m(self) -> int | None:
        """From the middle to the farthest corner of the box; None where it is one point or spans the date line."""
        corners = [(y, x) for y in (self.south, self.north) for x in (self.west, self.east)]
        if self.is_one_point or not self.is_placed or self.crosses_date_line:
            return None
        assert self.latitude is not None and self.longitude is not None
        return math.ceil(max(_distance(self.latitude, self.longitude, y or 0, x or 0) for y, x in corners))

    @property
    def crosses_date_line(self) -> bool:
        return self.east is not None and self.west is not None and self.east - self.west > 180

    @property
    def wkt(self) -> str:
        """The box of where the objects were taken; empty where that is a point or spans the date line."""
        if self.south is None or self.is_one_point or self.crosses_date_line:
            return ""
        s, n, w, e = (f"{value:.6f}" for value in (self.south, self.north, self.west, self.east))
        return f"POLYGON (({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"


def _distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres along a great circle (haversine)."""
    y, other_y = math.radians(latitude), math.radians(other_latitude)
    part = math.sin((other_y - y) / 2) ** 2
    part += math.cos(y) * math.cos(other_y) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(part)))


def iso_interval(first: datetime | None, last: datetime | None, has_time: bool = True) -> str:
    if first is None or last is None:
        return ""
    ends = dict.fromkeys(_iso(moment, has_time) for moment in (first, last))
    return "/".join(ends)


def _iso(moment: datetime, has_time: bool) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%SZ}" if has_time else f"{utc:%Y-%m-%d}"


@dataclass(frozen=True)
class EventKind:
    """SQL of what tells the events of a sample apart: the acquisition and the layer of an object."""

    acquisition: str = "0"
    layer: str = "0"


SAMPLES, ACQUISITIONS = EventKind(), EventKind(acquisition="o.acquisition_id")


def kind_of(request: ArchiveRequest) -> EventKind:
    """Of the events on which the occurrences are."""
    if request.by == LAYER:
        return EventKind(layer=layer_key(request.layer_m))
    return ACQUISITIONS if request.by == ACQUISITION else SAMPLES


def extents_of(project: Project, criteria: Filter, kind: EventKind = SAMPLES) -> dict[EventKey, EventExtent]:
    """An object without a position, or off the Earth, counts for time and depth."""
    condition, params = criteria.narrowed(project.pk).where(project.pk)
    sql = EXTENTS.format(acquisition=kind.acquisition, layer=kind.layer, placed=PLACED, condition=condition)
    return {extent.key: extent for extent in _extents(sql, [project.pk, *params])}


def _extents(sql: str, params: list) -> Iterator[EventExtent]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for sample, acquisition, layer, *rest in cursor:
            yield EventExtent((sample, acquisition, layer), *rest)
