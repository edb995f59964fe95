"""The size of a pixel follows where the package says it otherwise than it did."""

from collections.abc import Iterable, Mapping, Sequence

from annotations.imports.ecotaxa.pixel_columns import speaks_of_pixels
from annotations.imports.records import Record
from annotations.metadata.columns import FIELD, number_text
from annotations.metadata.packages.cells import heading_of
from annotations.metadata.packages.comparing import PackageComparison, RowTexts
from annotations.metadata.planning import CellDifference
from annotations.samples.models import Acquisition, FreeColumn
from annotations.samples.naming import readable_id

Level = FreeColumn.Level


def pixel_differences(
    comparison: PackageComparison,
    records: Mapping[int, Record],
    acquisitions: Iterable[CellDifference],
    processes: Iterable[CellDifference],
) -> list[CellDifference]:
    """`records` are what the package says of acquisitions, by their numbers; the others are what differs of them."""
    columns = dict([*_of_pixels(Level.ACQUISITION, acquisitions), *_of_pixels(Level.PROCESS, processes)])
    sizes = {pk: records[pk].acquisition.pixel_um for pk in sorted(columns)}
    _warn_of_doubts(comparison, records, {pk: columns[pk] for pk, size in sizes.items() if size is None})
    texts = [
        RowTexts(pk, {"pixel_um": number_text(size)}, records[pk])
        for pk, size in sizes.items()
        if size is not None and comparison.update.user_id  # it is signed
    ]
    return comparison.note(Level.ACQUISITION, texts)


def _of_pixels(level: str, differences: Iterable[CellDifference]) -> Sequence[tuple[int, str]]:
    """(acquisition, column as the package calls it)."""
    rows = [
        (one.row_id, heading_of(level, one.column)) for one in differences if one.column.startswith(FIELD)
    ]
    return [(pk, heading) for pk, heading in rows if speaks_of_pixels(heading)]


def _warn_of_doubts(
    comparison: PackageComparison, records: Mapping[int, Record], columns: Mapping[int, str]
) -> None:
    for acquisition in Acquisition.objects.filter(pk__in=columns).order_by("pk"):
        size = f"{acquisition.pixel_um:g} µm" if acquisition.pixel_um else "unknown"
        record, column = records[acquisition.pk], columns[acquisition.pk]
        name = readable_id(acquisition.original_id)
        message = (
            f"{column} of acquisition {name} changes, but its unit can't be told: the size of its pixels stays {size}. "
            "Choose the unit, “Pixel sizes without a unit are in”, before this is written, or correct the size in the "
            "table of acquisitions."
        )
        comparison.problems.warn(message, record.file, record.line, column, fault="unit", cell=name)
