"""Asking for a refit, one job for any number of labels; switching it off and on; what a refit leaves."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import UNFINISHED, Job
from annotations.learning.actions import require_manager
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.refitting.models import Refitting
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.queries import spaces_in

PAUSE = timedelta(seconds=1)  # labels that follow each other as quickly are learnt from at one stroke

ASK = """
INSERT INTO refitting_refitting (project_id, is_on, requested, labels, changed, method, heads)
VALUES (%s, TRUE, clock_timestamp(), 0, 0, '', '')
ON CONFLICT (project_id) DO UPDATE SET requested = EXCLUDED.requested WHERE refitting_refitting.is_on
"""


def ask_for_refit(project_id: int) -> None:
    """People have changed labels: a job learns from them soon, where the project lets it and objects have embeddings.

    One that waits takes them along; one that runs looks again when it is done.
    """
    if not settings.LEARN_WHILE_SORTING:
        return
    project = Project.objects.living().filter(pk=project_id).first()
    if project is None or not spaces_in(project):
        return
    with connection.cursor() as cursor:
        cursor.execute(ASK, [project_id])
        if cursor.rowcount:
            _start(project)


def start_due_refits() -> int:
    """Starts the jobs that labels ask for and nobody has started: they came while one was just ending. By beat."""
    due = Refitting.objects.filter(is_due(), project__deleted=None, requested__lt=timezone.now() - 2 * PAUSE)
    live = Job.objects.filter(kind="refit", state__in=UNFINISHED).values("project")
    rows = list(due.exclude(project__in=live).select_related("project"))
    for row in rows:
        _start(row.project)
    return len(rows)


def is_due() -> Q:
    return Q(is_on=True, requested__isnull=False) & (Q(answered=None) | Q(requested__gt=F("answered")))


def _start(project: Project) -> None:
    with suppress(JobUnderWay):  # it is just being cancelled: the next label asks again
        start_job(kind="refit", owner=None, project=project, after=PAUSE)


@transaction.atomic
def let_learn(*, user: User, project: Project, is_on: bool) -> Refitting:
    """Lets the project learn while it is sorted, or not. Needs a manager. What was predicted stays."""
    require_manager(user, project)
    row, _ = Refitting.objects.update_or_create(project=project, defaults={"is_on": is_on})
    return row


# --- By the worker ----------------------------------------------------------------------------------------------------


def model_of(*, row: Refitting, space: EmbeddingSpace) -> Model:
    """The model that the project's refits speak as; another space has another."""
    if row.model is not None and row.space == space:
        return row.model
    model = Model.objects.create(name=f"{row.project.title}, newest labels"[:200], method=Model.Method.REFIT)
    model.projects.set([row.project])
    Refitting.objects.filter(pk=row.pk).update(model=model, space=space, heads=b"")
    row.model, row.space, row.heads = model, space, b""
    return model


def note_answered(*, row: Refitting, requested: datetime, **learnt: Any) -> None:
    """Labels up to `requested` have been learnt from; `learnt` are fields of the row."""
    Refitting.objects.filter(pk=row.pk).update(answered=requested, **learnt)


def remove_former_jobs(*, job: Job) -> None:
    """Of refits only the last is kept: what they did stands in the batches."""
    Job.objects.filter(kind="refit", project=job.project).exclude(state__in=UNFINISHED).exclude(
        pk=job.pk
    ).delete()
