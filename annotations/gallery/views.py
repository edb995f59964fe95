import re
import secrets
from collections import Counter
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.refusals import refuse_in_words
from annotations.gallery import queries
from annotations.gallery.actions import remove_view, save_view
from annotations.gallery.captions import CAPTIONS, caption, needs_fields, parse_captions
from annotations.gallery.choices import choices
from annotations.gallery.faces import (
    scored_trait,
    trait_choices,
    trait_history_in_words,
    traits_in_words,
    with_faces,
)
from annotations.gallery.filter import NO_TAXON, Filter
from annotations.gallery.order import parse_order
from annotations.gallery.panel import taxon_panel
from annotations.gallery.readers import whole
from annotations.gallery.trait_panel import trait_panel
from annotations.labels.tally import counts_by_project
from annotations.projects.access import open_project, projects_seen_by
from annotations.projects.models import Project, Role
from annotations.samples.models import FreeColumn, Sample, State
from annotations.samples.naming import readable_id
from annotations.taxonomy.queries import names_of
from annotations.traits.models import Trait
from annotations.traits.values import say_value

PAGE, LEAST_PAGE, MOST_PAGE = 200, 50, 1000
KEPT = [
    "taxon",
    "descendants",
    "state",
    "sample",
    "order",
    "review",
    "size",
    "show",
    "scoring",
]  # chosen elsewhere on the page
ORDERS = [
    ("id", "arrival"),
    ("-score", "surest first"),
    ("score", "least sure first"),
    ("margin", "closest second choice first"),
    ("-entropy", "most undecided first"),
    ("date", "oldest first"),
    ("-date", "newest first"),
    ("depth", "shallowest first"),
    ("-depth", "deepest first"),
]
SIZES = [50, 100, 200, 500, 1000]
STATES = [
    (state.value, state.word)
    for state in (State.VALIDATED, State.PREDICTED, State.DUBIOUS, State.UNCLASSIFIED)
]


@login_required
@require_GET
def project_list(request: SignedInRequest) -> HttpResponse:
    """One's projects, each with how far it is."""
    projects = list(projects_seen_by(request.user))
    counts = counts_by_project([project.pk for project in projects])
    roles = dict(request.user.memberships.values_list("project_id", "role"))
    entries = [
        _entry(project, counts[project.pk], roles.get(project.pk, "administrator")) for project in projects
    ]
    return render(request, "projects/list.html", {"projects": entries})


def _entry(project: Project, counts: dict[str, int], role: str) -> dict:
    total = sum(counts.values())
    return {
        "project": project,
        "role": role,
        "total": total,
        "validated_percent": 100 * counts.get("V", 0) // total if total else 0,  # 100 only when all are
        "shares": [
            {"letter": letter, "percent": 100 * counts.get(letter, 0) / max(total, 1)} for letter, _ in STATES
        ],
        "sentence": ", ".join(f"{counts.get(letter, 0):,} {word}" for letter, word in STATES),
    }


@login_required
@require_GET
@refuse_in_words
def bench(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The sorting bench. The filter, the order and the mode are in the URL."""
    project = open_project(request.user, project_id)
    wanted = Filter.parse(request.GET, request.user)
    order = parse_order(request.GET.get("order"), project_id)
    columns = FreeColumn.objects.filter(project=project, level=FreeColumn.Level.OBJECT)
    context = {
        "project": project,
        "tab": "review" if "review" in request.GET else "sort",
        "is_review": "review" in request.GET,
        "wanted": wanted,
        "order": order,
        "chips": _chips(request, project, wanted),
        "conditions": [(c.name, text) for c in wanted.conditions for text in c.texts],
        "samples": Sample.objects.filter(project=project).values_list("id", "original_id"),
        "columns": columns.order_by("name").values_list("name", flat=True),
        "views": queries.views_of(project_id, request.user),
        "captions": [(name, label) for name, (label, _) in CAPTIONS.items()],
        "sizes": SIZES,
        "orders": ORDERS,
        "seed": secrets.randbelow(1000),
        "traits": trait_choices(project_id),
        "scoring": scored_trait(project_id, request.GET.get("scoring")),
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
        **_page(request, project_id, wanted),
        **_panel(request, project_id, wanted, is_exact=False),
    }
    if context["scoring"]:
        context["default_words"] = say_value(context["scoring"], context["scoring"].default)
    return render(request, "gallery/bench.html", context)


def _panel(request: SignedInRequest, project_id: int, wanted: Filter, is_exact: bool) -> dict:
    """The panel's counts. Its links change one condition and keep the others, the order and the mode.

    What the tally can't count takes a while in a large project: then the page comes first with the counts of the whole
    project, and the panel asks for the exact ones.
    """
    shown = replace(wanted, taxon=(), state=(), conditions=wanted.conditions if is_exact else ())
    found = taxon_panel(queries.raw_counts(project_id, shown))
    chosen = [
        node.below if wanted.descendants else node.own for node in found.nodes if node.id in wanted.taxon
    ]
    counts = sum(chosen, Counter()) if chosen else Counter(found.states)
    without_state = _without(request, "state")
    words = [state.word for state in wanted.state]
    return {
        "panel": found,
        "is_provisional": bool(wanted.conditions) and not is_exact,
        "chosen_states": words,
        "states": [
            {
                "letter": letter,
                "word": word,
                "count": counts[letter],
                "is_chosen": word in words,
                "url": without_state if words == [word] else f"{without_state}&state={word}",
            }
            for letter, word in STATES
        ],
        "panel_url": reverse("gallery:panel", args=[project_id]) + _without(request),
        "all_url": _without(request, "state", "taxon"),
        "taxon_url": f"{_without(request, 'taxon')}&taxon=",
    }


@login_required
@require_GET
@refuse_in_words
def objects(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The next vignettes, as a fragment; with `ids`, those objects again: a page that was forgotten meanwhile."""
    project = open_project(request.user, project_id)
    if "ids" in request.GET:
        trait = scored_trait(project_id, request.GET.get("scoring"))
        objects = with_faces(_again(request, project_id), trait)
        context = {"objects": objects, "scoring": trait, "next_query": None}
        return render(request, "gallery/bench.html#page", {"project": project, **context})
    context = _page(request, project_id, Filter.parse(request.GET, request.user))
    return render(request, "gallery/bench.html#vignettes", {"project": project, **context})


def _page(request: SignedInRequest, project_id: int, wanted: Filter) -> dict:
    size, shown = _size(request.GET.get("size")), parse_captions(request.GET.getlist("show"), project_id)
    with_fields = needs_fields(shown)
    page = queries.page(
        project_id, wanted, request.GET.get("order"), size, request.GET.get("cursor"), with_fields
    )
    query = request.GET.copy()
    if page.next:
        query["cursor"] = page.next
    trait = scored_trait(project_id, request.GET.get("scoring"))
    return {
        "objects": with_faces(_captioned(page.objects, shown), trait),
        "scoring": trait,
        "next_query": query.urlencode() if page.next else None,
        "size": size,
        "shown": shown,
    }


def _again(request: SignedInRequest, project_id: int) -> list[dict]:
    ids = [whole(text, "ids") for text in request.GET["ids"].split(",")[:MOST_PAGE]]
    shown = parse_captions(request.GET.getlist("show"), project_id)
    return _captioned(queries.rows(project_id, ids, needs_fields(shown)), shown)


def _captioned(objects: list[dict], shown: list[str]) -> list[dict]:
    return [{**found, "caption": caption(found, shown)} for found in objects]


def _size(text: str | None) -> int:
    if not text:
        return PAGE
    size = whole(text, "size")
    if not LEAST_PAGE <= size <= MOST_PAGE:
        raise ValidationError(f"`size` is {size}, but a page has {LEAST_PAGE} to {MOST_PAGE} vignettes.")
    return size


def _chips(request: SignedInRequest, project: Project, wanted: Filter) -> list[dict]:
    """The active filters in words, each with the URL without it."""
    words = []
    names = names_of({taxon for taxon in wanted.taxon if taxon != NO_TAXON})
    if wanted.taxon:
        taxa = ", ".join(names.get(taxon, "without taxon") for taxon in wanted.taxon)
        words.append(("taxon", taxa if wanted.descendants or not names else f"{taxa} only"))
    if wanted.sample:
        found = Sample.objects.filter(project=project, pk__in=wanted.sample).values_list(
            "original_id", flat=True
        )
        words.append(("sample", ", ".join(map(readable_id, found))))
    words += [(condition.name, str(condition)) for condition in wanted.conditions]
    return [{"text": text, "url": _without(request, name)} for name, text in words]


def _without(request: SignedInRequest, *names: str) -> str:
    """The query string of this page without some of its conditions."""
    query = request.GET.copy()
    for gone in (*names, "cursor"):
        query.pop(gone, None)
    return "?" + query.urlencode()


@login_required
@require_GET
@refuse_in_words
def filters(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The form with every condition, filled with those of the query string."""
    project = open_project(request.user, project_id)
    wanted = Filter.parse(request.GET, request.user)
    kept = {name: request.GET.getlist(name) for name in KEPT if name in request.GET}
    context = {"project": project, "asked": wanted.as_dict(), "kept": kept, **choices(project_id)}
    return render(request, "gallery/filters.html", context)


@login_required
@require_GET
@refuse_in_words
def panel(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The taxon panel alone, after labels have changed."""
    project = open_project(request.user, project_id)
    wanted = Filter.parse(request.GET, request.user)
    context = {"project": project, "wanted": wanted, **_panel(request, project_id, wanted, is_exact=True)}
    return render(request, "gallery/bench.html#panel", context)


@login_required
@require_GET
@refuse_in_words
def trait_counts(request: SignedInRequest, project_id: int) -> HttpResponse:
    """How many of the objects that match have each value of the trait that is sorted by."""
    project = open_project(request.user, project_id)
    trait = scored_trait(project_id, request.GET.get("scoring"))
    if trait is None:
        raise ValidationError("Name a trait: `scoring=<its key>`.")
    wanted = Filter.parse(_unasked(request, trait), request.user)
    context = {
        "project": project,
        "scoring": trait,
        "lines": trait_panel(trait, *wanted.where(project_id)),
        "asked": request.GET.getlist("trait"),
        "url": _without(request, "trait") + "".join(f"&trait={t}" for t in _others(request, trait)),
    }
    return render(request, "gallery/bench.html#trait_panel", context)


def _others(request: SignedInRequest, trait: Trait) -> list[str]:
    """What is asked of other traits."""
    return [text for text in request.GET.getlist("trait") if not re.match(rf"{trait.key}\b", text)]


def _unasked(request: SignedInRequest, trait: Trait) -> QueryDict:
    """The filter without what it asks of the trait itself: each line leads to another of its values."""
    asked = request.GET.copy()
    asked.setlist("trait", _others(request, trait))
    return asked


@login_required
@require_GET
def detail(request: SignedInRequest, project_id: int, object_id: int) -> HttpResponse:
    """All about one object, for the panel on the right."""
    project = open_project(request.user, project_id)
    if queries.project_of_object(object_id) != project.pk:
        raise Http404("There is no such object in this project.")
    return render(
        request,
        "gallery/detail.html",
        {
            "object": queries.object_detail(project_id, object_id),
            "project_id": project_id,
            "project": project,
            "may_teach": project.role.rank >= Role.EXPERT.rank,
            "traits": traits_in_words(project_id, object_id),
            "trait_history": trait_history_in_words(project_id, object_id),
        },
    )


@login_required
@require_POST
def keep_view(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Saves the filter, order and captions of the page under a name."""
    project = open_project(request.user, project_id)
    given = request.POST
    try:
        view = save_view(
            project=project,
            user=request.user,
            name=given.get("name", ""),
            query=given.get("query", ""),
            is_shared="shared" in given,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("gallery:bench", project_id)
    return redirect(f"{reverse('gallery:bench', args=[project_id])}?{view.query}")


@login_required
@require_POST
def drop_view(request: SignedInRequest, project_id: int, view_id: int) -> HttpResponse:
    project = open_project(request.user, project_id)
    view = get_object_or_404(queries.views_of(project_id, request.user), pk=view_id)
    remove_view(view=view, user=request.user, role=project.role)
    query = QueryDict(request.POST.get("query", "")).urlencode()  # the filter that the page has
    return redirect(f"{reverse('gallery:bench', args=[project_id])}?{query}")
