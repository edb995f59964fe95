"""What the page of the morphological space shows of each component."""

from annotations.maps.models import MapProjection
from annotations.maps.morphospace import (
    STEPS,
    Morphospace,
    by_depth,
    by_hour,
    by_month,
    by_sample,
    morphospace_of,
)
from annotations.maps.pictures import pictures_of
from annotations.maps.plots import bins_plot
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id
from annotations.search.filter import Filter
from annotations.similarity.models import EmbeddingSpace

MOST_WEIGHTS = 8  # measurements that a component is said to consist of
LEAST_WEIGHT = 0.1  # of 1 where it were that measurement alone


def components_of(projection: MapProjection, criteria: Filter) -> tuple[int, list[dict]]:
    """How many objects it stands on, and of each component {name, percent, weights, steps: [{at, pictures}], plots}."""
    space = morphospace_of(projection, criteria)
    if len(space.ids) < len(STEPS):
        return len(space.ids), []
    typical = [space.typical(place) for place in range(space.components)]
    chosen = {pk for rows in typical for row in rows for pk in row}
    pictures = {picture["id"]: picture for picture in pictures_of(projection.project_id, sorted(chosen))}
    samples = Sample.objects.filter(project=projection.project_id).values_list("pk", "original_id")
    names = {pk: readable_id(name) for pk, name in samples}
    shares = projection.basis["share"]
    return len(space.ids), [
        {
            "name": f"Component {place + 1}",
            "percent": 100 * shares[place],
            "weights": weights_of(projection, place),
            "steps": [
                {"at": _signed(at), "pictures": [pictures[pk] for pk in row if pk in pictures]}
                for at, row in zip(STEPS, typical[place], strict=True)
            ],
            "plots": _plots(space, place, names),
        }
        for place in range(space.components)
    ]


def weights_of(projection: MapProjection, component: int) -> list[tuple[str, float]]:
    """(measurement, weight) of those that change most along the component, in usual spreads of each for one unit of it;
    none where the space is no table of measurements, whose numbers mean nothing by themselves."""
    if projection.space.kind != EmbeddingSpace.Kind.MEASUREMENTS:
        return []
    weights = dict(
        zip(projection.space.details["columns"], projection.basis["components"][component], strict=False)
    )
    largest = sorted(weights, key=lambda name: -abs(weights[name]))[:MOST_WEIGHTS]
    return [(name, weights[name]) for name in largest if abs(weights[name]) >= LEAST_WEIGHT]


def _signed(at: int) -> str:
    return f"+{at}" if at > 0 else str(at).replace("-", "−")


def _plots(space: Morphospace, place: int, names: dict[int, str]) -> list:
    name = f"Component {place + 1}"
    plots = (
        bins_plot("depth", by_depth(space, place), name),
        bins_plot("hour (UTC)", by_hour(space, place), name),
        bins_plot("month", by_month(space, place), name),
        bins_plot("sample", by_sample(space, place, names), name),
    )
    return [plot for plot in plots if plot]
