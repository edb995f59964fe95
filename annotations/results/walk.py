"""A project's objects in chunks, with the numbers that formulas ask for: whatever is summed up of them walks so."""

from collections.abc import Iterator, Mapping

import numpy as np
from django.db import connection

from annotations.common.copying import copied_chunk
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
# LEAST passes over what is null
_LAYER = f"""CASE WHEN {MEAN_DEPTH} IS NULL THEN {NO_DEPTH}
    ELSE floor({_DEPTH} / {{layer_m:d}}) * {{layer_m:d}} END::int4"""
AREA = FormulaColumn("object", "area")  # pixels, as ZooProcess and the platform measure it
ObjectColumns = Mapping[FormulaColumn, int]  # of objects, with their positions


def object_columns(project: Project, individual: Formula) -> tuple[ObjectColumns, list[FormulaColumn]]:
    """Those that the formula of one object's volume and its diameter ask for, and those that the project has not."""
    positions = positions_of(project)
    needed = {column for column in individual.columns if column.level == "object"}
    columns = {c: positions[c.name] for c in sorted(needed | {AREA}) if c.name in positions}
    return columns, sorted(needed - columns.keys())


def layer_key(layer_m: int) -> str:
    """SQL of the layer of an object `o`, as its upper end in metres; NO_DEPTH where nobody knows."""
    return _LAYER.format(layer_m=layer_m)


def object_chunks(
    project: Project, criteria: Filter, columns: ObjectColumns, layer: str = "0"
) -> Iterator[np.ndarray]:
    """Structured arrays of id, acquisition, layer (what `layer` says in SQL), taxon (0: none), state (its letter) and
    value0, value1, … in the order of the columns."""
    narrowed, params = criteria.narrowed(project.pk).where(project.pk)
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
        rows = copied_chunk(whole, fields)
        if len(rows):
            yield rows
        if len(rows) < ROWS:
            return
        after = int(rows["id"][-1])


def acquisitions_that_match(project: Project, criteria: Filter, layer: str = "0") -> list[tuple[int, int]]:
    """(acquisition, layer) of all that was taken where, when and by what the filter asks, whatever it asks of objects:
    who holds none of these has a true zero. Empty where the filter asks nothing of objects."""
    if criteria.of_sampling == criteria:
        return []
    condition, params = criteria.of_sampling.narrowed(project.pk).where(project.pk)
    sql = f"""SELECT DISTINCT o.acquisition_id, {layer} FROM samples_object o
        WHERE o.project_id = %s AND {condition}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project.pk, *params])
        return cursor.fetchall()


class ChunkValues:
    """The numbers of a chunk of objects that formulas ask for; float (n,), NaN where there is none."""

    def __init__(
        self,
        rows: np.ndarray,
        columns: ObjectColumns,
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


def combinations(columns: list[np.ndarray]) -> tuple[list[list[int]], np.ndarray]:
    """The different combinations of numbers side by side, by column, and which one each row has. As NumPy's `unique`
    of whole rows, which compares them as bytes, in a sixth of the time. Columns are of 50,000 rows at most."""
    values, codes = [], np.zeros(len(columns[0]), np.int64)
    for column in columns:
        different, places = np.unique(column, return_inverse=True)
        values.append(different)
        codes = codes * len(different) + places
    present, places = np.unique(codes, return_inverse=True)
    indices = np.unravel_index(present, [len(different) for different in values])
    return [each[index].tolist() for each, index in zip(values, indices, strict=True)], places
