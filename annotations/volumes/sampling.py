"""What one object that was looked at stands for in the sea: by acquisition, from the project's formulas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from annotations.samples.models import Acquisition
from annotations.volumes.cells import number_in
from annotations.volumes.formulas.evaluation import evaluate
from annotations.volumes.formulas.syntax import Formula, FormulaColumn, parse_formula
from annotations.volumes.models import VolumeSettings

MOST = 1e30  # m³: beyond is a slip of somebody's pen, and soon no number
NO_UNIT = "Nobody has said in which unit the samples' volumes are: say it under Volumes and formulas."

IMPOSSIBLE = (
    "The volume and the share of {sample} come to no volume that there is: correct them under Data › Samples and "
    "Data › Acquisitions, or the unit under Volumes and formulas."
)
NO_PIXEL = "Nobody knows the size of a pixel of {acquisition}: give it under Data › Acquisitions."
PAGES = {
    "sample": "Data › Samples",
    "acq": "Data › Acquisitions",
    "process": "Data › Processes",
    "ssm": "Data › Acquisitions",
}


@dataclass(frozen=True)
class SampledAcquisition:
    """An acquisition, and how many objects m⁻³ one object of it stands for; None with the sentence that says why."""

    id: int
    name: str
    sample: int
    sample_name: str
    pixel_mm: float  # NaN where nobody knows
    columns: Mapping[FormulaColumn, float]  # what the formula of one object's volume asks of it
    per_cubic_metre: float | None
    why_not: str = ""


def sampled_acquisitions(
    settings: VolumeSettings, samples: tuple[int, ...] = ()
) -> dict[int, SampledAcquisition]:
    """By number, in the order of samples and acquisitions; of all samples where none is named."""
    rows = Acquisition.objects.filter(sample__project=settings.project_id).select_related("sample")
    rows = rows.filter(sample__in=samples) if samples else rows
    formulas = _Formulas(settings)
    return {
        row.pk: formulas.sampled(row) for row in rows.order_by("sample__original_id", "original_id", "id")
    }


class _Formulas:
    def __init__(self, settings: VolumeSettings):
        self.coefficient = parse_formula(settings.coefficient)
        self.volume = parse_formula(settings.volume)
        self.individual = parse_formula(settings.individual_volume)
        self.unit = settings.unit

    def sampled(self, row: Acquisition) -> SampledAcquisition:
        pixel_mm = row.pixel_um / 1000 if row.pixel_um else np.nan
        factor, why_not = self._per_cubic_metre(row, pixel_mm)
        needed = [column for column in self.individual.columns if column.level != "object"]
        return SampledAcquisition(
            id=row.pk,
            name=row.original_id,
            sample=row.sample_id,
            sample_name=row.sample.original_id,
            pixel_mm=pixel_mm,
            columns={column: value_of(column, row) for column in needed},
            per_cubic_metre=factor,
            why_not=why_not,
        )

    def _per_cubic_metre(self, row: Acquisition, pixel_mm: float) -> tuple[float | None, str]:
        if self.unit is None:
            return None, NO_UNIT
        needed = sorted(self.coefficient.columns | self.volume.columns)
        columns = {column: value_of(column, row) for column in needed}
        if missing := [column for column, value in columns.items() if np.isnan(value)]:
            return None, _no_number(missing, row.sample.original_id)
        looked_at = self.unit.in_cubic_metres
        for formula in (self.coefficient, self.volume):
            if formula.needs_pixel and np.isnan(pixel_mm):
                return None, NO_PIXEL.format(acquisition=row.original_id)
            value = float(evaluate(formula, columns, pixel_mm))
            if not value > 0:
                return None, _not_above_zero(formula, row.sample.original_id)
            looked_at *= value
        return _inverse(looked_at, row)


def _inverse(looked_at: float, row: Acquisition) -> tuple[float | None, str]:
    """1 ÷ cubic metres, which are above 0 but may be too small or too large for a float."""
    if not MOST**-1 < looked_at < MOST:
        return None, IMPOSSIBLE.format(sample=row.sample.original_id)
    return 1 / looked_at, ""


def _no_number(missing: list[FormulaColumn], sample: str) -> str:
    remedy = f"fill it in under {_pages_of(missing)}, or choose another formula under Volumes and formulas"
    return f"No number in {', '.join(map(str, missing))} of {sample}: {remedy}."


def _not_above_zero(formula: Formula, sample: str) -> str:
    pages = _pages_of(sorted(formula.columns))
    remedy = f"correct it under {pages}" if pages else "choose another formula under Volumes and formulas"
    return f"{formula.text} of {sample} is not above 0: {remedy}."


def _pages_of(columns: Iterable[FormulaColumn]) -> str:
    """Where the columns are corrected."""
    return " and ".join(dict.fromkeys(PAGES[column.level] for column in columns))


def value_of(column: FormulaColumn, row: Acquisition) -> float:
    """The number in the column of a sample, acquisition or process; NaN where there is none, and for the 99999 by which
    ZooProcess says that nobody measured it."""
    tables = {"sample": row.sample.fields, "acq": row.fields, "process": row.process_fields}
    tables["ssm"] = {**row.process_fields, **row.fields}
    return number_in(tables.get(column.level, {}).get(column.name, ""))
