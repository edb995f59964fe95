"""The bench: the page, the vignettes that follow, all about one object."""

import secrets

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.gallery.queries import object_detail
from annotations.gallery.views.counts import panel_context
from annotations.gallery.views.filters import chips
from annotations.gallery.vignette_labels import (
    sorting_trait,
    trait_choices,
    trait_history_in_words,
    traits_in_words,
    with_vignette_labels,
)
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.models import FreeColumn, Sample
from annotations.samples.queries import project_of_object
from annotations.search.captions import CAPTIONS, caption, needs_fields, parse_captions
from annotations.search.filter import Filter
from annotations.search.order import ORDERS, parse_order
from annotations.search.queries import page, views_of
from annotations.search.rows import rows
from annotations.search.values import whole
from annotations.traits.values import say_value

PAGE, LEAST_PAGE, MOST_PAGE = 200, 50, 1000
SIZES = [50, 100, 200, 500, 1000]


@login_required
@require_GET
def bench(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The sorting bench. The filter, the order and the mode are in the URL."""
    project = open_project(request.user, project_id)
    criteria = Filter.parse(request.GET, request.user)
    order = parse_order(request.GET.get("order"), project_id)
    columns = FreeColumn.objects.filter(project=project, level=FreeColumn.Level.OBJECT)
    context = {
        "project": project,
        "tab": "review" if "review" in request.GET else "sort",
        "is_review": "review" in request.GET,
        "criteria": criteria,
        "order": order,
        "chips": chips(request, project, criteria),
        "conditions": [(c.name, text) for c in criteria.conditions for text in c.texts],
        "samples": Sample.objects.filter(project=project).values_list("id", "original_id"),
        "columns": columns.order_by("name").values_list("name", flat=True),
        "views": views_of(project_id, request.user),
        "captions": [(name, label) for name, (label, _) in CAPTIONS.items()],
        "sizes": SIZES,
        "orders": [option for kind in ORDERS.values() for option in kind.options],
        "seed": secrets.randbelow(1000),
        "traits": trait_choices(project_id),
        "sorting_trait": sorting_trait(project_id, request.GET.get("trait_values")),
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
        **_page(request, project_id, criteria),
        **panel_context(request, project_id, criteria, is_exact=False),
    }
    if context["sorting_trait"]:
        context["default_words"] = say_value(context["sorting_trait"], context["sorting_trait"].default)
    return render(request, "gallery/bench.html", context)


@login_required
@require_GET
def objects(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The next vignettes, as a fragment; with `ids`, those objects again: a page that was forgotten meanwhile."""
    project = open_project(request.user, project_id)
    if "ids" in request.GET:
        trait = sorting_trait(project_id, request.GET.get("trait_values"))
        objects = with_vignette_labels(_again(request, project_id), trait)
        context = {"objects": objects, "sorting_trait": trait, "next_query": None}
        return render(request, "gallery/bench.html#page", {"project": project, **context})
    context = _page(request, project_id, Filter.parse(request.GET, request.user))
    return render(request, "gallery/bench.html#vignettes", {"project": project, **context})


def _page(request: SignedInRequest, project_id: int, criteria: Filter) -> dict:
    query = request.GET.copy()
    size, captions = _size(query.get("size")), parse_captions(query.getlist("show"), project_id)
    result = page(project_id, criteria, query.get("order"), size, query.get("cursor"), needs_fields(captions))
    if result.next:
        query["cursor"] = result.next
    trait = sorting_trait(project_id, query.get("trait_values"))
    return {
        "objects": with_vignette_labels(_captioned(result.objects, captions), trait),
        "sorting_trait": trait,
        "next_query": query.urlencode() if result.next else None,
        "size": size,
        "chosen_captions": captions,
    }


def _again(request: SignedInRequest, project_id: int) -> list[dict]:
    ids = [whole(text, "ids") for text in request.GET["ids"].split(",")[:MOST_PAGE]]
    captions = parse_captions(request.GET.getlist("show"), project_id)
    return _captioned(rows(project_id, ids, needs_fields(captions)), captions)


def _captioned(objects: list[dict], captions: list[str]) -> list[dict]:
    return [{**row, "caption": caption(row, captions)} for row in objects]


def _size(text: str | None) -> int:
    if not text:
        return PAGE
    size = whole(text, "size")
    if not LEAST_PAGE <= size <= MOST_PAGE:
        raise ValidationError(f"`size` is {size}, but a page has {LEAST_PAGE} to {MOST_PAGE} vignettes.")
    return size


@login_required
@require_GET
def detail(request: SignedInRequest, project_id: int, object_id: int) -> HttpResponse:
    """All about one object, for the panel on the right."""
    project = open_project(request.user, project_id)
    if project_of_object(object_id) != project.pk:
        raise Http404("There is no such object in this project.")
    return render(
        request,
        "gallery/detail.html",
        {
            "object": object_detail(project_id, object_id),
            "project_id": project_id,
            "project": project,
            "may_teach": project.role.rank >= Role.EXPERT.rank,
            "traits": traits_in_words(project_id, object_id),
            "trait_history": trait_history_in_words(project_id, object_id),
        },
    )
