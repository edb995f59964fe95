from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.gallery.touring import start_tour


@login_required
@require_POST
def tour(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Takes the tour in the project, or goes on with it."""
    start_tour(user=request.user, project_id=project_id)
    return redirect("gallery:bench", project_id)
