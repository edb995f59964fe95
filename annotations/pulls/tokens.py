"""The token that a job signs in with: kept apart from its parameters, which pages and the API show."""

from annotations.jobs.models import UNFINISHED, Job
from annotations.pulls.errors import SessionEnded
from annotations.pulls.models import PullToken
from annotations.pulls.sealing import seal, unseal


def keep_token(*, job: Job, token: str) -> None:
    """Until the job ends. Tokens of jobs that ended without running go, too."""
    PullToken.objects.exclude(job__state__in=UNFINISHED).delete()
    PullToken.objects.update_or_create(job=job, defaults={"sealed": seal(token)})


def token_of(job: Job) -> str:
    """Raises SessionEnded where there is none."""
    row = PullToken.objects.filter(job=job).first()
    if row is None:
        raise SessionEnded
    return unseal(row.sealed)


def forget_token(job: Job) -> None:
    PullToken.objects.filter(job=job).delete()
