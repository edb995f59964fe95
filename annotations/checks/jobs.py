"""The draw of a quality check of very many objects."""

from django.core.exceptions import ValidationError

from annotations.checks.drawing import draw_looks
from annotations.checks.models import QualityCheck
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.registry import job
from annotations.search.filter import Filter


@job("draw_check", title="Draw of a quality check", alone_by=("check",))
def draw_check(job: Job, progress: Progress) -> dict:
    """The filter was allowed to the person when they asked for it, so nobody is asked again."""
    with progress.fenced():
        check = QualityCheck.objects.select_for_update().filter(pk=job.params["check"]).first()
        if check is None:
            raise JobError("The quality check was discarded before its objects were drawn.")
        if check.objects_in_set is None:  # else by a worker that died before it could say so
            _draw(check)
    return {"check": check.pk, "message": f"{check.drawn:,} of {check.objects_in_set:,} objects drawn."}


def _draw(check: QualityCheck) -> None:
    try:
        draw_looks(check, Filter.parse(check.criteria, check.user))
    except ValidationError as error:
        raise JobError(" ".join(error.messages)) from error
