from datetime import timedelta

from django.utils import timezone

from annotations.effort.report import BEGINNING, make_report
from annotations.jobs.models import UNFINISHED, Job, JobState
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
    """The work of the job: its result is the report. Of former ones only the newest is kept until then."""
    assert job.project is not None
    former = (
        Job.objects.filter(kind=job.kind, project=job.project).exclude(state__in=UNFINISHED).order_by("-id")
    )
    newest = former.filter(state=JobState.DONE).first()
    former.exclude(pk=newest.pk if newest else 0).delete()
    progress.update(0, 1, "Going through the log")
    now, days = timezone.now(), job.params["days"]
    created = make_report(job.project.pk, now, now - timedelta(days=days) if days else BEGINNING)
    return {"project": job.project.pk, "report": created, "message": _summary(created["total"])}


def _summary(total: dict) -> str:
    return f"Went through {total['acts']:,} acts on {total['objects']:,} objects."
