"""How much water 1 in a sample's `tot_vol` is: volumes are written as the project's formula reads them."""

from annotations.volumes.formulas.evaluation import evaluate
from annotations.volumes.formulas.syntax import FormulaColumn, parse_formula
from annotations.volumes.models import VolumeSettings, VolumeUnit

TOTAL_VOLUME = FormulaColumn("sample", "tot_vol")


def total_volume_in_cubic_metres(settings: VolumeSettings, unit: VolumeUnit) -> float:
    """The m³ of 1 in `tot_vol`, in a project of the unit: 0.001 with EcoTaxa's `sam.tot_vol/1000` in m³.

    A formula that asks for other columns, or grows otherwise than `tot_vol`, has no one factor: then that of the unit.
    """
    formula = parse_formula(settings.volume)
    if formula.columns != {TOTAL_VOLUME} or formula.needs_pixel:
        return unit.in_cubic_metres
    one, two = (float(evaluate(formula, {TOTAL_VOLUME: volume}, 1.0)) for volume in (1.0, 2.0))
    is_in_proportion = one > 0 and abs(two - 2 * one) < 1e-9 * one
    return one * unit.in_cubic_metres if is_in_proportion else unit.in_cubic_metres
