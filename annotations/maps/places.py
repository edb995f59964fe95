"""Where objects lie in a projection, as SQL: whole numbers from 0 to 65,535, shares of the projection's bounds."""

from dataclasses import dataclass

from annotations.maps.models import MapProjection

LARGEST = 65_535


@dataclass(frozen=True)
class Places:
    """`table` is SQL of a table `e` with an `object_id`; `condition` is what its rows meet; `x` and `y` are over it."""

    table: str
    condition: str
    x: str
    y: str


def places_of(projection: MapProjection) -> Places:
    if projection.method == MapProjection.Method.UMAP:
        return Places("maps_projectedpoint e", f"e.projection_id = {projection.pk:d}", "e.x", "e.y")
    condition = f"e.space_id = {projection.space_id:d} AND e.project_id = {projection.project_id:d}"
    left, right, bottom, top = projection.bounds
    return Places(
        "similarity_embedding e",
        condition,
        _within(along(projection, 0), left, right),
        _within(along(projection, 1), bottom, top),
    )


def along(projection: MapProjection, component: int) -> str:
    """SQL over `similarity_embedding e`: how far an object lies along a principal component; 0 is the mean."""
    weights = projection.basis["components"][component]
    offset = sum(w * m for w, m in zip(weights, projection.basis["mean"], strict=True))
    return f"(-(e.vector <#> '{list(map(float, weights))}'::halfvec) - {offset!r}::float8)"


def _within(value: str, least: float, largest: float) -> str:
    share = f"round({LARGEST} * ({value} - {least!r}::float8) / {(largest - least)!r}::float8)"
    return f"least(greatest({share}, 0), {LARGEST})::integer"
