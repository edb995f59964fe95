from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.refusals import back_to
from annotations.jobs.actions import cancel_job
from annotations.jobs.artefacts import undo_expiry_of
from annotations.jobs.queries import jobs_seen_by, may_cancel, may_take_back, open_job
from annotations.jobs.registry import goes_on, is_log, result_of
from annotations.jobs.removing import may_remove, remove_job
from annotations.jobs.rerunning import may_start_again, start_again
from annotations.jobs.waiting import waiting_sentences

MOST_LISTED = 100


@login_required
@require_GET
def job_list(request: SignedInRequest) -> HttpResponse:
    jobs = list(jobs_seen_by(request.user)[:MOST_LISTED])
    waiting = waiting_sentences(jobs, request.user)
    rows = [
        {"job": job, "waiting": waiting.get(job.pk), "may_remove": may_remove(request.user, job)}
        for job in jobs
    ]
    return render(request, "jobs/list.html", {"rows": rows})


@login_required
@require_GET
def detail(request: SignedInRequest, job_id: int) -> HttpResponse:
    """The job's page; while it is not finished its middle part asks for itself again every second."""
    job = open_job(request.user, job_id)
    template = "jobs/detail.html#progress" if request.htmx else "jobs/detail.html"
    return render(
        request,
        template,
        {
            "job": job,
            "waiting": waiting_sentences([job], request.user).get(job.pk),
            "may_start_again": may_start_again(request.user, job),
            "may_remove": may_remove(request.user, job),
            "goes_on": goes_on(job.kind),
            "is_log": is_log(job.kind),
            "may_cancel": may_cancel(request.user, job),
            "may_take_back": may_take_back(request.user, job),
            "undo_until": undo_expiry_of(job),
            **result_of(job),
        },
    )


@login_required
@require_POST
def cancel(request: SignedInRequest, job_id: int) -> HttpResponse:
    job = open_job(request.user, job_id)
    if not job.is_finished and not may_cancel(request.user, job):
        raise PermissionDenied("Only who asked for a job, or a manager of its project, may cancel it.")
    cancel_job(job=job)
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
@back_to("jobs:detail", "job_id")
def again(request: SignedInRequest, job_id: int) -> HttpResponse:
    job = start_again(user=request.user, job=open_job(request.user, job_id))
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
@back_to("jobs:detail", "job_id")
def remove(request: SignedInRequest, job_id: int) -> HttpResponse:
    job = open_job(request.user, job_id)
    remove_job(user=request.user, job=job)
    messages.success(request, f"{job.title} is removed, with its file. What it did stays.")
    return redirect("jobs:list")
