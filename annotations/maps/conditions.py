"""A part of a map, as a filter: what lies within a line that somebody drew."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from annotations.maps.models import MapProjection
from annotations.maps.places import LARGEST, places_of
from annotations.search.registry import Condition, Sql, register
from annotations.search.values import whole

FEWEST, MOST = 3, 200  # corners
CORNER = re.compile(r"([0-9]{1,5}),([0-9]{1,5})")
EXAMPLE = "3:0,0_65535,0_65535,65535"


@dataclass(frozen=True)
class MapOutline:
    """A closed line on the map of that number; corners as shares of its width and height, 0 to 65,535."""

    projection: int
    corners: tuple[tuple[int, int], ...]


def outline(text: str, name: str) -> MapOutline:
    """`3:0,0_65535,0_65535,65535`: the projection, then the corners. Raises ValidationError with the remedy."""
    number, _, rest = text.partition(":")
    corners = tuple(_corner(pair, name) for pair in rest.split("_"))
    if not FEWEST <= len(corners) <= MOST:
        raise ValidationError(f"`{name}` takes {FEWEST} to {MOST} corners, not {len(corners)}.")
    return MapOutline(whole(number, name), corners)


def _corner(text: str, name: str) -> tuple[int, int]:
    match = CORNER.fullmatch(text)
    corner = (int(match[1]), int(match[2])) if match else (-1, -1)
    if not all(0 <= share <= LARGEST for share in corner):
        raise ValidationError(f"`{name}` takes a projection and corners from 0 to {LARGEST}, as {EXAMPLE}.")
    return corner


def _within(value: MapOutline, project_id: int) -> Sql:
    projection = MapProjection.objects.filter(pk=value.projection, project=project_id).first()
    if projection is None:
        raise ValidationError("The map on which this was drawn is gone: draw it anew on the map of today.")
    places = places_of(projection)
    polygon = ",".join(f"({x},{y})" for x, y in value.corners)
    inside = f"point({places.x}, {places.y}) <@ %s::polygon"
    objects = f"SELECT e.object_id FROM {places.table} WHERE {places.condition} AND {inside}"
    return f"o.id IN ({objects})", [f"({polygon})"]


register(
    Condition(
        name="on_map",
        help="within a line on a map: the map's number, and corners from 0 to 65,535",
        example=EXAMPLE,
        read=outline,
        sql=_within,
        sentence=lambda value: "within a line drawn on the map",
    )
)
