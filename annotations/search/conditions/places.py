"""Where an object was taken: a box of degrees."""

from annotations.labels.queries import objects_by_sample
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id
from annotations.search.fields import POSITION, FormField, Map
from annotations.search.registry import Condition, Sql, register
from annotations.search.values import box


def _inside(value: tuple[float, ...], project_id: int) -> Sql:
    west, south, east, north = value
    join = "AND" if west <= east else "OR"
    return (
        f"o.latitude >= %s AND o.latitude <= %s AND (o.longitude >= %s {join} o.longitude <= %s)",
        [south, north, west, east],
    )


def _touched(value: tuple[float, ...]) -> Sql:
    west, south, east, north = value
    join = "AND" if west <= east else "OR"
    return (
        f"e.north >= %s AND e.south <= %s AND (e.east >= %s {join} e.west <= %s)",
        [south, north, west, east],
    )


def _in_words(value: tuple[float, ...]) -> str:
    west, south, east, north = value
    across = ", across the 180th meridian" if west > east else ""
    return f"{_span(south, north, 'NS')}, {_span(west, east, 'EW')}{across}"


def _span(start: float, end: float, letters: str) -> str:
    """7° to 8° E, or 170° E to 170° W where the two differ."""
    first, last = (letters[degrees < 0] for degrees in (start, end))
    return f"{abs(start):g}°{'' if first == last else f' {first}'} to {abs(end):g}° {last}"


def _places(project_id: int) -> list[list]:
    samples = Sample.objects.filter(project=project_id, latitude__isnull=False, longitude__isnull=False)
    objects = objects_by_sample(project_id)
    places = samples.values_list("pk", "original_id", "latitude", "longitude")
    return [[readable_id(name), *place, objects.get(pk, 0)] for pk, name, *place in places]


register(
    Condition(
        name="box",
        is_of_sampling=True,
        help="taken within west,south,east,north, in degrees; west may be greater than east, across the date line",
        example="7,43,8,44",
        read=box,
        sql=_inside,
        sentence=_in_words,
        samples=_touched,
        field=FormField(
            POSITION,
            "the edges of a box, in degrees",
            Map(
                places=_places,
                hint="Degrees east and north: west of Greenwich and south of the equator they are negative. "
                "A west that is greater than the east: across the 180th meridian.",
            ),
        ),
    ),
)
