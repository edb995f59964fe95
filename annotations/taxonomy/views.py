from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.jobs.uploads import keep_upload
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.taxonomy.editing import (
    WORDS,
    add_synonym,
    edit_taxon,
    remove_synonym,
    require_administrator,
    set_status,
    undo_edit,
)
from annotations.taxonomy.imports import start_taxa_import
from annotations.taxonomy.models import Synonym, Taxon, TaxonEdit, TaxonStatus
from annotations.taxonomy.presets import set_favourites, set_training_rules
from annotations.taxonomy.queries import complete, favourites_of, names_of, taxon_called
from annotations.taxonomy.replacements import taxon_in_use
from annotations.taxonomy.tables import FORMATS

MOST_FOUND = 100
OF_TAXA = ("parent_id", "replaced_by_id")


@login_required
@require_GET
def complete_taxa(request: SignedInRequest) -> JsonResponse:
    """Completion for the taxon picker; a project's favourites come first, then those whose ids are in `first`."""
    given = request.GET.get("first", "").split(",")
    first = [int(taxon) for taxon in given if taxon.isdecimal() and len(taxon) < 19]  # a bigint
    project = request.GET.get("project", "")
    if project.isdecimal() and len(project) < 19:
        first = favourites_of(open_project(request.user, int(project))) + first
    return JsonResponse({"results": complete(request.GET.get("q", ""), first=first)})


@login_required
@require_http_methods(["GET", "POST"])
def presets(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What the project's picker shows first, and what is learnt as what. POST adds one, or takes one away."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "POST":
        try:
            _change_presets(project, request.POST)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("taxonomy:presets", project_id)
    context = {
        "project": project,
        "tab": "taxa",
        "favourites": project.favourites.select_related("taxon"),
        "rules": project.training_rules.select_related("taxon", "into"),
    }
    return render(request, "taxonomy/presets.html", context)


def _change_presets(project: Project, given: QueryDict) -> None:
    named, act = taxon_called(given.get("taxon", "")), given.get("act")
    found = taxon_in_use(named)
    favourites = favourites_of(project)
    rules: dict[int, int | None] = dict(project.training_rules.values_list("taxon", "into"))
    if act == "favour":
        set_favourites(project=project, taxa=[*favourites, found.pk])
    elif act == "unfavour":
        set_favourites(project=project, taxa=[taxon for taxon in favourites if taxon != found.pk])
    elif act == "group":
        into = given.get("into", "").strip()
        rules[found.pk] = taxon_in_use(taxon_called(into)).pk if into else None
        set_training_rules(project=project, rules=rules)
    elif act == "ungroup":
        for taxon in (named.pk, found.pk):
            rules.pop(taxon, None)
        set_training_rules(project=project, rules=rules)


@login_required
@require_GET
def tree(request: SignedInRequest) -> HttpResponse:
    """The administrator's way to a taxon: by name, or down from the roots."""
    require_administrator(request.user)
    text = request.GET.get("q", "").strip()
    roots = Taxon.objects.filter(parent=None).annotate(below=Count("children")).order_by("display_name")
    context = {
        "q": text,
        "found": complete(text, MOST_FOUND) if text else [],
        "roots": [] if text else roots[:MOST_FOUND],
        "most": MOST_FOUND,
    }
    return render(request, "taxonomy/tree.html", context)


class TaxonForm(forms.ModelForm):
    """What describes a taxon. Its parent and its status have fields of their own on the page."""

    class Meta:
        model = Taxon
        fields = ["name", "rank", "kind", "authority", "aphia_id", "ecotaxa_id", "note"]
        labels = {"aphia_id": "AphiaID", "ecotaxa_id": "EcoTaxa number", "note": "How to recognise it"}


@login_required
@require_http_methods(["GET", "POST"])
def taxon(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    """A taxon of the tree: POST renames, moves and describes it."""
    require_administrator(request.user)
    found = get_object_or_404(Taxon.objects.select_related("parent", "replaced_by"), pk=taxon_id)
    form = TaxonForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            above = request.POST.get("parent", "").strip()
            parent = taxon_called(above) if above else None
            edit_taxon(taxon=found, user=request.user, parent=parent, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("taxonomy:taxon", taxon_id)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    found = Taxon.objects.select_related("parent", "replaced_by").get(
        pk=taxon_id
    )  # as it is, not as it was typed
    names = names_of(set(found.path))
    context = {
        "taxon": found,
        "form": form,
        "lineage": [(number, names[number]) for number in found.path[:-1]],
        "children": found.children.order_by("display_name")[:MOST_FOUND],
        "most": MOST_FOUND,
        "synonyms": found.synonyms.all(),
        "edits": _edits(found),
    }
    return render(request, "taxonomy/taxon.html", context)


def _edits(taxon: Taxon) -> list[dict]:
    edits = list(taxon.edits.select_related("user")[:MOST_FOUND])
    numbers = {
        value
        for edit in edits
        for values in (edit.before, edit.after)
        for field, value in values.items()
        if field in OF_TAXA and value is not None
    }
    names = names_of(numbers)
    return [_in_words(edit, names) for edit in edits]


def _in_words(edit: TaxonEdit, names: dict[int, str]) -> dict:
    """Each field from what to what; taxa by their names."""

    def words(field: str, value: Any) -> str:
        if field == "status":
            return TaxonStatus(value).label.lower()
        return (
            str(names.get(value, value) if field in OF_TAXA else value)
            if value not in (None, "")
            else "nothing"
        )

    fields = [
        (WORDS.get(field, field), words(field, edit.before[field]), words(field, value))
        for field, value in edit.after.items()
    ]
    return {"edit": edit, "fields": fields}


@login_required
@require_POST
def undo(request: SignedInRequest, edit_id: int) -> HttpResponse:
    """Puts back what was changed of a taxon."""
    require_administrator(request.user)
    found = get_object_or_404(TaxonEdit.objects.select_related("taxon"), pk=edit_id)
    try:
        undo_edit(edit=found, user=request.user)
        messages.success(request, "Put back.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("taxonomy:taxon", found.taxon_id)


@login_required
@require_POST
def status(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    """Takes a taxon out of use, or back into it."""
    require_administrator(request.user)
    found = get_object_or_404(Taxon, pk=taxon_id)
    try:
        instead = request.POST.get("replaced_by", "").strip()
        by = taxon_called(instead) if instead else None
        set_status(taxon=found, user=request.user, is_active="active" in request.POST, replaced_by=by)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("taxonomy:taxon", taxon_id)


@login_required
@require_POST
def synonym(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    """Notes a synonym, from the taxon's page in the tree or in a project, which is where it goes back to."""
    found = get_object_or_404(Taxon, pk=taxon_id)
    try:
        made = add_synonym(taxon=found, name=request.POST.get("name", ""), user=request.user)
        messages.success(request, f"The picker finds {found} by {made.name}, too.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(_back(request, taxon_id))


@login_required
@require_POST
def drop_synonym(request: SignedInRequest, synonym_id: int) -> HttpResponse:
    found = get_object_or_404(Synonym, pk=synonym_id)
    remove_synonym(synonym=found, user=request.user)
    return redirect(_back(request, found.taxon_id))


def _back(request: SignedInRequest, taxon_id: int) -> str:
    wanted = request.POST.get("back", "")
    return (
        wanted
        if url_has_allowed_host_and_scheme(wanted, None)
        else reverse("taxonomy:taxon", args=[taxon_id])
    )


@login_required
@require_http_methods(["GET", "POST"])
def import_table(request: SignedInRequest) -> HttpResponse:
    """Brings a table of taxa into the tree, as a job."""
    require_administrator(request.user)
    upload = request.FILES.get("table")
    if request.method == "GET" or upload is None:
        context = {"missing": request.method == "POST"}
        return render(request, "taxonomy/import.html", context, status=400 if context["missing"] else 200)
    kind = request.POST.get("format", "")
    job = start_taxa_import(
        user=request.user,
        path=keep_upload(upload, "taxa"),
        name=upload.name or "taxa.tsv",
        kind=kind if kind in FORMATS else "",
        dry_run="dry_run" in request.POST,
    )
    return redirect("jobs:detail", job.pk)
