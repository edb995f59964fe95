"""Runs a job here and now, for commands: no broker, no worker, the same row and the same work."""

from django.core.management.base import CommandError, OutputWrapper

from annotations.accounts.models import User
from annotations.jobs.actions import start_here
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.jobs.registry import Work
from annotations.jobs.running import Ending, carry_out, write_ending
from annotations.projects.models import Project


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
    try:
        job = start_here(kind=kind, owner=owner, project=project, params=params)
    except JobUnderWay as refusal:
        raise CommandError(str(refusal)) from refusal
    ending = _carried_out(PrintedProgress(job, out), work)
    write_ending(job, ending)
    if ending.state == JobState.CANCELLED:
        raise CommandError(
            f"{ending.message} What was finished is kept; the same command goes on from there."
        )
    if ending.state == JobState.FAILED:
        lines = [*map(_warning, ending.result.get("warnings", [])), *map(_line, ending.errors)]
        raise CommandError("\n".join([*lines, ending.message]))
    for warning in ending.result.get("warnings", []):
        out.write(f"\r\x1b[K{_warning(warning)}")
    out.write(f"\r\x1b[K{ending.message}")
    return ending.result


def _carried_out(progress: Progress, work: Work) -> Ending:
    """No worker takes a command's job up again: what would be put back has failed."""
    try:
        ending = carry_out(progress, lambda: work)
    except KeyboardInterrupt:
        return Ending(JobState.CANCELLED, "Cancelled.")
    if ending is None:
        raise CommandError("The site's worker has taken this over: its page of jobs says how it goes.")
    if ending.state == JobState.QUEUED:
        return Ending(
            JobState.FAILED, f"{ending.message}. Run the same command again: it goes on from there."
        )
    return ending


def _warning(warning: dict) -> str:
    return f"warning: {_line(warning)}"


def _line(error: dict) -> str:
    place = ":".join(str(error[key]) for key in ("file", "line", "column") if error.get(key) is not None)
    return f"{place}: {error['message']}"
