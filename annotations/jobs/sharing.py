"""Several workers share one job: its parts are ranges of numbers, and whoever is free takes the next.

A part is held for as long as its holder's heart beats, by the database's clock, since those of machines differ. What a
worker that died left of it another takes up behind what was reached, and whatever a worker writes after its part was
taken doesn't stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Now
from django.db.transaction import atomic

from annotations.jobs.actions import STALE_AFTER
from annotations.jobs.errors import ClaimLost
from annotations.jobs.models import Job, JobPart, JobState
from annotations.jobs.progress import Progress

END = 2**63 - 1  # of the last part: what comes in meanwhile belongs to it
# a worker that was stopped in the middle of a chunk holds its locks: nobody else could go on
END_SESSIONS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = ANY(%s)
"""


@dataclass(frozen=True)
class Sharing:
    """How a job is shared now: by how many workers, and what their models could do alone, all together (objects/s)."""

    workers: int
    bare_rate: float | None


def divide(*, job: Job, after: int, lasts: Iterable[int]) -> None:
    """Makes parts of what lies behind `after`: each but the last one ends with one of `lasts`, which ascend."""
    ends = [*list(lasts)[:-1], END]
    begins = [after, *ends[:-1]]
    JobPart.objects.bulk_create(
        JobPart(job=job, reached=begin, last=end) for begin, end in zip(begins, ends, strict=True)
    )


class JobShare:
    """What one worker does of a job: takes parts, holds them while the heart of its `progress` beats."""

    def __init__(self, job: Job, progress: Progress):
        self.job, self.session = job, progress.session
        self.bare_rate: float | None = None
        progress.beat_along(self._beat)

    def take(self) -> JobPart | None:
        """The next part that nobody holds, or whose holder's heart has stopped; None where there is none."""
        self._end_stale_sessions()
        with atomic():
            part = free_parts(self.job).select_for_update(skip_locked=True, of=("self",)).first()
            if part is None:
                return None
            part.session, part.heartbeat, part.bare_rate = self.session, Now(), self.bare_rate
            part.attempt += 1
            part.save(update_fields=["session", "heartbeat", "bare_rate", "attempt"])
        return part

    def advance(self, part: JobPart, *, reached: int, is_done: bool, note: dict) -> None:
        """Writes how far a part is. Call it in the transaction of the chunk.

        Raises ClaimLost, which undoes the chunk, where the part was taken since, be it by this worker again.
        """
        mine = self._held().filter(pk=part.pk, attempt=part.attempt)
        if not mine.update(reached=reached, is_done=is_done, note=note, heartbeat=Now()):
            raise ClaimLost

    def release(self) -> None:
        """Gives back what is in hand and not done: another goes on at once."""
        self._held().update(session="", heartbeat=None)

    def _beat(self) -> None:
        """Whose worker waits for the locks of one that was stopped takes no part, and must end that one here."""
        self._renew()
        self._end_stale_sessions()

    @atomic
    def _renew(self) -> None:
        """But for what a chunk of its own is writing, which renews it: neither waits for the other."""
        free = self._held().select_for_update(skip_locked=True)
        JobPart.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(heartbeat=Now())

    def _end_stale_sessions(self) -> None:
        stale = JobPart.objects.filter(
            job=self.job, is_done=False, heartbeat__lt=Now() - STALE_AFTER
        ).exclude(session__in=["", self.session])
        if sessions := list(stale.values_list("session", flat=True).distinct().order_by("session")):
            with connection.cursor() as cursor:
                cursor.execute(END_SESSIONS, [sessions])

    def _held(self) -> QuerySet[JobPart]:
        return JobPart.objects.filter(job=self.job, session=self.session, is_done=False)


def free_parts(job: Job) -> QuerySet[JobPart]:
    """Of a job that runs."""
    free = Q(session="") | Q(heartbeat__lt=Now() - STALE_AFTER)
    return JobPart.objects.filter(free, job=job, is_done=False, job__state=JobState.RUNNING)


def release_former(*, job: Job) -> None:
    """What earlier claims of the job held is free: claiming it has ended their sessions."""
    former = JobPart.objects.filter(job=job, is_done=False, session__startswith=f"seston job {job.pk}.")
    former.update(session="", heartbeat=None)


def sharing_of(job: Job) -> Sharing:
    fresh = JobPart.objects.filter(job=job, is_done=False, heartbeat__gte=Now() - STALE_AFTER)
    workers = fresh.values("session").order_by("session")
    rates = [worker["rate"] for worker in workers.annotate(rate=Max("bare_rate"))]
    is_measured = rates and None not in rates
    return Sharing(len(rates), sum(rates) if is_measured else None)
