"""Asking for a refit, one job for any number of labels; switching it off and on; what a refit leaves."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from math import inf
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import UNFINISHED, Job, JobState
from annotations.learning.actions import require_manager
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.refitting.held_out import trained_models
from annotations.refitting.models import RefitMeasurement, Refitting
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.queries import spaces_in

GROWN = 1.2  # times as many labels: then it is measured again
PAUSE = timedelta(seconds=1)  # labels that follow each other as quickly are learnt from at one stroke

# Whoever asks within the pause is answered with those who asked before: labels up to its end are learnt from.
ASK_AGAIN = """
UPDATE refitting_refitting SET requested = clock_timestamp() + make_interval(secs => %s) WHERE project_id = %s AND is_on
RETURNING EXISTS (
    SELECT FROM jobs_job
    WHERE kind = 'refit' AND jobs_job.project_id = refitting_refitting.project_id AND state = ANY(%s)
)
"""
ASK_FIRST = """
INSERT INTO refitting_refitting (project_id, is_on, requested, labels, changed, method, heads)
VALUES (%s, TRUE, clock_timestamp() + make_interval(secs => %s), 0, 0, '', '')
ON CONFLICT (project_id) DO UPDATE SET requested = EXCLUDED.requested WHERE refitting_refitting.is_on
"""

_last_checked: dict[int, float] = {}  # by project, when this process asked last: seconds on its own clock


def note_labels(project_id: int) -> None:
    """People have changed labels. Labels that this process noted within the pause before are learnt from with them."""
    if not settings.LEARN_WHILE_SORTING:
        return
    now = monotonic()
    if now - _last_checked.get(project_id, -inf) < PAUSE.total_seconds():
        return
    ask_for_refit(project_id)
    _last_checked[project_id] = now  # the moment before: the pause in the database ends after this one


def ask_for_refit(project_id: int) -> None:
    """A job learns soon from labels up to the end of the pause, where the project lets it and objects have embeddings.

    One that waits takes them along; one that runs looks again when it is done.
    """
    if not settings.LEARN_WHILE_SORTING:
        return
    with connection.cursor() as cursor:
        cursor.execute(ASK_AGAIN, [PAUSE.total_seconds(), project_id, list(UNFINISHED)])
        if cursor.fetchone() == (True,):
            return
    project = Project.objects.living().filter(pk=project_id).first()
    if project is None or not spaces_in(project):
        return
    with connection.cursor() as cursor:
        cursor.execute(ASK_FIRST, [project_id, PAUSE.total_seconds()])
        if cursor.rowcount:
            _start(project)


def start_due_refits() -> int:
    """Starts the jobs that labels ask for and nobody has started: they came while one was just ending. By beat."""
    due = Refitting.objects.filter(is_due(), project__deleted=None, requested__lt=timezone.now() - PAUSE)
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


def start_due_measurements() -> int:
    """Measures where learning while sorting has gone on: beside a model that was trained since, or with GROWN times as
    many labels as then. By beat, so what can't be measured now waits for the next refit."""
    if not settings.LEARN_WHILE_SORTING:
        return 0
    live = Job.objects.filter(kind="measure_refit", state__in=UNFINISHED).values("project")
    rows = Refitting.objects.filter(is_on=True, refitted__isnull=False, project__deleted=None)
    rows = rows.exclude(project__in=live).annotate(trained=_newest_trained()).select_related("project")
    due = list(rows.exclude(Exists(_measured_lately())).exclude(Exists(_ended_in_vain())))
    for row in due:
        with suppress(JobUnderWay):
            start_job(kind="measure_refit", owner=None, project=row.project)
    return len(due)


def _newest_trained() -> Coalesce:
    """The number of the newest model that learnt from the project; 0 where there is none."""
    return Coalesce(Subquery(trained_models(OuterRef("project")).values("pk")[:1]), 0)


def _measured_lately() -> QuerySet[RefitMeasurement]:
    beside = RefitMeasurement.objects.annotate(beside=Coalesce("model_id", 0))
    is_enough = Q(labels__gte=OuterRef("labels") / GROWN) | Q(created__gte=OuterRef("refitted"))
    return beside.filter(is_enough, project=OuterRef("project"), beside=OuterRef("trained"))


def _ended_in_vain() -> QuerySet[Job]:
    """Those that failed or were cancelled since the last refit."""
    ended = Job.objects.filter(kind="measure_refit", state__in=[JobState.FAILED, JobState.CANCELLED])
    return ended.filter(project=OuterRef("project"), created__gte=OuterRef("refitted"))


@transaction.atomic
def let_learn(*, user: User, project: Project, is_on: bool) -> Refitting:
    """Lets the project learn while it is sorted, or not. Needs a manager. What was predicted stays; labels given while
    it was off are learnt from when it is on again."""
    require_manager(user, project)
    row, _ = Refitting.objects.update_or_create(project=project, defaults={"is_on": is_on})
    if is_on:
        transaction.on_commit(partial(ask_for_refit, project.pk))
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
    """Of refits and of their measurements only the last is kept: what they did stands in batches and figures."""
    Job.objects.filter(kind=job.kind, project=job.project).exclude(state__in=UNFINISHED).exclude(
        pk=job.pk
    ).delete()


def keep_measurement(
    *, project: Project, model: Model | None, labels: int, objects: int, samples: int, figures: dict
) -> None:
    """In the place of the last one beside the same model. `figures` as RefitMeasurement has them."""
    RefitMeasurement.objects.update_or_create(
        project=project,
        model=model,
        defaults={
            "created": timezone.now(),
            "labels": labels,
            "objects_tested": objects,
            "samples_tested": samples,
            "figures": figures,
        },
    )
