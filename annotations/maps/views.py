"""The map of a project's objects: the page, its points, the pictures of some of them."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common import live
from annotations.common.addresses import without
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.maps.actions import start_mapping
from annotations.maps.choices import colourings_of
from annotations.maps.colouring import parse_colouring
from annotations.maps.components_page import components_of
from annotations.maps.forms import AxesAddressForm, MapAddressForm, MappingForm
from annotations.maps.models import MapProjection
from annotations.maps.morphospace import MOST_DRAWN
from annotations.maps.pictures import pictures_of
from annotations.maps.points import compressed, points_of
from annotations.maps.queries import (
    chosen_projection,
    components_in,
    italic_taxa,
    job_under_way,
    projections_of,
)
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.search.describing import in_words
from annotations.search.filter import Filter
from annotations.search.params import listed
from annotations.search.values import whole
from annotations.similarity.queries import spaces_in

BEFORE = "No map can be drawn yet: let a model predict here first, or let measurements be compared."


@login_required
@require_GET
def page(request: SignedInRequest, project_id: int) -> HttpResponse:
    """All objects that match a filter, each a point. The filter, the colours and the projection are in the URL."""
    project = open_project(request.user, project_id)
    criteria = Filter.parse(request.GET, request.user)
    address = cleaned(MapAddressForm(request.GET))
    projection = chosen_projection(project, address["projection"])
    context = {
        "made_at": live.now(),
        "project": project,
        "criteria": criteria,
        "chips": _chips(request, project, criteria),
        "hidden": [(name, text) for name, texts in _as_lists(criteria) for text in texts],
        "projection": projection,
        "projections": projections_of(project),
        "colouring": parse_colouring(address["colour"], project),
        "colourings": colourings_of(project),
        "italic": italic_taxa(project),
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
        "form": MappingForm(),
        "is_umap": projection is not None and projection.method == MapProjection.Method.UMAP,
        "job": job_under_way(project),
        "may_compare": project.role == Role.MANAGER,
    }
    return render(request, "maps/map.html", context)


@login_required
@require_GET
def axes(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Along which lines the objects of a filter differ, and how these change with depth, time and sample."""
    project = open_project(request.user, project_id)
    criteria = Filter.parse(request.GET, request.user)
    spaces = spaces_in(project)
    projection = components_in(project, spaces, cleaned(AxesAddressForm(request.GET))["space"])
    objects, components = components_of(projection, criteria) if projection else (0, [])
    context = {
        "project": project,
        "criteria": criteria,
        "chips": _chips(request, project, criteria),
        "hidden": [(name, text) for name, texts in _as_lists(criteria) for text in texts],
        "spaces": spaces,
        "projection": projection,
        "components": components,
        "objects": objects,
        "is_drawn": objects == MOST_DRAWN,
    }
    return render(request, "maps/axes.html", context)


def _as_lists(criteria: Filter) -> list[tuple[str, list]]:
    return [
        (name, value if isinstance(value, list) else [value]) for name, value in criteria.as_dict().items()
    ]


def _chips(request: SignedInRequest, project: Project, criteria: Filter) -> list[dict]:
    return [{"text": text, "url": without(request, name)} for name, text in in_words(project, criteria)]


@login_required
@require_POST
@back_to("maps:map", "project_id")
def start(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Lays the objects out by UMAP, a job."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    job = start_mapping(project=project, user=request.user, **cleaned(MappingForm(request.POST)))
    return redirect("jobs:detail", job.pk)


@download_view
@require_GET
def points(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The points as bytes, compressed (`annotations/maps/points.py` says how). 404 where no map can be drawn yet."""
    project = open_project(request.user, project_id)
    criteria = Filter.parse(request.GET, request.user)
    address = cleaned(MapAddressForm(request.GET))
    projection = chosen_projection(project, address["projection"])
    if projection is None:
        raise Http404(BEFORE)
    colouring = parse_colouring(address["colour"], project)
    stream = points_of(projection, criteria, colouring, has_places=not address["only_colours"])
    headers = {"Content-Encoding": "gzip", "Cache-Control": "no-store"}
    return StreamingHttpResponse(compressed(stream), content_type="application/octet-stream", headers=headers)


@login_required
@require_GET
def pictures(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Of the objects `ids=1,2,3`, up to 200 at a time."""
    open_project(request.user, project_id)
    ids = [whole(text, "ids") for text in listed(request.GET, "ids")]
    if not ids:
        raise ValidationError("`ids` takes the numbers of objects, as 1,2.")
    return JsonResponse({"pictures": pictures_of(project_id, ids)})
