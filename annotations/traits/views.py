from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.refusals import back_to
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.models import Object
from annotations.taxonomy.queries import names_of
from annotations.traits.forms import SetForm, TraitForm, initial_of
from annotations.traits.models import Trait, TraitExample
from annotations.traits.queries import examples, pending_names_of, values_now
from annotations.traits.sets import SETS
from annotations.traits.vocabulary import (
    adopt_set,
    change_trait,
    current_version,
    define_trait,
    forget_example,
    show_example,
)


@login_required
@require_GET
def listed(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The vocabulary, and for managers what else can be adopted."""
    project = open_project(request.user, project_id)
    traits = list(Trait.objects.filter(project=project).select_related("only_if"))
    context = {
        "project": project,
        "tab": "traits",
        "version": current_version(project_id),
        "groups": _groups(_entries(project, traits)),
        "sets": _sets({trait.key for trait in traits}),
    }
    return render(request, "traits/list.html", context)


def _entries(project: Project, traits: list[Trait]) -> list[dict]:
    names = names_of({taxon for trait in traits for taxon in trait.applies_to})
    unknown = pending_names_of(project, traits)
    examples_of = examples(project.pk)
    return [
        {
            **_entry(trait, names),
            "unknown": [unknown[name] for name in trait.applies_to_names],
            "examples": _in_words(trait, examples_of[trait.pk]),
        }
        for trait in traits
    ]


def _sets(present: set[str]) -> list[dict]:
    """Those that can be adopted, with the traits whose keys are not `present`."""
    return [
        {
            "name": name,
            "about": entry.about,
            "new": [t["name"] for t in entry.traits if t["key"] not in present],
        }
        for name, entry in SETS.items()
    ]


def _entry(trait: Trait, names: dict[int, str]) -> dict:
    condition = ""
    if trait.only_if:
        conditions = " or ".join(trait.only_if.choice_name(key) for key in trait.only_if_choices)
        condition = f"{trait.only_if.name}: {conditions}"
    taxa = ", ".join(sorted(names.get(taxon, f"taxon {taxon}") for taxon in trait.applies_to))
    is_somewhere = bool(taxa) or trait.applies_to_all
    return {
        "trait": trait,
        "taxa": taxa,
        "is_somewhere": is_somewhere,
        "condition": condition,
        "query": _query(trait),
    }


def _in_words(trait: Trait, references: list[dict]) -> list[dict]:
    return [{**one, "words": trait.choice_name(one["choice"]) or trait.name} for one in references]


def _query(trait: Trait) -> str:
    """Leads to where its values are set: the objects to which it applies."""
    query: dict = {"trait_values": trait.key, "taxon": trait.applies_to}
    if trait.only_if and len(trait.only_if_choices) == 1:
        query["trait"] = f"{trait.only_if.key}={trait.only_if_choices[0]}"
    return urlencode(query, doseq=True)


def _groups(entries: list[dict]) -> list[tuple[str, list[dict]]]:
    """(name of the group, its entries), in the order of the vocabulary; the retired ones last."""
    groups: dict[str, list[dict]] = {}
    for entry in entries:
        trait = entry["trait"]
        groups.setdefault(trait.group or "Others" if trait.is_active else "Retired", []).append(entry)
    return sorted(groups.items(), key=lambda group: group[0] == "Retired")


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    form = TraitForm(posted(request), project=project)
    if form.is_valid():
        with RefusedIn(form):
            trait = define_trait(project=project, user=request.user, **form.cleaned_data)
            messages.success(request, f"{trait.name} can be used now.")
            return redirect("traits:list", project_id)
    context = {"project": project, "tab": "traits", "form": form}
    return render(request, "traits/form.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, project_id: int, trait_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    trait = get_object_or_404(Trait.objects.select_related("only_if"), pk=trait_id, project=project)
    form = TraitForm(posted(request), project=project, trait=trait, initial=initial_of(trait))
    if form.is_valid():
        with RefusedIn(form):
            change_trait(trait=trait, user=request.user, **form.cleaned_data)
            messages.success(request, f"{trait.name} is changed.")
            return redirect("traits:list", project_id)
    context = {"project": project, "tab": "traits", "form": form, "trait": trait}
    return render(request, "traits/form.html", context, status=status_of(form))


@login_required
@require_POST
@back_to("traits:list", "project_id")
def retire(request: SignedInRequest, project_id: int, trait_id: int) -> HttpResponse:
    """Offers it no more, or again: its values stay."""
    project = open_project(request.user, project_id, Role.MANAGER)
    trait = get_object_or_404(Trait, pk=trait_id, project=project)
    change_trait(trait=trait, user=request.user, is_active=not trait.is_active)
    return redirect("traits:list", project_id)


@login_required
@require_POST
def example(request: SignedInRequest, project_id: int, trait_id: int, object_id: int) -> HttpResponse:
    """An object shows what the trait, as it is said of it, looks like; or shows it no more."""
    project = open_project(request.user, project_id, Role.EXPERT)
    trait = get_object_or_404(Trait, pk=trait_id, project=project)
    object = get_object_or_404(Object, pk=object_id, project=project)
    if TraitExample.objects.filter(trait=trait, object=object).exists():
        forget_example(trait=trait, object_id=object_id)
    else:
        value = values_now(trait.pk, [object_id])[0]["value"]
        show_example(trait=trait, object_id=object_id, choice=value[0] if isinstance(value, list) else "")
    is_example = TraitExample.objects.filter(trait=trait, object=object).exists()
    context = {"project": project, "trait": trait, "object_id": object_id, "is_example": is_example}
    return render(request, "traits/example.html", context)


@login_required
@require_POST
@back_to("traits:list", "project_id")
def adopt(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    added = adopt_set(project=project, user=request.user, **cleaned(SetForm(request.POST)))
    messages.success(request, f"{len(added)} traits are added.")
    return redirect("traits:list", project_id)
