"""The only writer of outlines that people correct: checked, logged in the same transaction, and taken back by
`undoing`.

The serving worker does what needs the scan beforehand; what somebody else has corrected meanwhile is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.common.live import publish_event
from annotations.deletions.immediate import MOST_AT_ONCE, put_few_into_bin
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.samples.actions import take_turns
from annotations.samples.locking import hold_objects
from annotations.scans.corrections.errors import ScanBeingSegmented
from annotations.scans.corrections.making import has_scale_bar, make_objects, replace_outline
from annotations.scans.corrections.models import CorrectionKind, OutlineCorrection
from annotations.scans.corrections.outlined import (
    ExpectedOutline,
    OutlinedObject,
    as_expected,
    outlined_objects,
)
from annotations.scans.corrections.preparing import PreparedOutline, prepare_outlines
from annotations.scans.corrections.states import outline_state, whole_state
from annotations.scans.models import Scan
from annotations.scans.segmentation.naming import first_number
from annotations.scans.segmentation.queries import is_writing_on
from annotations.similarity.completing import PAUSE, complete_own_space
from annotations.taxonomy.models import Taxon

MOST_MERGED = 50
OBJECTS = {  # how many of them each kind takes
    CorrectionKind.CUT: (1, 1),
    CorrectionKind.MERGE: (2, MOST_MERGED),
    CorrectionKind.DELETE: (1, MOST_AT_ONCE),
    CorrectionKind.DRAW: (0, 0),
    CorrectionKind.RESHAPE: (1, 1),
}
LEAST_POINTS = {CorrectionKind.CUT: 2, CorrectionKind.DRAW: 3, CorrectionKind.RESHAPE: 3}


@dataclass(frozen=True)
class RequestedCorrection:
    """What a person asks for: `line` in pixels of the scan, a closed one of a new outline without its last point."""

    kind: CorrectionKind
    objects: Sequence[ExpectedOutline] = ()
    line: Sequence[Sequence[float]] = ()
    taxon: Taxon | None = None


def correct_outlines(
    *, project: Project, user: User, scan: Scan, requested: RequestedCorrection
) -> OutlineCorrection:
    """Does it, or nothing. Asks nobody's rights.

    Raises ValidationError, OutlineOvertaken where somebody was quicker, NoAnswer where the serving worker is away.
    """
    _check(requested)
    objects = as_expected(project, scan, requested.objects)
    prepared = _prepared(scan, requested, objects)
    with transaction.atomic():
        correction = _write(project, user, scan, requested, prepared)
        publish_event(project.pk, "labels", batch=None, objects=None)
        complete_own_space(project=project, user=None, after=PAUSE)
    return correction


def _check(requested: RequestedCorrection) -> None:
    least, most = OBJECTS[requested.kind]
    numbers = {one.id for one in requested.objects}
    if not least <= len(numbers) <= most or len(numbers) < len(requested.objects):
        bounds = f"{least}" if least == most else f"{least} to {most}"
        raise ValidationError(f"`objects` of {requested.kind} takes {bounds}, each once.")
    points = LEAST_POINTS.get(requested.kind, 0)
    if len(requested.line) < points or (requested.line and not points):
        raise ValidationError(
            f"`line` of {requested.kind} takes {f'{points} points or more' if points else 'none'}."
        )
    if requested.taxon and requested.kind != CorrectionKind.DRAW:
        raise ValidationError("`taxon` is of what is drawn: label other objects as ever.")


def _prepared(
    scan: Scan, requested: RequestedCorrection, objects: list[OutlinedObject]
) -> list[PreparedOutline]:
    if requested.kind == CorrectionKind.DELETE:
        return []
    of_objects = requested.kind in (CorrectionKind.CUT, CorrectionKind.MERGE)
    shapes = [one.shape for one in objects] if of_objects else []
    has_bar = any(has_scale_bar(one) for one in objects[:1])
    return prepare_outlines(scan, kind=requested.kind, shapes=shapes, line=requested.line, has_bar=has_bar)


def _write(
    project: Project, user: User, scan: Scan, requested: RequestedCorrection, prepared: list[PreparedOutline]
) -> OutlineCorrection:
    take_turns(
        project=project
    )  # corrections come one after the other, and not while a run writes what it planned
    if is_writing_on(scan):
        raise ScanBeingSegmented
    objects = as_expected(project, scan, requested.objects)
    stays = objects[:1] if requested.kind != CorrectionKind.DELETE else []
    correction = OutlineCorrection(project=project, scan=scan, kind=requested.kind, author=user)
    columns = list(prepared[0].numbers) if prepared else []
    correction.before = [whole_state(project, one, columns) for one in stays]
    _bin(correction, user, objects[len(stays) :])
    hold_objects(project=project, object_ids=[one.id for one in stays])
    for one, outline in zip(stays, prepared, strict=False):
        replace_outline(project, scan, one, outline)
    new = _make(correction, prepared[len(stays) :], stays)
    if requested.taxon:
        targets = [Target(number, 1) for number in new]
        label_objects(project=project, user=user, targets=targets, taxon=requested.taxon)
    _log(correction, [one.id for one in stays], new, columns)
    return correction


def _bin(correction: OutlineCorrection, user: User, goes: list[OutlinedObject]) -> None:
    correction.before += [outline_state(one) for one in goes]
    if goes:
        words = f"{correction.get_kind_display().lower()}, {correction.scan.parent.file_name}"
        correction.deletion = put_few_into_bin(
            project=correction.project,
            user=user,
            object_ids=[one.id for one in goes],
            words=words,
            scan=correction.scan.parent,
        )


def _log(correction: OutlineCorrection, stays: list[int], new: list[int], columns: list[str]) -> None:
    after = outlined_objects(correction.project, correction.scan, stays + new)
    whole = [whole_state(correction.project, after[number], columns) for number in stays]
    correction.after = whole + [outline_state(after[number]) for number in new]
    correction.object_ids = sorted({state["id"] for state in (*correction.before, *correction.after)})
    correction.save()


def _make(
    correction: OutlineCorrection, outlines: list[PreparedOutline], stays: list[OutlinedObject]
) -> list[int]:
    if not outlines:
        return []
    correction.new = len(outlines)
    correction.numbered_from = first_number(correction.project, correction.scan, correction.new)
    return make_objects(correction, outlines, beside=stays[0].id if stays else None)
