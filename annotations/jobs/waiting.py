"""For whom a job waits that no worker has taken up yet."""

from collections.abc import Iterable

from annotations.accounts.models import User
from annotations.jobs.models import UNFINISHED, Job, JobState
from annotations.jobs.queries import jobs_seen_by

MOST_LIVE = 1000  # unfinished jobs that are looked at
PLACES = {"gpu": "on the training device", "cpu": "of the worker for imports and exports"}


def waiting_sentences(jobs: Iterable[Job], user: User) -> dict[int, str]:
    """By the number of each queued job that others are before: how many they are, and who is first.

    A job that the person may not see has no name.
    """
    queued = [job for job in jobs if job.state == JobState.QUEUED]
    if not queued:
        return {}
    live = list(
        Job.objects.filter(state__in=UNFINISHED, queue__in={job.queue for job in queued})
        .select_related("owner")
        .order_by("id")[:MOST_LIVE]
    )
    visible = set(jobs_seen_by(user).filter(pk__in=[job.pk for job in live]).values_list("pk", flat=True))
    ahead = {job.pk: _ahead_of(job, live) for job in queued}
    return {pk: _sentence(others, visible) for pk, others in ahead.items() if others}


def _ahead_of(job: Job, live: list[Job]) -> list[Job]:
    """Of its queue those that run, then those that came before it."""
    others = [other for other in live if other.queue == job.queue and other.pk != job.pk]
    running = [other for other in others if other.state == JobState.RUNNING]
    return running + [other for other in others if other.state == JobState.QUEUED and other.pk < job.pk]


def _sentence(others: list[Job], visible: set[int]) -> str:
    first = others[0]
    many = "1 job" if len(others) == 1 else f"{len(others):,} jobs"
    place = PLACES.get(first.queue, "")
    progress = f", {first.percent} %" if first.state == JobState.RUNNING and first.total else ""
    return f"Waits for {many} {place}".rstrip() + f": {_name(first, visible)}{progress}."


def _name(job: Job, visible: set[int]) -> str:
    if job.pk not in visible:
        return "one of another project"
    return f"{job.owner.display_name}’s {job.title}" if job.owner else job.title
