from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.search.actions import remove_view, save_view
from annotations.search.queries import views_of


@login_required
@require_POST
def keep_view(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Saves the filter, order and captions of the page under a name."""
    project = open_project(request.user, project_id)
    try:
        view = save_view(
            project=project,
            user=request.user,
            name=request.POST.get("name", ""),
            query=request.POST.get("query", ""),
            is_shared="shared" in request.POST,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("gallery:bench", project_id)
    return redirect(f"{reverse('gallery:bench', args=[project_id])}?{view.query}")


@login_required
@require_POST
def drop_view(request: SignedInRequest, project_id: int, view_id: int) -> HttpResponse:
    project = open_project(request.user, project_id)
    view = get_object_or_404(views_of(project_id, request.user), pk=view_id)
    remove_view(view=view, user=request.user, role=project.role)
    query = QueryDict(request.POST.get("query", "")).urlencode()  # the filter that the page has
    return redirect(f"{reverse('gallery:bench', args=[project_id])}?{query}")
