"""The registry, and the page of a model."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.keyset import page_back
from annotations.learning.forms import AdoptForm, FiguresForm, RegistryForm
from annotations.learning.models import Model
from annotations.learning.origin import sources_of
from annotations.learning.plots.curves import training_curves
from annotations.learning.queries import may_manage, open_model, registry
from annotations.learning.registry import FORMATS
from annotations.learning.views.parts import may_open_job, on_the_page
from annotations.projects.access import projects_managed_by, projects_seen_by
from annotations.projects.models import Project
from annotations.projects.optionlists import CARRIED

A_PAGE = 50
MOST_OWN = 3  # projects that are named beside a model as those whose own it is


@login_required
@require_GET
def model_list(request: SignedInRequest) -> HttpResponse:
    visible = set(projects_seen_by(request.user).values_list("pk", flat=True))
    query = cleaned(RegistryForm(request.GET))
    models = registry(request.user, query["q"], query["method"], query["archived"])
    page, older = page_back(models.prefetch_related("owned_by__project"), "registry", query["cursor"], A_PAGE)
    context = {
        "rows": [_row(model, visible) for model in page],
        "older": older,
        "query": query,
        "methods": [choice for choice in Model.Method.choices if choice[0] != Model.Method.REFIT],
        "may_train": projects_managed_by(request.user).exists(),
    }
    return render(request, "learning/list.html", context)


def _row(model: Model, visible: set[int]) -> dict:
    own_of = [own.project.title for own in model.owned_by.all() if own.project_id in visible]
    return {
        "model": model,
        "sources": sources_of(model, visible),
        "own_of": own_of[:MOST_OWN],
        "own_of_more": len(own_of[MOST_OWN:]),
    }


# --- The page of a model ----------------------------------------------------------------------------------------------


@login_required
@require_GET
def detail(request: SignedInRequest, model_id: int) -> HttpResponse:
    """While the model is trained, the middle part asks for itself again every second."""
    model = open_model(request.user, model_id)
    context: dict = {
        "model": model,
        "curves": training_curves(model.history),
        "may_open_job": may_open_job(request.user, model.job),
        "is_running": model.job is not None and not model.job.is_finished,
        "is_manager": may_manage(request.user, model),
    }
    if request.htmx and context["is_running"] and not model.is_ready:
        return render(request, "learning/detail.html#running", context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if model.is_ready:
        own = model.owned_by.values_list("project", flat=True)
        own_of = list(projects_seen_by(request.user).filter(pk__in=own))
        context |= _managing(request.user, model, own_of) | {"own_of": [project.title for project in own_of]}
        context |= on_the_page(request.user, model, cleaned(FiguresForm(request.GET)))
    return render(request, "learning/detail.html", context)


def _managing(user: User, model: Model, own_of: list[Project]) -> dict:
    """What the person may do with it: whose own model it may become, or no longer be."""
    managed, own = projects_managed_by(user), [project.pk for project in own_of]
    others = managed.exclude(pk__in=own)
    learnt_from = others.filter(models=model).values_list("pk", flat=True).first()
    return {
        "adopting": AdoptForm(user=user, initial={"project": learnt_from}) if others.exists() else None,
        "may_release": managed.filter(pk__in=own)[:CARRIED],
        "formats": FORMATS,
    }
