"""What becomes of the objects of a scan when it is segmented again: which may go, and which people have touched."""

from dataclasses import dataclass

from django.db import connection

from annotations.projects.waiting import counted
from annotations.scans.corrections.deleted import has_deleted
from annotations.scans.models import OutlineSource
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.naming import names_of
from annotations.search.filter import Filter

MACHINES = [OutlineSource.RECIPE.value, OutlineSource.MODEL.value]
BY_PEOPLE = ["label", "rule", "update", "rollback"]  # kinds of batches; also of labels that were taken back
ON_SCAN = """
SELECT o.id, COALESCE(l.source = ANY(%s), f.original_id = ANY(%s)) AND o.state IN ('U', 'P') AND NOT EXISTS (
    SELECT FROM labels_change c JOIN labels_batch b ON b.id = c.batch_id
    WHERE c.object_id = o.id AND b.kind = ANY(%s))
AND NOT EXISTS (SELECT FROM traits_traitvalue v WHERE v.object_id = o.id AND v.state IN ('D', 'V'))
AND NOT EXISTS (SELECT FROM marks_mark k WHERE k.object_id = o.id)
AND NOT {commented}
FROM (SELECT object_id FROM scans_outline WHERE parent_id = %s
      UNION SELECT object_id FROM samples_image WHERE parent_id = %s) s
JOIN samples_object o ON o.id = s.object_id JOIN samples_objectfields f ON f.object_id = o.id
LEFT JOIN scans_outline l ON l.object_id = o.id
WHERE o.project_id = %s ORDER BY o.id
"""


@dataclass(frozen=True)
class Standing:
    """The objects that lie on a scan, by their numbers: those that a program made and nobody touched, and the others.

    Whoever labelled, scored, marked, commented, drew or corrected an object has touched it.
    """

    untouched: list[int]
    touched: list[int]


def standing_on(run: SegmentationRun) -> Standing:
    commented, params = Filter.parse({"commented": "1"}).where(run.project_id)
    with connection.cursor() as cursor:
        cursor.execute(
            ON_SCAN.format(commented=f"({commented})"),
            [MACHINES, _names_of_boxes(run), BY_PEOPLE, *params, run.scan_id, run.scan_id, run.project_id],
        )
        rows = cursor.fetchall()
    return Standing([pk for pk, is_free in rows if is_free], [pk for pk, is_free in rows if not is_free])


def _names_of_boxes(run: SegmentationRun) -> list[str]:
    """Of all objects that detectors have made on the scan: these have no outline that says so."""
    runs = SegmentationRun.objects.filter(
        project=run.project_id, scan=run.scan_id, numbered_from__isnull=False
    )
    by_boxes = runs.filter(figures__has_outlines=False).select_related("scan__parent")
    return [name for one in by_boxes for name in names_of(one)]


def is_waiting(run: SegmentationRun) -> bool:
    """Whether all is found and a person has to say that it may become objects, or that it may go on."""
    is_at_work = run.job is not None and not run.job.is_finished
    return run.segments is not None and run.applied is None and not is_at_work


def in_words(run: SegmentationRun) -> str:
    """What applying the run would do, of one whose segments are found."""
    standing, overlapping = standing_on(run), run.figures.get("overlapping", 0)
    goes, stays = len(standing.untouched), len(standing.touched)
    sentences = [f"{goes:,} {counted(goes, 'object', 'objects')} of earlier runs would go into the bin"]
    if stays:
        sentences.append(
            f"{stays:,} that people labelled, corrected or drew {counted(stays, 'stays', 'stay')}"
        )
    sentences.append(f"about {(run.segments or 0) - overlapping:,} new would come")
    which = "that stays, or was deleted here," if has_deleted(run.scan) else "that stays"
    left_out = counted(overlapping, f"overlaps one {which} and is", f"overlap one {which} and are")
    return f"{', '.join(sentences)}.{f' {overlapping:,} {left_out} left out.' if overlapping else ''}"
