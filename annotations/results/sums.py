"""One walk through a project's objects: how many, how large, by acquisition, layer, taxon and state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from annotations.projects.models import Project
from annotations.results.walk import ChunkValues, layer_key, object_chunks, object_columns, taken_as_asked
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.volumes.formulas.syntax import Formula, FormulaColumn
from annotations.volumes.sampling import SampledAcquisition


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
    for acquisition, upper_end in taken_as_asked(project, criteria, layer):
        sums.by_key[SumKey(acquisition, upper_end, 0, State.UNCLASSIFIED.value)] = Sums()
    for rows in object_chunks(project, criteria, columns, layer):
        values = ChunkValues(rows, columns, acquisitions)
        _add(sums.by_key, rows, values.volumes(individual), values.diameters())
        after_chunk()
    return sums


def _add(by_key: dict[SumKey, Sums], rows: np.ndarray, volumes: np.ndarray, diameters: np.ndarray) -> None:
    keys = np.stack([rows[name].astype(np.int64) for name in ("acquisition", "layer", "taxon", "state")])
    groups, places = np.unique(keys, axis=1, return_inverse=True)
    places, size = places.ravel(), groups.shape[1]
    totals = [
        np.bincount(places, minlength=size),
        np.bincount(places, np.nan_to_num(volumes), size),
        np.bincount(places, ~np.isnan(volumes), size),
        np.bincount(places, np.nan_to_num(diameters), size),
        np.bincount(places, ~np.isnan(diameters), size),
    ]
    for (acquisition, layer, taxon, state), *(count, volume, volumes_known, diameter, diameters_known) in zip(
        groups.T.tolist(), *(total.tolist() for total in totals), strict=True
    ):
        key = SumKey(acquisition, layer, taxon, chr(state))
        by_key.setdefault(key, Sums()).add(
            Sums(count, volume, int(volumes_known), diameter, int(diameters_known))
        )
