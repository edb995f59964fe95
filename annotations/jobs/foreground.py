"""Runs a job here and now, for commands: no broker, no worker, the same row and the same work."""

from collections.abc import Callable

from django.core.management.base import CommandError, OutputWrapper
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import claim_job, finish_job
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.projects.models import Project

Work = Callable[[Job, Progress], dict]


class PrintedProgress(Progress):
    """Also writes each step to the terminal, on one line."""

    def __init__(self, job: Job, out: OutputWrapper):
        super().__init__(job)
        self.out = out

    def update(self, done: int, total: int, message: str = "") -> None:
        super().update(done, total, message)
        self.out.write(f"\r\x1b[K{message}", ending="")
        self.out.flush()


def run_here(
    work: Work,
    out: OutputWrapper,
    *,
    kind: str,
    project: Project | None,
    params: dict,
    owner: User | None = None,
) -> dict:
    """Returns the job's result. Raises CommandError with all that went wrong; Ctrl-C cancels."""
    row = Job.objects.create(
        kind=kind, project=project, params=params, owner=owner, dispatched=timezone.now()
    )
    job = claim_job(job_id=row.pk, stale_before=timezone.now())
    assert job is not None
    try:
        with PrintedProgress(job, out) as progress:
            result = work(job, progress)
    except (KeyboardInterrupt, JobCancelled) as stop:
        message = str(stop) or "Cancelled."
        finish_job(job=job, state=JobState.CANCELLED, message=message)
        raise CommandError(
            f"{message} What was finished is kept; the same command goes on from there."
        ) from stop
    except JobError as error:
        finish_job(
            job=job,
            state=JobState.FAILED,
            message=str(error),
            result={"warnings": error.warnings},
            errors=error.errors,
        )
        lines = [*map(_warning, error.warnings), *map(_line, error.errors), str(error)]
        raise CommandError("\n".join(lines)) from error
    except BaseException as error:
        finish_job(job=job, state=JobState.FAILED, message=f"Stopped by an error of Seston: {error}")
        raise
    message, errors = result.pop("message", "Done."), result.pop("errors", [])
    finish_job(job=job, state=JobState.DONE, message=message, result=result, errors=errors)
    for warning in result.get("warnings", []):
        out.write(f"\r\x1b[K{_warning(warning)}")
    out.write(f"\r\x1b[K{message}")
    return result


def _warning(warning: dict) -> str:
    return f"warning: {_line(warning)}"


def _line(error: dict) -> str:
    place = ":".join(str(error[key]) for key in ("file", "line", "column") if error.get(key) is not None)
    return f"{place}: {error['message']}"
