"""The backbones that there are, the page of one, and starting another."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.keyset import page_back
from annotations.common.refusals import back_to
from annotations.learning.backbones.actions import change_backbone, start_pretraining
from annotations.learning.backbones.forms import BackboneChangeForm, BackboneListForm, PretrainingForm
from annotations.learning.backbones.plots import pretraining_curves
from annotations.learning.backbones.queries import backbones_seen_by, may_manage_backbone, open_backbone
from annotations.learning.models import Backbone
from annotations.learning.queries import models_seen_by
from annotations.learning.views.parts import may_open_job
from annotations.projects.access import projects_managed_by, projects_seen_by
from annotations.projects.models import Project
from annotations.search.describing import filter_words
from annotations.search.filter import Filter
from classifier.contract.pretraining import LOSSES

A_PAGE = 50
MOST_MODELS = 20


@login_required
@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    chosen = cleaned(BackboneListForm(request.GET))
    backbones = backbones_seen_by(request.user).filter(archived__isnull=not chosen["archived"])
    page, older = page_back(backbones.defer("history"), "backbones", chosen["cursor"], A_PAGE)
    visible = set(projects_seen_by(request.user).values_list("pk", flat=True))
    context = {
        "rows": [{"backbone": one, "sources": _sources(one, visible)} for one in page],
        "older": older,
        "archived": chosen["archived"],
        "may_pretrain": projects_managed_by(request.user).exists(),
    }
    return render(request, "learning/backbones/list.html", context)


def _sources(backbone: Backbone, visible: set[int]) -> str:
    """The projects that the person knows by name, and how many others."""
    projects = list(backbone.projects.all())
    titles = [project.title for project in projects if project.pk in visible]
    others = len(projects) - len(titles)
    return ", ".join([*titles, *([f"{others} more"] if others else [])])


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Choose what to learn from, and how. With `project` and `filter` in the address it begins with these."""
    if not projects_managed_by(request.user).exists():
        raise PermissionDenied("Only managers pretrain backbones: ask a manager of your project.")
    if request.method == "POST":
        form = PretrainingForm(posted(request), user=request.user)
        if form.is_valid():
            with RefusedIn(form):
                job = start_pretraining(user=request.user, **form.chosen())
                return redirect("backbones:detail", job.params["backbone"])
    else:
        form = PretrainingForm.opened(request.GET, user=request.user)
    context = {"form": form, "conditions": _conditions(request.user, form)}
    return render(request, "learning/backbones/new.html", context, status=status_of(form))


def _conditions(user: User, form: PretrainingForm) -> list[str]:
    """The filter in words. Raises ValidationError that names the condition that is wrong."""
    project = projects_managed_by(user).filter(pk__in=form["project"].value() or []).first()
    return _words(project, form.criteria)


def _words(project: Project | None, criteria: Filter) -> list[str]:
    """A filter, as far as the person may know the project that it names things of."""
    return filter_words(project, criteria) if project else [state.word for state in criteria.state]


def _first_visible(backbone: Backbone, visible: set[int]) -> Project | None:
    return next((project for project in backbone.projects.all() if project.pk in visible), None)


@login_required
@require_GET
def detail(request: SignedInRequest, backbone_id: int) -> HttpResponse:
    """While it learns, the middle part asks for itself again every second."""
    backbone = open_backbone(request.user, backbone_id)
    is_running = backbone.job is not None and not backbone.job.is_finished
    visible = set(projects_seen_by(request.user).values_list("pk", flat=True))
    context = {
        "backbone": backbone,
        "sources": _sources(backbone, visible),
        "conditions": _words(_first_visible(backbone, visible), Filter.parse(backbone.filter)),
        "models": models_seen_by(request.user).filter(start_backbone=backbone)[:MOST_MODELS],
        "loss": LOSSES.get(backbone.settings.get("loss", "" if backbone.is_foreign else "simclr")),
        "curves": pretraining_curves(backbone.history),
        "is_running": is_running,
        "may_open_job": may_open_job(request.user, backbone.job),
        "is_manager": may_manage_backbone(request.user, backbone),
    }
    if request.htmx and is_running and not backbone.is_ready:
        return render(request, "learning/backbones/detail.html#running", context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "learning/backbones/detail.html", context)


@login_required
@require_POST
@back_to("backbones:detail", "backbone_id")
def change(request: SignedInRequest, backbone_id: int) -> HttpResponse:
    """Changes what the form has: its name, or whether it is archived."""
    backbone = open_backbone(request.user, backbone_id)
    change_backbone(user=request.user, backbone=backbone, **cleaned(BackboneChangeForm(request.POST)))
    return redirect("backbones:detail", backbone.pk)
