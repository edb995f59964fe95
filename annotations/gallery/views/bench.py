"""The bench: the page, the vignettes that follow, all about one object."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common import live
from annotations.common.addresses import following, without
from annotations.gallery.examples import examples_of
from annotations.gallery.params import Look, ids_again, without_filter
from annotations.gallery.queries import object_detail
from annotations.gallery.views.counts import panel_context
from annotations.gallery.views.filters import chips
from annotations.gallery.vignette_labels import (
    trait_choices,
    trait_history_in_words,
    traits_in_words,
    with_vignette_labels,
)
from annotations.projects.access import open_project
from annotations.projects.demo import TITLE as DEMO_TITLE
from annotations.projects.models import Project, Role
from annotations.samples.queries import project_of_object
from annotations.scans.corrections.queries import corrections_of
from annotations.search.captions import CAPTIONS, caption, columns_of
from annotations.search.choices import title_of, turned
from annotations.search.filter import Filter
from annotations.search.order import ORDERS, Order, OrderGone, parse_order
from annotations.search.queries import page, views_listed
from annotations.search.rows import rows
from annotations.taxon_matching.queries import names_waiting_for_role
from annotations.taxonomy.ranks import italic_among
from annotations.traits.values import say_value

LAYOUTS = ("rows", "true", "pixels")
GROUNDS = {  # by the pictures' border, as they came and inverted
    "light": {False: "light", True: "dark"},
    "dark": {False: "dark", True: "light"},
}
SIZES = [50, 100, 200, 500, 1000]
# Vignettes that the browser lays out, paints and forgets together (static/js/gallery/pages.js), four rows of a laptop's
# screen: a picture that comes or a label that changes costs as much as its part is long. The first page is one: rows go
# on from part to part by a script, which the first screen doesn't wait for.
PART = 50
ON_FIRST_SCREEN = 40  # vignettes, of a laptop


@login_required
@require_GET
def bench(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The sorting bench. The filter, the order and the mode are in the URL."""
    project = open_project(request.user, project_id)
    criteria = Filter.parse(request.GET, request.user)
    look = Look.read(request.GET, project_id)
    order = parse_order(look.order, project_id)
    context = {
        **frame(request, project, criteria),
        "tab": "review" if look.is_review else "sort",
        "is_review": look.is_review,
        "order": order,
        "order_title": title_of(order),
        "examples": examples_of(request, order),
        "turned_url": _turned_url(request, order),
        "orders": [option for kind in ORDERS.values() for option in kind.options],
        **_page(request, project_id, criteria, look),
        "eager": ON_FIRST_SCREEN,
    }
    if context["sorting_trait"]:
        context["default_words"] = say_value(context["sorting_trait"], context["sorting_trait"].default)
    return render(request, "gallery/bench.html", context)


def frame(request: SignedInRequest, project: Project, criteria: Filter) -> dict:
    """What stands around the vignettes: filter, views, look, panel. For the bench, and for the review that is one."""
    return {
        "made_at": live.now(),  # before anything is read
        "project": project,
        "criteria": criteria,
        "chips": chips(request, project, criteria),
        "clear_url": without_filter(request.GET) if criteria != Filter() else "",
        "conditions": [(c.name, text) for c in criteria.conditions for text in c.texts],
        "views": views_listed(project.pk, request.user),
        "captions": [(name, label) for name, (label, _) in CAPTIONS.items()],
        "sizes": SIZES,
        **ground_of(request.user, project.pk),
        "traits": trait_choices(project.pk),
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
        "is_demo": _is_toured(request.user, project),
        "names_waiting": names_waiting_for_role(project),
        **panel_context(request, project.pk, criteria, is_exact=False),
    }


def _is_toured(user: User, project: Project) -> bool:
    """Whether the tour is offered: in the demo project, to who may label there and has not taken it."""
    tour = user.preferences.get("tour", {})
    is_new = not tour.get("is_on") and not tour.get("finished")
    return project.title == DEMO_TITLE and project.role.rank >= Role.ANNOTATOR.rank and is_new


@login_required
@require_GET
def objects(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The next vignettes, as a fragment; with `ids`, those objects again: a page that was forgotten meanwhile."""
    project = open_project(request.user, project_id)
    look = Look.read(request.GET, project_id)
    ids = ids_again(request.GET)
    if ids is not None:
        again = rows(project_id, ids, columns_of(look.captions))
        context = vignettes_of(request.user, project_id, again, look)
        return render(request, "gallery/bench.html#page", {"project": project, **context, "next_query": None})
    try:
        context = _page(request, project_id, Filter.parse(request.GET, request.user), look)
    except OrderGone as gone:
        return _order_gone(request, project, gone)
    return render(
        request, "gallery/bench.html#vignettes", {"project": project, **context, "part_length": PART}
    )


def _order_gone(request: SignedInRequest, project: Project, error: OrderGone) -> HttpResponse:
    """Says so below the vignettes; with another status, htmx would leave the page as if these were all."""
    url = reverse("gallery:bench", args=[project.pk]) + without(request)
    answer = render(request, "gallery/order_gone.html", {"reason": error.message, "url": url})
    answer["HX-Retarget"], answer["HX-Reswap"] = "#gallery", "afterend"
    return answer


def _page(request: SignedInRequest, project_id: int, criteria: Filter, look: Look) -> dict:
    result = page(project_id, criteria, look.order, look.size, look.cursor, columns=columns_of(look.captions))
    return {
        "is_shared": all(_has_only(criteria, row["taxon"]) for row in result.objects),
        "next_query": following(request, result.next) if result.next else None,
        **vignettes_of(request.user, project_id, result.objects, look),
    }


def vignettes_of(user: User, project_id: int, objects: list[dict], look: Look) -> dict:
    """What the template of the vignettes takes, of rows in the API's shape."""
    return {
        "objects": with_vignette_labels(_captioned(objects, look.captions), look.trait),
        "part_length": None,
        "eager": 0,
        "sorting_trait": look.trait,
        "size": look.size,
        "chosen_captions": look.captions,
        "caption_lines": len(look.captions) + bool(look.trait),
        "finest_um": min((row["pixel_um"] for row in objects if row["pixel_um"]), default=None),
        "layout": layout_of(user, project_id),
    }


def _turned_url(request: SignedInRequest, order: Order) -> str:
    """Of the same page in the other direction; empty where the order has none."""
    other = turned(order)
    return f"{without(request, 'order')}&{urlencode({'order': other})}" if other else ""


def layout_of(user: User, project_id: int) -> str:
    """The layout that the person has chosen for the project; static/js/gallery/layout.js knows it, too."""
    layout = _chosen_look(user, project_id).get("layout")
    return layout if layout in LAYOUTS else LAYOUTS[0]


def ground_of(user: User, project_id: int) -> dict:
    """Whether the pictures are inverted, and the ground that the person has chosen. Where none is, it is that of the
    pictures' border, which was seen when they were last shown; static/js/gallery/layout.js knows it, too."""
    look = _chosen_look(user, project_id)
    is_inverted = bool(look.get("inverted"))
    border = GROUNDS.get(str(look.get("border")), {}).get(is_inverted, "")
    return {
        "ground": look.get("ground") if look.get("ground") in GROUNDS else border,
        "is_inverted": is_inverted,
    }


def _chosen_look(user: User, project_id: int) -> dict:
    looks = user.preferences.get("layout", {})
    of_project = looks.get(str(project_id))
    return of_project if isinstance(of_project, dict) else looks


def _has_only(criteria: Filter, taxon: dict | None) -> bool:
    """Whether the taxon is the one that the page is filtered by: captions leave out what they share with all others."""
    return taxon is not None and criteria.taxon == (taxon["id"],)


def _captioned(objects: list[dict], captions: list[str]) -> list[dict]:
    return [{**row, "caption": caption(row, captions)} for row in objects]


@login_required
@require_GET
def detail(request: SignedInRequest, project_id: int, object_id: int) -> HttpResponse:
    """All about one object, for the panel on the right."""
    project = open_project(request.user, project_id)
    if project_of_object(object_id) != project.pk:
        raise Http404("There is no such object in this project.")
    shape = object_detail(project_id, object_id)
    return render(
        request,
        "gallery/detail.html",
        {
            "object": shape,
            "italic": italic_among(_taxa_in(shape)),
            "project_id": project_id,
            "project": project,
            "may_label": project.role.rank >= Role.ANNOTATOR.rank,
            "may_teach": project.role.rank >= Role.EXPERT.rank,
            "traits": traits_in_words(project_id, object_id),
            "trait_history": trait_history_in_words(project_id, object_id),
            "corrections": corrections_of(object_id, project_id),
        },
    )


def _taxa_in(shape: dict) -> set[int]:
    """All taxa that the page of an object names."""
    predictions = [*filter(None, [shape["prediction"]]), *shape["other_predictions"]]
    best = [each["taxon"] for prediction in predictions for each in prediction["best"]]
    candidates = [taxon for prediction in predictions for taxon in prediction["candidates"]]
    labels = [entry["to"]["taxon"] for entry in shape["history"]]
    return {taxon["id"] for taxon in (shape["taxon"], *best, *candidates, *labels) if taxon}
