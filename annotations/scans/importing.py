"""Outlines that come with objects from elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from annotations.scans.models import Outline, OutlineSource


@dataclass(frozen=True)
class NewOutline:
    """`counts` are compressed run lengths of the box alone, as in `Outline`."""

    object_id: int
    parent_id: int
    box: tuple[int, int, int, int]  # x, y, width, height
    counts: str


def add_imported_outlines(*, outlines: Iterable[NewOutline]) -> int:
    """Of objects that have none; how many were there to write. Twice is as good as once."""
    rows = [
        Outline(
            object_id=each.object_id,
            parent_id=each.parent_id,
            **dict(zip(("x", "y", "width", "height"), each.box, strict=True)),
            counts=each.counts.encode(),
            source=OutlineSource.IMPORTED,
        )
        for each in outlines
    ]
    Outline.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
