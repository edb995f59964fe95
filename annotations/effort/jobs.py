from datetime import datetime

from django.utils import timezone

from annotations.effort.report import make_report
from annotations.jobs.models import UNFINISHED, Job
from annotations.jobs.progress import Progress
from annotations.jobs.registry import ResultPage, declare_job

report_effort = declare_job(
    "report_effort",
    title="Where the hours go",
    alone_by=("project",),
    done_by="annotations.effort.jobs",
    pages=(ResultPage("Look at where the hours go", "effort:report"),),
)


@report_effort.work
def report(job: Job, progress: Progress) -> dict:
    """The work of the job: its result is the report. Of former ones none is kept."""
    assert job.project is not None
    progress.update(0, 1, "Going through the log")
    made = make_report(job.project.pk, timezone.now(), datetime.fromisoformat(job.params["since"]))
    former = Job.objects.filter(kind=job.kind, project=job.project).exclude(state__in=UNFINISHED)
    former.exclude(pk=job.pk).delete()
    return {"project": job.project.pk, "report": made, "message": _summary(made["total"])}


def _summary(total: dict) -> str:
    return f"Went through {total['acts']:,} acts on {total['objects']:,} objects."
