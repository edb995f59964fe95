"""Taking back what was done: one action, or all that a person did since a moment. Large ones are jobs."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.history.queries import UndoPreview, what_goes_back_of
from annotations.jobs.actions import start_job
from annotations.jobs.models import UNFINISHED, Job
from annotations.labels.models import Batch, BatchKind
from annotations.labels.outcomes import Outcome
from annotations.labels.undoing import ONLY_WHOLE, begin_undo, source_of
from annotations.learning.former_predictions import why_too_late
from annotations.learning.restoring import restore_some_predictions
from annotations.projects.models import Project, Role
from annotations.taxon_matching.models import Merge
from annotations.traits.actions import TraitOutcome
from annotations.traits.undoing import fill_undo

MOST_AT_ONCE = 20_000  # changes that are put back while the person waits: some two seconds
MERGED = (
    "A merge of taxa is undone as a whole, in all projects: an administrator does so on the page of merges."
)


@transaction.atomic
def take_back(*, batch: Batch, user: User, role: Role) -> Outcome | TraitOutcome | Job:
    """Takes back what the batch did, except where somebody has changed it since; of an undo, gives that again.

    It need not be the last of its chain: what was undone and redone is taken back as what was done once. What is too
    large for one transaction becomes a job; one that was stopped halfway goes on. Raises PermissionDenied unless it
    is the person's own or they are an expert, ValidationError where it is taken back already, or can't be.
    """
    root = Batch.objects.select_for_update().get(pk=batch.root_id or batch.pk)
    latest = Batch.objects.get(pk=root.latest_id) if root.latest_id else root
    own = root if batch.is_doing else latest
    if why := why_not(root, latest) or (
        None if role.rank >= Role.EXPERT.rank or own.user_id == user.pk else THEIRS
    ):
        raise PermissionDenied(why) if why == THEIRS else ValidationError(why)
    if batch.is_doing == latest.is_doing:
        _refuse_while_under_way(latest)
        return _reverse(latest, user)
    if latest.details.get("unfinished"):
        return _start(latest, user)
    raise ValidationError("This has been undone already.")


THEIRS = "This is somebody else's work: an expert or a manager can take it back."


def why_not(root: Batch, latest: Batch) -> str | None:
    """Why nobody can take this back here, or give it again; None where it can be. `latest` is the end of its chain."""
    if root.kind == BatchKind.IMPORT:
        return ONLY_WHOLE
    if root.kind == BatchKind.REMAP and Merge.objects.filter(batches=root).exists():
        return MERGED
    return why_too_late(latest.created) if root.kind == BatchKind.PREDICTION else None


def _refuse_while_under_way(latest: Batch) -> None:
    jobs = Job.objects.filter(kind="take_back", params__undo=latest.pk, state__in=UNFINISHED)
    if latest.details.get("unfinished") and (job := jobs.first()):
        raise ValidationError(f"This is being put back just now, by job {job.pk}: wait for it, or cancel it.")


def _reverse(latest: Batch, user: User) -> Outcome | TraitOutcome | Job:
    undo = begin_undo(batch=latest, user=user, is_new=True)
    if Batch.objects.get(pk=source_of(undo)).changed <= MOST_AT_ONCE:
        after, count = 0, 1
        while count:
            after, count = restore_some_predictions(undo=undo, after=after, most=MOST_AT_ONCE)
        return fill_undo(undo)
    undo.details = {"unfinished": True}
    undo.save(update_fields=["details"])
    return _start(undo, user)


def _start(undo: Batch, user: User) -> Job:
    return start_job(kind="take_back", owner=user, project=undo.project, params={"undo": undo.pk})


@transaction.atomic
def roll_back(
    *, project: Project, user: User, role: Role, person: User, since: datetime, until: datetime | None = None
) -> Job:
    """Starts the job that puts back all labels and traits that a person set in the project since a moment, or within a
    time: what others changed since stays. Its batch can be undone as any other.

    Raises PermissionDenied for others' work unless the asker is an expert, ValidationError where nothing would go back.
    """
    preview = preview_roll_back(
        project=project, user=user, role=role, person=person, since=since, until=until
    )
    if not preview.back and preview.more_than is None:
        stays = f" {preview.sentence_of_stays()}" if preview.stays else ""
        raise ValidationError(f"Nothing would go back: there is nothing of {person} in that time.{stays}")
    params = {
        "person": person.pk,
        "since": since.isoformat(),
        # what they label while the job runs is of another time
        "until": min(until or timezone.now(), timezone.now()).isoformat(),
    }
    return start_job(kind="roll_back", owner=user, project=project, params=params)


def preview_roll_back(
    *, project: Project, user: User, role: Role, person: User, since: datetime, until: datetime | None = None
) -> UndoPreview:
    """What `roll_back` would do. Raises as it does."""
    if person != user and role.rank < Role.EXPERT.rank:
        raise PermissionDenied("Only an expert or a manager takes back what somebody else did.")
    if until is not None and until <= since:
        raise ValidationError("The time ends before it begins: `until` must be later than `since`.")
    return what_goes_back_of(project.pk, person.pk, since, until)
