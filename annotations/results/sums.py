"""One walk through a project's objects: how many, how large, by acquisition, layer, taxon and state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from django.db import connection

from annotations.common.copying import copied_rows
from annotations.projects.models import Project
from annotations.samples.columns import positions_of
from annotations.search.conditions.depths import MEAN_DEPTH
from annotations.search.filter import Filter
from annotations.volumes.formulas.evaluation import evaluate
from annotations.volumes.formulas.syntax import Formula, FormulaColumn
from annotations.volumes.sampling import SampledAcquisition

ROWS = 50_000  # objects in memory at once
NO_DEPTH = -(2**31)  # in the place of a layer
DEEPEST = 1_000_000  # metres: what lies beyond is a slip of somebody's pen, and no integer
_DEPTH = f"GREATEST(LEAST({MEAN_DEPTH}, {DEEPEST}), -{DEEPEST})"
_LAYER = f"COALESCE(floor({_DEPTH} / {{layer_m:d}}) * {{layer_m:d}}, {NO_DEPTH})::int4"
AREA = FormulaColumn("object", "area")  # pixels, as ZooProcess and the platform measure it


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


def layer_key(layer_m: int) -> str:
    """SQL of the layer of an object `o`, as its upper end in metres; NO_DEPTH where nobody knows."""
    return _LAYER.format(layer_m=layer_m)


def sum_objects(
    project: Project,
    criteria: Filter,
    acquisitions: Mapping[int, SampledAcquisition],
    individual: Formula,
    layer_m: int | None = None,
) -> ObjectSums:
    """`layer_m` is the height of a layer; without, all depths are one."""
    positions = positions_of(project)
    needed = {column for column in individual.columns if column.level == "object"}
    columns = {c: positions[c.name] for c in sorted(needed | {AREA}) if c.name in positions}
    sums = ObjectSums(missing_columns=sorted(needed - columns.keys()))
    for rows in _chunks(project, criteria, columns, layer_m):
        values = _Values(rows, columns, acquisitions)
        _add(sums.by_key, rows, values.volumes(individual), values.diameters())
    return sums


class _Values:
    """The numbers of a chunk of objects that formulas ask for; float (n,), NaN where there is none."""

    def __init__(
        self,
        rows: np.ndarray,
        columns: Mapping[FormulaColumn, int],
        acquisitions: Mapping[int, SampledAcquisition],
    ):
        self.rows, self.columns = rows, list(columns)
        numbers, self.places = np.unique(rows["acquisition"], return_inverse=True)
        self.acquisitions = [acquisitions[number] for number in numbers.tolist()]
        self.pixel_mm = np.array([each.pixel_mm for each in self.acquisitions])[self.places]

    def volumes(self, individual: Formula) -> np.ndarray:
        columns = {column: self._of(column) for column in individual.columns}
        volume = np.broadcast_to(evaluate(individual, columns, self.pixel_mm), len(self.rows))
        return np.where(volume >= 0, volume, np.nan)

    def diameters(self) -> np.ndarray:
        area = self._of(AREA)
        with np.errstate(invalid="ignore"):
            diameters = 2 * np.sqrt(area / np.pi) * self.pixel_mm
        return np.where(np.isfinite(diameters), diameters, np.nan)

    def _of(self, column: FormulaColumn) -> np.ndarray:
        if column.level != "object":
            return np.array([each.columns[column] for each in self.acquisitions])[self.places]
        if column not in self.columns:
            return np.full(len(self.rows), np.nan)
        return self.rows[f"value{self.columns.index(column)}"]


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


def _chunks(
    project: Project, criteria: Filter, columns: Mapping[FormulaColumn, int], layer_m: int | None
) -> Iterator[np.ndarray]:
    narrowed, params = criteria.narrowed(project.pk).where(project.pk)
    layer = layer_key(layer_m) if layer_m else "0"
    values = "".join(f", COALESCE(w.values[{place + 1:d}], 'NaN')" for place in columns.values())
    sql = f"""SELECT o.id, o.acquisition_id, {layer}, COALESCE(o.taxon_id, 0), ascii(o.state){values}
        FROM samples_object o JOIN samples_objectfields w ON w.object_id = o.id
        WHERE o.project_id = %s AND {narrowed} AND o.id > %s ORDER BY o.id LIMIT {ROWS:d}"""
    fields = [("id", ">i8"), ("acquisition", ">i8"), ("layer", ">i4"), ("taxon", ">i8"), ("state", ">i4")]
    fields += [(f"value{place}", ">f8") for place in range(len(columns))]
    after = 0
    while True:
        with connection.cursor() as cursor:
            whole = cursor.mogrify(sql, [project.pk, *params, after])
        rows = copied_rows(whole, fields)
        if len(rows):
            yield rows
        if len(rows) < ROWS:
            return
        after = int(rows["id"][-1])
