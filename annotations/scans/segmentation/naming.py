"""What objects that are cut out of a scan are called: `<scan>_<number>`.

A number is given once, by runs and by people who correct outlines, whatever becomes of its object.
"""

from pathlib import PurePosixPath

from django.db.models import F, Max

from annotations.projects.models import Project
from annotations.samples.queries import objects_named
from annotations.scans.corrections.models import OutlineCorrection
from annotations.scans.models import Scan
from annotations.scans.segmentation.models import SegmentationRun

MOST_LETTERS = 200  # of the scan's name in an object's


def prefix_of(scan: Scan) -> str:
    """The name of the scan's file without its ending; of a page of several, with its number."""
    stem = PurePosixPath(scan.parent.file_name).stem[:MOST_LETTERS]
    has_number = stem.endswith((f"_p{scan.page + 1}", f"_page{scan.page + 1}"))
    return f"{stem}_p{scan.page + 1}" if scan.page and not has_number else stem


def first_number(project: Project, scan: Scan, count: int) -> int:
    """The first of as many numbers that nothing on the scan was given yet and no object of the project has.

    Behind `take_turns`, so that nobody else is given the same.
    """
    runs = SegmentationRun.objects.filter(project=project, scan=scan)
    corrections = OutlineCorrection.objects.filter(project=project, scan=scan)
    behind = [each.aggregate(last=Max(F("numbered_from") + F("new")))["last"] for each in (runs, corrections)]
    last = max(number or 1 for number in behind)
    while objects_named(project, numbered_names(scan, last, count)):
        last += max(count, 1)
    return last


def names_of(run: SegmentationRun) -> list[str]:
    """Of all objects that it makes, in their order."""
    assert run.numbered_from is not None
    return numbered_names(run.scan, run.numbered_from, run.new)


def numbered_names(scan: Scan, start: int, count: int) -> list[str]:
    prefix = prefix_of(scan)
    return [f"{prefix}_{number}" for number in range(start, start + count)]
