"""The token that a job signs in with: kept apart from its parameters, which pages and the API show."""

from django.core.exceptions import ValidationError

from annotations.jobs.models import UNFINISHED, Job
from annotations.pulls.encryption import seal, unseal
from annotations.pulls.errors import SessionEnded
from annotations.pulls.models import PullToken


def keep_token(*, job: Job, token: str) -> None:
    """Until the job ends."""
    PullToken.objects.update_or_create(job=job, defaults={"sealed": seal(token)})


def token_of(job: Job) -> str:
    """Raises SessionEnded where there is none."""
    row = PullToken.objects.filter(job=job).first()
    if row is None:
        raise SessionEnded
    try:
        return unseal(row.sealed)
    except ValidationError:  # the site's key is another one now
        raise SessionEnded from None


def forget_token(job: Job) -> None:
    PullToken.objects.filter(job=job).delete()


def forget_tokens_of_ended_jobs() -> None:
    """Of those that were cancelled before they began, or whose server stayed away. Called by beat, each hour."""
    PullToken.objects.exclude(job__state__in=UNFINISHED).delete()
