"""Taking a correction back: what stays is as it was, what went is back out of the bin, and what was new goes there."""

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.live import publish_event
from annotations.deletions.immediate import put_few_into_bin, take_few_back
from annotations.marks.models import Mark
from annotations.projects.models import Project, Role
from annotations.samples.actions import take_turns
from annotations.samples.locking import hold_objects
from annotations.scans.corrections.errors import OutlineOvertaken, ScanBeingSegmented
from annotations.scans.corrections.models import OutlineCorrection
from annotations.scans.corrections.outlined import GONE, OutlinedObject, outlined_objects
from annotations.scans.corrections.queries import may_undo
from annotations.scans.corrections.states import (
    ObjectState,
    has_other_pictures,
    outline_state,
    restore_state,
)
from annotations.scans.models import Scan
from annotations.scans.segmentation.queries import is_writing_on
from annotations.similarity.completing import PAUSE, complete_own_space

THEIRS = "This is somebody else's correction: an expert or a manager can take it back."
CORRECTED = "Object {name} has been corrected since: take that back first. Nothing was changed."
REMOVED = (
    "A later correction deleted or merged what this one left: take that back first. Nothing was changed."
)
LABELLED = "Object {name} has been labelled since: take that back first. Nothing was changed."
REPLACED = (
    "Object {name} has got another picture since, by an update or a rendering: draw its outline anew instead. Nothing "
    "was changed."
)
MARKED = "Object {name} has marks on its new picture: remove these first. Nothing was changed."
# by a person or a rule of theirs, where a later version stands than that which the correction left
LABELLED_SINCE = """
SELECT f.original_id FROM unnest(%s::bigint[], %s::int[]) s (id, version)
JOIN samples_object o ON o.id = s.id JOIN samples_objectfields f ON f.object_id = o.id
JOIN labels_change n ON n.object_id = o.id AND n.version = o.version
JOIN labels_change c ON c.object_id = o.id AND c.version = COALESCE(n.restores, n.version)
JOIN labels_batch b ON b.id = c.batch_id
WHERE c.version > s.version AND b.kind IN ('label', 'rule', 'update', 'rollback') ORDER BY o.id LIMIT 1
"""


@transaction.atomic
def undo_correction(
    *, project: Project, user: User, role: Role, scan: Scan, correction_id: int
) -> OutlineCorrection:
    """All of it, or nothing.

    Raises PermissionDenied for somebody else's unless an expert asks, OutlineOvertaken where one of its objects has
    been corrected or labelled since, ValidationError and JobUnderWay where something can't come back.
    """
    take_turns(project=project)
    if is_writing_on(scan):
        raise ScanBeingSegmented
    correction = OutlineCorrection.objects.select_for_update().get(pk=correction_id)
    correction.project, correction.scan = project, scan
    outlined = _refuse(correction, user, role)
    there = {state["id"] for state in correction.before}
    stays = [state for state in correction.after if state["id"] in there]
    _bin_new(correction, [state["id"] for state in correction.after if state["id"] not in there], user)
    if correction.deletion_id:
        take_few_back(deletion_id=correction.deletion_id, user=user)
    hold_objects(project=project, object_ids=[state["id"] for state in stays])
    before = {state["id"]: state for state in correction.before}
    for state in stays:
        revision = outlined[state["id"]].revision + 1
        restore_state(project, scan, before[state["id"]], state, revision)
    correction.undone, correction.undone_by = timezone.now(), user
    correction.save(update_fields=["undone", "undone_by"])
    publish_event(project.pk, "labels", batch=None, objects=None)
    complete_own_space(project=project, user=None, after=PAUSE)
    return correction


def _refuse(correction: OutlineCorrection, user: User, role: Role) -> dict[int, OutlinedObject]:
    """The objects as they lie now, where nothing is in the way."""
    if not may_undo(correction, user, role):
        raise PermissionDenied(THEIRS)
    if correction.undone:
        raise OutlineOvertaken("This has been undone already.")
    outlined = outlined_objects(
        correction.project, correction.scan, [state["id"] for state in correction.after]
    )
    if missing := len(correction.after) - len(outlined):
        later = _later_corrections(correction, [state["id"] for state in correction.after])
        words = GONE.format(count=missing, are="is" if missing == 1 else "are")
        raise OutlineOvertaken(REMOVED if later.exclude(deletion=None).exists() else words)
    if number := _corrected_since(correction, outlined):
        raise OutlineOvertaken(CORRECTED.format(name=outlined[number].name))
    if name := _labelled_since(correction.after):
        raise OutlineOvertaken(LABELLED.format(name=name))
    if number := _pictured_since(correction):
        raise OutlineOvertaken(REPLACED.format(name=outlined[number].name))
    marks = Mark.objects.filter(object__in=outlined, created__gt=correction.created, removed=None)
    if mark := marks.first():
        raise OutlineOvertaken(MARKED.format(name=outlined[mark.object_id].name))
    return outlined


def _corrected_since(correction: OutlineCorrection, outlined: dict[int, OutlinedObject]) -> int | None:
    """The first object with another outline than the correction left, or with a later correction that stands.

    Later ones that were taken back are none: these left the outline as it was, under a higher revision.
    """
    later = _later_corrections(correction, list(outlined)).values_list("object_ids", flat=True)
    corrected = {number for numbers in later for number in numbers}
    for state in correction.after:
        if state["id"] in corrected or outline_state(outlined[state["id"]])["outline"] != state["outline"]:
            return state["id"]
    return None


def _later_corrections(correction: OutlineCorrection, object_ids: list[int]) -> QuerySet[OutlineCorrection]:
    """Those of these objects that stand."""
    later = OutlineCorrection.objects.filter(scan=correction.scan, pk__gt=correction.pk, undone=None)
    return later.filter(object_ids__overlap=object_ids)


def _pictured_since(correction: OutlineCorrection) -> int | None:
    """The first object whose corrected picture is another by now."""
    after = {state["id"]: state for state in correction.after}
    stayed = (state for state in correction.before if "images" in state and state["id"] in after)
    return next((state["id"] for state in stayed if has_other_pictures(state, after[state["id"]])), None)


def _labelled_since(states: list[ObjectState]) -> str | None:
    """The name of the first one."""
    with connection.cursor() as cursor:
        ids, versions = [state["id"] for state in states], [state["version"] for state in states]
        cursor.execute(LABELLED_SINCE, [ids, versions])
        row = cursor.fetchone()
    return row[0] if row else None


def _bin_new(correction: OutlineCorrection, object_ids: list[int], user: User) -> None:
    if object_ids:
        words = f"undone: {correction.get_kind_display().lower()}, {correction.scan.parent.file_name}"
        put_few_into_bin(
            project=correction.project,
            user=user,
            object_ids=object_ids,
            words=words,
            scan=correction.scan.parent,
        )
