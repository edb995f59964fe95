"""Finds the work that a dead worker or a lost message left behind, and sends it out again."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from annotations.jobs.actions import STALE_AFTER, dispatch
from annotations.jobs.models import Job, JobState

LOST_AFTER = timedelta(seconds=60)


def send_again() -> int:
    """Dispatches running jobs without a heartbeat and queued ones that nobody took. Returns how many."""
    now = timezone.now()
    dead = Q(state=JobState.RUNNING, heartbeat__lt=now - STALE_AFTER)
    due = Q(not_before=None) | Q(not_before__lte=now)
    lost = Q(state=JobState.QUEUED) & due & (Q(dispatched=None) | Q(dispatched__lt=now - LOST_AFTER))
    again = Q(dispatched=None) | Q(dispatched__lt=now - STALE_AFTER)
    jobs = list(Job.objects.filter(dead & again | lost, created__lt=now - timedelta(seconds=2)))
    for job in jobs:
        dispatch(job)
    return len(jobs)
