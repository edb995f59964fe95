"""The morphological space: what principal components mean, and how they change with depth, time and sample.

Reckoned from up to 20,000 objects of a filter, drawn by the hash of their numbers: the same ones again.
"""

from calendar import month_abbr
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from django.db import connection

from annotations.maps.models import MapProjection
from annotations.maps.places import along
from annotations.search.filter import Filter

MOST_DRAWN = 20_000  # objects
MOST_COMPONENTS = 3  # components
STEPS = (-2, -1, 0, 1, 2)  # standard deviations along each
EACH = 3  # pictures a step
FEWEST = 5  # objects of a bin, and samples without which it has no interval: 2
SAMPLES = 20  # with the most objects
DEPTHS = 8  # bins with about as many objects each

DRAWN = """
SELECT o.id, o.sample_id, {components}, o.depth_min, extract(hour FROM o.taken_at AT TIME ZONE 'UTC')::float8,
       extract(month FROM o.taken_at AT TIME ZONE 'UTC')::float8
FROM similarity_embedding e JOIN samples_object o ON o.id = e.object_id
WHERE e.space_id = %s AND e.project_id = %s AND o.project_id = %s AND {condition}
ORDER BY hashint8(o.id), o.id LIMIT %s"""


@dataclass(frozen=True)
class Morphospace:
    """`ids`, `samples` int (n,); `scores` float (n, components), in standard deviations; the others float (n,), NaN
    where nothing is known."""

    ids: np.ndarray
    samples: np.ndarray
    scores: np.ndarray
    depth: np.ndarray
    hour: np.ndarray
    month: np.ndarray

    @property
    def components(self) -> int:
        return self.scores.shape[1]

    def typical(self, component: int) -> list[list[int]]:
        """For each of STEPS the objects that lie nearest to it along the component, near the middle of the others."""
        others = np.delete(self.scores, component, axis=1)
        rows = []
        for step in STEPS:
            away = np.abs(self.scores[:, component] - step) + 0.3 * np.linalg.norm(others, axis=1)
            rows.append([int(self.ids[place]) for place in np.argsort(away, kind="stable")[:EACH]])
        return rows


@dataclass(frozen=True)
class BinMean:
    """Mean of a component of the objects of a bin; the interval, of 95 %, takes objects of a sample as one draw."""

    name: str
    mean: float
    interval: tuple[float, float] | None
    objects: int
    samples: int


def morphospace_of(projection: MapProjection, criteria: Filter) -> Morphospace:
    """Along the projection's first principal components: `projection` must be of these."""
    spread = projection.basis["spread"]
    count = min(MOST_COMPONENTS, len(spread))
    project = projection.project_id
    components = ", ".join(
        f"{along(projection, place)} / {max(spread[place], 1e-9)!r}::float8" for place in range(count)
    )
    condition, params = criteria.narrowed(project).where(project)
    with connection.cursor() as cursor:
        cursor.execute(
            DRAWN.format(components=components, condition=condition),
            [projection.space_id, project, project, *params, MOST_DRAWN],
        )
        rows = cursor.fetchall()
    table = np.array(rows, float).reshape(len(rows), 5 + count)
    return Morphospace(
        ids=table[:, 0].astype(np.int64),
        samples=table[:, 1].astype(np.int64),
        scores=table[:, 2 : 2 + count],
        depth=table[:, 2 + count],
        hour=table[:, 3 + count],
        month=table[:, 4 + count],
    )


def by_depth(space: Morphospace, component: int) -> list[BinMean]:
    """In bins with about as many objects each, from the surface down."""
    depths = space.depth[np.isfinite(space.depth)]
    if not len(depths):
        return []
    edges = np.unique(np.quantile(depths, np.linspace(0, 1, DEPTHS + 1)))
    if len(edges) < 2:
        return [*_means(space, component, [(f"{edges[0]:g} m", space.depth == edges[0])])]
    bins = []
    for start, end in pairwise(edges):
        is_last = end == edges[-1]
        within = (space.depth >= start) & ((space.depth <= end) if is_last else (space.depth < end))
        bins.append((f"{start:.0f}–{end:.0f} m", within))
    return [*_means(space, component, bins)]


def by_hour(space: Morphospace, component: int) -> list[BinMean]:
    return [*_means(space, component, [(f"{hour} h", space.hour == hour) for hour in range(24)])]


def by_month(space: Morphospace, component: int) -> list[BinMean]:
    return [*_means(space, component, [(month_abbr[n], space.month == n) for n in range(1, 13)])]


def by_sample(space: Morphospace, component: int, names: dict[int, str]) -> list[BinMean]:
    """Of the samples with the most objects, the highest mean first; intervals take each object as a draw."""
    samples, counts = np.unique(space.samples, return_counts=True)
    largest = samples[np.argsort(-counts, kind="stable")[:SAMPLES]]
    bins = [(names.get(int(sample), str(sample)), space.samples == sample) for sample in largest]
    objects = np.arange(len(space.ids))
    return sorted(_means(space, component, bins, objects), key=lambda one: -one.mean)


def _means(
    space: Morphospace, component: int, bins: list[tuple[str, np.ndarray]], draws: np.ndarray | None = None
) -> Iterator[BinMean]:
    """Of the bins that have objects enough; `draws` int (n,) says which objects were drawn together: of samples."""
    draws = space.samples if draws is None else draws
    for name, within in bins:
        values = space.scores[within, component]
        if len(values) < FEWEST:
            continue
        mean = float(values.mean())
        interval = _interval(values, draws[within])
        yield BinMean(name, mean, interval, len(values), len(np.unique(space.samples[within])))


def _interval(values: np.ndarray, draws: np.ndarray) -> tuple[float, float] | None:
    """Of the mean, by the sums of each draw's residuals (the cluster-robust variance); None of a single draw."""
    _, places = np.unique(draws, return_inverse=True)
    residuals = np.bincount(places, values - values.mean())
    if len(residuals) < 2:
        return None
    variance = (residuals**2).sum() / len(values) ** 2 * len(residuals) / (len(residuals) - 1)
    mean, half = float(values.mean()), 1.96 * float(np.sqrt(variance))
    return mean - half, mean + half
