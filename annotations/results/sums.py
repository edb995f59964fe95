"""One walk through a project's objects: how many, how large, by acquisition, layer, taxon and state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db import connection

from annotations.projects.models import Project
from annotations.results.walk import (
    ChunkValues,
    acquisitions_that_match,
    combinations,
    layer_key,
    object_chunks,
    object_columns,
)
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.volumes.formulas.syntax import Formula, FormulaColumn
from annotations.volumes.sampling import SampledAcquisition

COUNTS = """SELECT o.acquisition_id, COALESCE(o.taxon_id, 0), o.state, count(*) FROM samples_object o
    WHERE o.project_id = %s AND {condition} GROUP BY 1, 2, 3"""


@dataclass(frozen=True, order=True)
class SumKey:
    """What objects that are summed up together have in common."""

    acquisition: int
    layer: int  # its upper end in metres; NO_DEPTH where nobody knows, 0 where nobody asks
    taxon: int  # 0: none
    state: str


@dataclass
class Sums:
    """Of objects that are summed up together: how many; their volumes (mm³) and spherical diameters (mm), and
    of how many these are known."""

    count: int = 0
    volume: float = 0.0
    volumes: int = 0
    diameter: float = 0.0
    diameters: int = 0

    def add(self, other: "Sums") -> None:
        self.count += other.count
        self.volume += other.volume
        self.volumes += other.volumes
        self.diameter += other.diameter
        self.diameters += other.diameters


@dataclass
class ObjectSums:
    by_key: dict[SumKey, Sums] = field(default_factory=dict)
    # of objects that the formula of a volume asks for: the project has no such numbers
    missing_columns: list[FormulaColumn] = field(default_factory=list)
    has_sizes: bool = True  # or were the objects only counted?


def count_objects(project: Project, criteria: Filter) -> ObjectSums:
    """The same without sizes and layers, by one statement: of millions of objects in seconds."""
    condition, params = criteria.narrowed(project.pk).where(project.pk)
    sums = _without_objects(project, criteria)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(condition=condition), [project.pk, *params])
        for acquisition, taxon, state, count in cursor.fetchall():
            sums[SumKey(acquisition, 0, taxon, state)] = Sums(count)
    return ObjectSums(sums, has_sizes=False)


def _without_objects(project: Project, criteria: Filter, layer: str = "0") -> dict[SumKey, Sums]:
    """Who was taken as the filter asks takes part, whatever it holds."""
    return {
        SumKey(acquisition, upper_end, 0, State.UNCLASSIFIED.value): Sums()
        for acquisition, upper_end in acquisitions_that_match(project, criteria, layer)
    }


def sum_objects(
    project: Project,
    criteria: Filter,
    acquisitions: Mapping[int, SampledAcquisition],
    individual: Formula,
    layer_m: int | None = None,
    after_chunk: Callable[[], None] = lambda: None,
) -> ObjectSums:
    """`layer_m` is the height of a layer; without, all depths are one. `after_chunk` may raise: a job is cancelled."""
    columns, missing = object_columns(project, individual)
    sums, layer = ObjectSums(missing_columns=missing), layer_key(layer_m) if layer_m else "0"
    sums.by_key.update(_without_objects(project, criteria, layer))
    for rows in object_chunks(project, criteria, columns, layer):
        values = ChunkValues(rows, columns, acquisitions)
        _add(sums.by_key, rows, values.volumes(individual), values.diameters())
        after_chunk()
    return sums


def _add(by_key: dict[SumKey, Sums], rows: np.ndarray, volumes: np.ndarray, diameters: np.ndarray) -> None:
    groups, places = combinations([rows[name] for name in ("acquisition", "layer", "taxon", "state")])
    size = len(groups[0])
    totals = [
        np.bincount(places, minlength=size),
        np.bincount(places, np.nan_to_num(volumes), size),
        np.bincount(places, ~np.isnan(volumes), size),
        np.bincount(places, np.nan_to_num(diameters), size),
        np.bincount(places, ~np.isnan(diameters), size),
    ]
    for (acquisition, layer, taxon, state), *(count, volume, volumes_known, diameter, diameters_known) in zip(
        zip(*groups, strict=True), *(total.tolist() for total in totals), strict=True
    ):
        key = SumKey(acquisition, layer, taxon, chr(state))
        by_key.setdefault(key, Sums()).add(
            Sums(count, volume, int(volumes_known), diameter, int(diameters_known))
        )
