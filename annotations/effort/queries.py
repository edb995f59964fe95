from dataclasses import dataclass
from datetime import datetime

from annotations.jobs.models import UNFINISHED, Job, JobState
from annotations.projects.models import Project


@dataclass(frozen=True)
class LastReport:
    """`report` is as `report.py` makes it; None before there is one."""

    report: dict | None
    made: datetime | None
    under_way: Job | None


def last_report(project: Project) -> LastReport:
    jobs = Job.objects.filter(kind="report_effort", project=project).order_by("-id")
    done = jobs.filter(state=JobState.DONE).first()
    under_way = jobs.filter(state__in=UNFINISHED).first()
    if done is None:
        return LastReport(None, None, under_way)
    return LastReport(done.result["report"], done.finished, under_way)
