"""Where on a scan a person has deleted what a program had made: a segmentation does not make it again.

Whoever deletes what people drew themselves says nothing about what a program may find there.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from annotations.scans.corrections.models import CorrectionKind, OutlineCorrection
from annotations.scans.models import Scan


def _deletions(scan: Scan) -> QuerySet[OutlineCorrection]:
    """Those that nobody has taken back, on the scan or from the bin."""
    deletions = OutlineCorrection.objects.filter(scan=scan, kind=CorrectionKind.DELETE, undone=None)
    return deletions.filter(Q(deletion=None) | Q(deletion__restored=None))


def _drawn(scan: Scan) -> set[int]:
    """Objects that people drew where there was none."""
    drawings = OutlineCorrection.objects.filter(scan=scan, kind=CorrectionKind.DRAW)
    return {number for numbers in drawings.values_list("object_ids", flat=True) for number in numbers}


def has_deleted(scan: Scan) -> bool:
    return _deletions(scan).exists()


def deleted_shapes(scan: Scan) -> Iterator[dict[str, Any]]:
    """Box and run lengths of each, in pixels of the scan; `counts` is None where only its box is known."""
    drawn = _drawn(scan)
    for states in _deletions(scan).order_by("pk").values_list("before", flat=True).iterator():
        for state in states:
            if state["id"] in drawn:
                continue
            yield {"box": state["box"], "counts": state["outline"] and state["outline"]["counts"]}
