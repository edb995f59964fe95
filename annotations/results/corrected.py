"""Counts per sample and taxon as they were estimated from what a model errs by, with their intervals of 95 %.

They are of a sample and no particular objects, so they have no volumes and no sizes.
"""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from annotations.abundance.models import Basis
from annotations.abundance.queries import AbundanceRow, FigureChoice, all_rows, table_of
from annotations.projects.models import Project
from annotations.results.table import ResultGroup, ResultRow
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.sampling import NO_UNIT

NO_TABLE = (
    "Nobody has counted this project's samples yet: do it under Abundance, or leave out `counts=corrected`."
)
NO_OBJECTS = "A corrected count is of no particular objects: it has no biovolume and no mean size."
ALL_THAT_IS_POSSIBLE = (
    "Where no objects were drawn by chance, in no sample, an interval is all that is possible."
)
OF_OTHER_SAMPLES = "What stands on other samples is right where the sample is like them."
CAVEATS = {
    Basis.BORROWED: OF_OTHER_SAMPLES,
    Basis.BY_MODEL: ALL_THAT_IS_POSSIBLE,
    Basis.VALIDATED: ALL_THAT_IS_POSSIBLE,
}
IntervalEstimate = tuple[float, float, float]  # with its low and high


def corrected_rows(project: Project) -> Iterator[ResultRow]:
    """In the order in which they were estimated. Raises ValidationError where nothing was."""
    table = table_of(project)
    if table is None:
        raise ValidationError(NO_TABLE)
    choice = FigureChoice(unit=volume_settings_of(project).unit)
    return map(_row, all_rows(table, choice))


def _row(row: AbundanceRow) -> ResultRow:
    figure, sample = row.figure, row.sample
    count = (figure.estimate, figure.low, figure.high)
    figures: dict[str, IntervalEstimate | None] = {
        "count": count,
        "share": _by(count, sample.objects_seen),
        "concentration": row.per_cubic_metre,
    }
    return ResultRow(
        group=ResultGroup(figure.sample_id, row.sample_name),
        taxon=figure.taxon_id,
        taxon_name=row.taxon_name,
        count=figure.estimate,
        share=_first(figures["share"]),
        concentration=_first(figures["concentration"]),
        biovolume=None,
        mean_size=None,
        left_out=sample.dubious,
        warnings=_warnings(row),
        intervals={name: one[1:] for name, one in figures.items() if one},
        basis=Basis(sample.basis).label,
    )


def _by(count: IntervalEstimate, objects: int) -> IntervalEstimate | None:
    estimate, low, high = count
    return (estimate / objects, low / objects, high / objects) if objects else None


def _first(estimate: IntervalEstimate | None) -> float | None:
    return estimate[0] if estimate else None


def _warnings(row: AbundanceRow) -> list[str]:
    why_no_volume = NO_UNIT if row.volume is None else row.volume.why_not
    caveat = CAVEATS.get(Basis(row.sample.basis), "")
    return [each for each in (why_no_volume, NO_OBJECTS, caveat) if each]
