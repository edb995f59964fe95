"""The same once more: a job that ended is asked for again, with its parameters, by whoever may ask for such a one.

One of a kind that goes on is not done again: it is continued, where it stopped before its end.
"""

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.jobs.models import Job, JobState
from annotations.jobs.registry import goes_on, restart_of
from annotations.jobs.titles import title_of
from annotations.projects.access import role_in
from annotations.projects.models import Role

# in the checkpoint of a job that another one went on with: the number of that one
CONTINUED_BY = "continued_by"


def may_start_again(user: User, job: Job) -> bool:
    """Whether it is offered: the kind's own action has the last word."""
    role = role_in(user, job.project_id) if job.project_id is not None else None
    is_own = job.owner_id == user.pk and (role is not None or job.project_id is None)
    has_ended = _has_ended(job) and CONTINUED_BY not in job.checkpoint
    return has_ended and (is_own or role == Role.MANAGER) and restart_of(job.kind) is not None


def _has_ended(job: Job) -> bool:
    """So that there may be something to do again, or to go on with."""
    return job.is_finished and not (goes_on(job.kind) and job.state == JobState.DONE)


def start_again(*, user: User, job: Job) -> Job:
    """Raises ValidationError where the job has not ended, or its kind has no such thing; and what its action does."""
    if not job.is_finished:
        raise ValidationError(f"{job.title} has not ended yet: wait for it, or cancel it first.")
    if not _has_ended(job):
        raise ValidationError(f"{job.title} is done: nothing is left to go on with.")
    restart = restart_of(job.kind)
    if restart is None:
        raise ValidationError(f"{title_of(job.kind)}: start it where you started this one, with its form.")
    return restart(user, job)
