"""The job of segmentation: finds objects on scans by tiles, and makes objects of the site of what it has found."""

from collections.abc import Sequence

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.scans import jobs
from annotations.scans.segmentation.models import SegmentationRun
from annotations.similarity.completing import complete_own_space
from classifier.contract.errors import ClassifierError
from worker.segmentation.run import RunWork


@jobs.segment.work
def segment(job: Job, progress: Progress) -> dict:
    """The runs one after the other. One that would replace objects waits, unless a person has said that it may; of a
    scan that can't be read the page says so, and the others are segmented.
    """
    runs = SegmentationRun.objects.filter(pk__in=job.params["runs"]).order_by("pk")
    todo = list(
        runs.select_related("project", "owner", "recipe", "segmenter", "scan__parent__acquisition__sample")
    )
    errors = []
    for place, run in enumerate(todo):
        work = RunWork(run, progress, place / len(todo), 1 / len(todo))
        try:
            work.carry_out(replace=job.params["replace"])
        except ClassifierError as error:
            errors.append({"file": work.name, "line": None, "column": None, "message": str(error)})
    if job.project and any(run.written for run in todo):
        with progress.fenced():
            complete_own_space(project=job.project, user=job.owner)
    return {"project": job.project_id, "errors": errors, **_result(todo)}


def _result(runs: Sequence[SegmentationRun]) -> dict:
    count, applied = sum(run.written for run in runs), [run for run in runs if run.applied]
    waiting = [run.pk for run in runs if run.segments is not None and not run.applied]
    parts = [f"{count:,} new object{'' if count == 1 else 's'} on {_scans(len(applied))}."] if applied else []
    if waiting:
        has = "has" if len(waiting) == 1 else "have"
        what = "objects of an earlier run: look at what would go, then go on."
        parts.append(f"{_scans(len(waiting))} {has} {what}")
    if unread := len(runs) - len(applied) - len(waiting):
        parts.append(f"{_scans(unread)} could not be read.")
    return {"made": count, "applied": len(applied), "waiting": waiting, "message": " ".join(parts)}


def _scans(count: int) -> str:
    return "1 scan" if count == 1 else f"{count:,} scans"
