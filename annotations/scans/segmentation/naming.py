"""What objects of a run are called: `<scan>_<number>`. A number is given once, whatever becomes of its object."""

from pathlib import PurePosixPath

from django.db.models import F, Max

from annotations.samples.queries import objects_named
from annotations.scans.segmentation.models import SegmentationRun

MOST_LETTERS = 200  # of the scan's name in an object's


def prefix_of(run: SegmentationRun) -> str:
    """The name of the scan's file without its ending; of a page of several, with its number."""
    parent, page = run.scan.parent, run.scan.page
    stem = PurePosixPath(parent.file_name).stem[:MOST_LETTERS]
    has_number = stem.endswith((f"_p{page + 1}", f"_page{page + 1}"))
    return f"{stem}_p{page + 1}" if page and not has_number else stem


def first_number(run: SegmentationRun, count: int) -> int:
    """The first of as many numbers that no run of the scan has given out and no object of the project has."""
    earlier = SegmentationRun.objects.filter(project=run.project_id, scan=run.scan_id)
    last = earlier.aggregate(last=Max(F("numbered_from") + F("new")))["last"] or 1
    while objects_named(run.project, _names(run, last, count)):
        last += max(count, 1)
    return last


def names_of(run: SegmentationRun) -> list[str]:
    """Of all objects that it makes, in their order."""
    assert run.numbered_from is not None
    return _names(run, run.numbered_from, run.new)


def _names(run: SegmentationRun, start: int, count: int) -> list[str]:
    prefix = prefix_of(run)
    return [f"{prefix}_{number}" for number in range(start, start + count)]
