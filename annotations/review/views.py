"""The review on the bench, and the list of what is predicted, taxon by taxon."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.gallery.params import Look
from annotations.gallery.views.bench import ON_FIRST_SCREEN, frame, vignettes_of
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.review.actions import open_page
from annotations.review.models import ReviewOrder
from annotations.review.novelty import much_unlike
from annotations.review.params import read_order
from annotations.review.planning.coming import coming_objects
from annotations.review.queries import page_in_words, predicted_taxa
from annotations.search.captions import columns_of
from annotations.search.filter import Filter
from annotations.search.rows import rows


@login_required
@require_GET
def queue(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The page that is best done next, on the bench. Whoever may not label sees what waits, taxon by taxon."""
    project = open_project(request.user, project_id)
    if project.role.rank < Role.ANNOTATOR.rank:
        return redirect("review:taxa", project_id)
    criteria, order = Filter.parse(request.GET, request.user), read_order(request.GET)
    page = open_page(project=project, user=request.user, order=order, criteria=criteria)
    offered = page and page_in_words(page)
    context = {
        **frame(request, project, criteria),
        "tab": "review",
        "is_review": True,
        "review": {
            "order": order,
            "filter": criteria.as_dict(),
            "page": offered and _without_objects(offered),
        },
        "review_orders": ReviewOrder.choices,
        "review_order": order,
        **_vignettes(request, project, [row["id"] for row in offered["objects"]] if offered else []),
    }
    return render(request, "review/page.html", context)


@login_required
@require_GET
def coming(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The vignettes that the next page begins with, as a fragment: for a browser that fetches their pictures while the
    page before it is looked at. Nothing is kept for anybody."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    ids = coming_objects(
        project=project,
        user=request.user,
        order=read_order(request.GET),
        criteria=Filter.parse(request.GET, request.user),
    )
    context = {"project": project, "next_query": None, **_vignettes(request, project, ids[:ON_FIRST_SCREEN])}
    return render(request, "gallery/bench.html#page", context)


@login_required
@require_GET
def taxa(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What a model has said and nobody has looked at, taxon by taxon."""
    project = open_project(request.user, project_id)
    predicted = predicted_taxa(project_id)
    context = {
        "project": project,
        "tab": "review",
        "unlike": much_unlike(project_id),
        "taxa": predicted,
        "total": sum(taxon["count"] for taxon in predicted),
    }
    return render(request, "review/taxa.html", context)


def _without_objects(page: dict) -> dict:
    return {name: value for name, value in page.items() if name != "objects"}


def _vignettes(request: SignedInRequest, project: Project, ids: list[int]) -> dict:
    look = replace(Look.read(request.GET, project.pk), trait=None)  # it is the taxon that is asked
    return vignettes_of(request.user, project.pk, rows(project.pk, ids, columns_of(look.captions)), look)
