from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import PageQueryForm, cleaned
from annotations.common.refusals import back_to
from annotations.gallery.forms import SavedViewForm
from annotations.projects.access import open_project
from annotations.search.actions import remove_view, save_view
from annotations.search.queries import views_of


@login_required
@require_POST
@back_to("gallery:bench", "project_id")
def keep_view(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Saves the filter, order and captions of the page under a name."""
    project = open_project(request.user, project_id)
    form = cleaned(SavedViewForm(request.POST))
    view = save_view(
        project=project,
        user=request.user,
        name=form["name"],
        query=form["query"],
        is_shared=form["shared"],
    )
    return redirect(f"{reverse('gallery:bench', args=[project_id])}?{view.query}")


@login_required
@require_POST
def drop_view(request: SignedInRequest, project_id: int, view_id: int) -> HttpResponse:
    project = open_project(request.user, project_id)
    view = get_object_or_404(views_of(project_id, request.user), pk=view_id)
    remove_view(view=view, user=request.user, role=project.role)
    query = QueryDict(
        cleaned(PageQueryForm(request.POST))["query"]
    ).urlencode()  # the filter that the page has
    return redirect(f"{reverse('gallery:bench', args=[project_id])}?{query}")
