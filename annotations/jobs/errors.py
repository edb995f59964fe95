from django.urls import reverse

from annotations.common.refusals import Refusal
from annotations.jobs.models import Job


class JobError(Exception):
    """An expected failure, told to the person as it is.

    `errors` and `warnings` are dicts of file, line, column, message. `keeps_upload`: the same upload, with other
    answers, can succeed.
    """

    def __init__(
        self,
        message: str,
        errors: list[dict] | None = None,
        warnings: list[dict] | None = None,
        *,
        keeps_upload: bool = False,
    ):
        super().__init__(message)
        self.keeps_upload = keeps_upload
        self.errors = errors or []
        self.warnings = warnings or []


class JobCancelled(Exception):
    """Raised inside a job whose person has asked for it to stop; its words, where it has any, say what is done."""


class ClaimLost(Exception):
    """Raised inside a job that another worker has taken up: whatever this one writes must not stay."""


class JobUnderWay(Refusal):
    """What was asked for would have to share its subject with a job that is not finished.

    A page that is refused so goes to that job, where it can be waited for or cancelled.
    """

    status = 409

    def __init__(self, job: Job):
        super().__init__(f"{job.title} is on its way: wait until it has ended, or cancel it.")
        self.job = job
        # whoever sees the project sees its jobs; of those without a project only the owner is sure to
        self.address = reverse("jobs:detail", args=[job.pk]) if job.project_id else None
