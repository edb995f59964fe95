from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.review.queries import predicted_taxa
from annotations.review.unlike import much_unlike


@login_required
@require_GET
def queue(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What a model has said and nobody has looked at, taxon by taxon."""
    project = open_project(request.user, project_id)
    taxa = predicted_taxa(project_id)
    context = {
        "project": project,
        "tab": "review",
        "unlike": much_unlike(project_id),
        "taxa": taxa,
        "total": sum(taxon["count"] for taxon in taxa),
    }
    return render(request, "review/queue.html", context)
