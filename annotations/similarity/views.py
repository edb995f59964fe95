from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.describing import filter_words
from annotations.search.filter import Filter
from annotations.similarity.embedding import complete_space, start_object_embedding
from annotations.similarity.forms import EmbedForm, FilterQueryForm, MiddleForm, OwnSpaceForm
from annotations.similarity.marking import mark_own, start_removal
from annotations.similarity.measurements import start_embedding
from annotations.similarity.sources import open_source, sources_offered
from annotations.similarity.space_status import standings


@login_required
@require_http_methods(["GET", "POST"])
def spaces(request: SignedInRequest, project_id: int) -> HttpResponse:
    """By what objects of the project are compared; a manager lets their measurements be."""
    least = Role.MANAGER if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    if request.method == "POST":
        job = start_embedding(project=project, user=request.user, **cleaned(MiddleForm(request.POST)))
        return redirect("jobs:detail", job.pk)
    criteria = Filter.parse(QueryDict(cleaned(FilterQueryForm(request.GET))["filter"]), request.user)
    context = {
        "project": project,
        "tab": "settings",
        "filter": criteria.as_query(),
        "filter_words": filter_words(project, criteria),
        "standings": standings(project),
        "is_manager": project.role == Role.MANAGER,
        "sources": sources_offered(request.user, project),
    }
    return render(request, "similarity/spaces.html", context)


@login_required
@require_POST
def embed(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A manager lets a model or a backbone look at what it has not embedded yet, of all or of a filter."""
    project = open_project(request.user, project_id, Role.MANAGER)
    chosen = cleaned(EmbedForm(request.POST))
    source = open_source(request.user, chosen["source"])
    criteria = Filter.parse(QueryDict(chosen["filter"]), request.user)
    job = start_object_embedding(project=project, user=request.user, source=source, criteria=criteria)
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
def own(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A manager marks the space that orders, clusters and the map take by themselves."""
    project = open_project(request.user, project_id, Role.MANAGER)
    mark_own(project=project, space_id=cleaned(OwnSpaceForm(request.POST))["space"])
    return redirect("similarity:spaces", project.pk)


@login_required
@require_POST
def complete(request: SignedInRequest, project_id: int, space_id: int) -> HttpResponse:
    """A manager lets the objects into the space that do not lie in it."""
    project = open_project(request.user, project_id, Role.MANAGER)
    job = complete_space(project=project, user=request.user, space_id=space_id)
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
def remove(request: SignedInRequest, project_id: int, space_id: int) -> HttpResponse:
    """A manager removes what a stale space knows of the project."""
    project = open_project(request.user, project_id, Role.MANAGER)
    job = start_removal(project=project, user=request.user, space_id=space_id)
    return redirect("jobs:detail", job.pk)
