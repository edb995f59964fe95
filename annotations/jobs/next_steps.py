"""One's jobs: those under way, and those that failed lately and were not done again since."""

from datetime import timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from annotations.jobs.models import UNFINISHED, Job, JobState
from annotations.projects.access import projects_seen_by
from annotations.projects.waiting import Asker, NextStep, counted, register

LATELY = timedelta(days=7)


def own_jobs(asker: Asker) -> list[NextStep]:
    running = Q(state__in=UNFINISHED)
    failed = Q(state=JobState.FAILED, finished__gt=timezone.now() - LATELY, is_done_since=False)
    counts = _jobs_of(asker).aggregate(
        running=Count("pk", filter=running),
        last_running=Max("pk", filter=running),
        failed=Count("pk", filter=failed),
        last_failed=Max("pk", filter=failed),
    )
    return [
        *_step(
            counts["failed"],
            counts["last_failed"],
            ("of your jobs failed", "of your jobs failed"),
            is_fault=True,
        ),
        *_step(
            counts["running"],
            counts["last_running"],
            ("job of yours is under way", "jobs of yours are under way"),
        ),
    ]


def _jobs_of(asker: Asker) -> QuerySet[Job]:
    """Those that one still may see; each knows whether one like it was done since."""
    like_it = Job.objects.filter(
        owner=OuterRef("owner"), kind=OuterRef("kind"), state=JobState.DONE, pk__gt=OuterRef("pk")
    ).filter(Q(project=OuterRef("project")) | Q(project=None))
    is_visible = Q(project=None) | Q(project__in=projects_seen_by(asker.user))
    return Job.objects.filter(is_visible, owner=asker.user).annotate(is_done_since=Exists(like_it))


def _step(count: int, last: int | None, words: tuple[str, str], *, is_fault: bool = False) -> list[NextStep]:
    """A single job leads to its own page."""
    if not count:
        return []
    url = reverse("jobs:detail", args=[last]) if count == 1 else reverse("jobs:list")
    return [NextStep(counted(count, *words), url, count, is_fault=is_fault)]


register(50, own_jobs)
