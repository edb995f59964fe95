"""What the nearest labelled objects would say of an object, in its panel."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.gallery.forms import NeighboursForm
from annotations.gallery.neighbours import neighbours_as_json
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.queries import project_of_object
from annotations.similarity.neighbours import neighbourhood_of
from annotations.similarity.queries import is_embedded
from annotations.taxonomy.ranks import italic_among


@login_required
@require_GET
def neighbours(request: SignedInRequest, project_id: int, object_id: int) -> HttpResponse:
    """A fragment; empty of an object that lies in no space. With `keys`, Alt + 1 gives the first proposal."""
    project = open_project(request.user, project_id)
    if project_of_object(object_id) != project.pk:
        raise Http404("There is no such object in this project.")
    neighbourhood = (
        neighbours_as_json(project_id, neighbourhood_of(object_id, project_id))
        if is_embedded(object_id)
        else {}
    )
    context = {
        **neighbourhood,
        "project_id": project_id,
        "has_keys": cleaned(NeighboursForm(request.GET))["keys"],
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
        "italic": italic_among(
            {each["taxon"]["id"] for each in neighbourhood.get("neighbours", []) if each["taxon"]}
        ),
    }
    return render(request, "gallery/object/neighbours.html", context)
