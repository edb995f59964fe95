"""What lies below a threshold, as coarser taxa: a fragment of the page of the threshold."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.review.backoff.coarser import back_off
from annotations.review.backoff.forms import BackOffForm
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.ranks import italic_among


@login_required
@require_GET
def coarser(request: SignedInRequest, project_id: int, taxon_id: int) -> HttpResponse:
    """What each coarser taxon reaches below a threshold, and of the chosen one each best guess."""
    project = open_project(request.user, project_id)
    choice = cleaned(BackOffForm(request.GET))
    taxon = get_object_or_404(Taxon, pk=taxon_id)
    back = back_off(project_id, taxon, choice["threshold"], choice["coarser"])
    named = {each.taxon.pk for each in (*back.coarser, *back.guesses)}
    context = {
        "project": project,
        "taxon": taxon,
        "back": back,
        "italic": italic_among(named | {taxon_id}),
        "may_accept": project.role.rank >= Role.ANNOTATOR.rank,
    }
    return render(request, "review/parts/coarser.html", context)
