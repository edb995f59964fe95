"""The segmenters of a project, the page of one, and training another."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.keyset import page_back
from annotations.common.refusals import back_to
from annotations.learning.views.parts import may_open_job
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.scans.segmentation.wording import rows_of_settings
from annotations.scans.segmenters.accuracy import class_rows, figure_tables, sentence_of
from annotations.scans.segmenters.actions import change_segmenter
from annotations.scans.segmenters.duration import expected_training
from annotations.scans.segmenters.examples import drawn_examples
from annotations.scans.segmenters.forms import (
    KindForm,
    SegmenterChangeForm,
    SegmenterForm,
    SegmenterListForm,
)
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.plots import training_curves
from annotations.scans.segmenters.queries import (
    MOST_OFFERED,
    open_segmenter,
    scans_to_learn_from,
    segmenters_of,
)
from annotations.scans.segmenters.starting import start_training

A_PAGE = 50


@login_required
@require_GET
def listing(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id)
    chosen = cleaned(SegmenterListForm(request.GET))
    segmenters = segmenters_of(project).filter(archived__isnull=not chosen["archived"])
    rows = segmenters.defer("history", "examples")
    page, older = page_back(rows, "segmenters", chosen["cursor"] or None, A_PAGE)
    context = {
        "project": project,
        "rows": [{"segmenter": one, "kind": KINDS[one.kind]} for one in page],
        "older": older,
        "archived": chosen["archived"],
    }
    return render(request, "scans/segmenters/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Choose scans, and how to learn from them; as a fragment, how long that takes with what is set."""
    project = open_project(request.user, project_id, Role.MANAGER)
    kind = cleaned(KindForm(request.GET))["kind"]
    if request.htmx:
        form = SegmenterForm(request.GET, project=project, kind=kind)
        expected = expected_training(kind, form.settings())
        return render(request, "scans/segmenters/new.html#expected", {"expected": expected})
    form = SegmenterForm(posted(request), project=project, kind=kind)
    if form.is_valid():
        with RefusedIn(form):
            job = start_training(user=request.user, project=project, **form.chosen())
            return redirect("segmenters:detail", job.params["segmenter"])
    context = {
        "project": project,
        "form": form,
        "kinds": KINDS.values(),
        "scans": scans_to_learn_from(project, form.kind),
        "most_offered": MOST_OFFERED,
        "expected": expected_training(kind, form.settings() if form.is_bound else {}),
    }
    return render(request, "scans/segmenters/new.html", context, status=status_of(form))


@login_required
@require_GET
def detail(request: SignedInRequest, segmenter_id: int) -> HttpResponse:
    """While it learns, the middle part asks for itself again every second."""
    segmenter = open_segmenter(request.user, segmenter_id)
    is_running = segmenter.job is not None and not segmenter.job.is_finished
    context = {
        "project": segmenter.project,
        "segmenter": segmenter,
        "kind": KINDS[segmenter.kind],
        "shapes": "outlines" if KINDS[segmenter.kind].has_outlines else "boxes",
        "curves": training_curves(segmenter.history),
        "is_running": is_running,
        "may_open_job": may_open_job(request.user, segmenter.job),
        "is_manager": segmenter.project.role == Role.MANAGER,
    }
    if request.htmx and is_running and not segmenter.is_ready:
        return render(request, "scans/segmenters/detail.html#running", context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "scans/segmenters/detail.html", context | _learnt(segmenter))


def _learnt(segmenter: Segmenter) -> dict[str, Any]:
    """What its page says of one that is ready."""
    if not segmenter.is_ready:
        return {}
    figures = segmenter.metrics.get("held_out")
    about = {
        "sentence": sentence_of(segmenter),
        "settings": rows_of_settings(KINDS[segmenter.kind].settings, segmenter.settings),
        "examples": drawn_examples(segmenter),
    }
    if figures:
        measured = [figures, *([segmenter.recipe_figures] if segmenter.recipe_figures else [])]
        about |= {"tables": figure_tables(measured), "classes": class_rows(figures)}
    return about


@login_required
@require_POST
@back_to("segmenters:detail", "segmenter_id")
def change(request: SignedInRequest, segmenter_id: int) -> HttpResponse:
    """Changes what the form has: its name, or whether it is archived."""
    segmenter = open_segmenter(request.user, segmenter_id)
    change_segmenter(user=request.user, segmenter=segmenter, **cleaned(SegmenterChangeForm(request.POST)))
    return redirect("segmenters:detail", segmenter.pk)
