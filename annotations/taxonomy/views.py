from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, SearchForm, cleaned, posted, status_of
from annotations.common.refusals import back_to
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
from annotations.taxonomy.forms import (
    BackForm,
    CompletionForm,
    PresetForm,
    StatusForm,
    SynonymForm,
    TableForm,
    TaxonForm,
)
from annotations.taxonomy.imports import start_taxa_import
from annotations.taxonomy.models import Synonym, Taxon, TaxonEdit, TaxonStatus
from annotations.taxonomy.presets import set_favourites, set_training_rules
from annotations.taxonomy.queries import complete, favourites_of, names_of
from annotations.taxonomy.replacements import taxon_in_use

MOST_MATCHES = 100
OF_TAXA = ("parent_id", "replaced_by_id")


@login_required
@require_GET
def complete_taxa(request: SignedInRequest) -> JsonResponse:
    """Completion for the taxon picker; a project's favourites come first, then those whose ids are in `first`."""
    form = cleaned(CompletionForm(request.GET))
    numbers = form["first"].split(",")
    first = [int(taxon) for taxon in numbers if taxon.isdecimal() and len(taxon) < 19]  # a bigint
    if form["project"] is not None:
        first = favourites_of(open_project(request.user, form["project"])) + first
    return JsonResponse({"results": complete(form["q"], first=first)})


@login_required
@require_http_methods(["GET", "POST"])
def presets(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What the project's picker shows first, and what is learnt as what. POST adds one, or takes one away."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "POST":
        _change_presets(project, **cleaned(PresetForm(request.POST)))
        return redirect("taxonomy:presets", project_id)
    context = {
        "project": project,
        "tab": "taxa",
        "favourites": project.favourites.select_related("taxon"),
        "rules": project.training_rules.select_related("taxon", "into"),
    }
    return render(request, "taxonomy/presets.html", context)


def _change_presets(project: Project, act: str, taxon: Taxon, into: Taxon | None) -> None:
    used = taxon_in_use(taxon)
    favourites = favourites_of(project)
    rules: dict[int, int | None] = dict(project.training_rules.values_list("taxon", "into"))
    if act == "favour":
        set_favourites(project=project, taxa=[*favourites, used.pk])
    elif act == "unfavour":
        set_favourites(project=project, taxa=[favourite for favourite in favourites if favourite != used.pk])
    elif act == "group":
        rules[used.pk] = taxon_in_use(into).pk if into else None
        set_training_rules(project=project, rules=rules)
    elif act == "ungroup":
        for number in (taxon.pk, used.pk):
            rules.pop(number, None)
        set_training_rules(project=project, rules=rules)


@login_required
@require_GET
def tree(request: SignedInRequest) -> HttpResponse:
    """The administrator's way to a taxon: by name, or down from the roots."""
    require_administrator(request.user)
    text = cleaned(SearchForm(request.GET))["q"]
    roots = Taxon.objects.filter(parent=None).annotate(below=Count("children")).order_by("display_name")
    context = {
        "q": text,
        "matches": complete(text, MOST_MATCHES) if text else [],
        "roots": [] if text else roots[:MOST_MATCHES],
        "most": MOST_MATCHES,
    }
    return render(request, "taxonomy/tree.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def taxon(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    """A taxon of the tree: POST renames, moves and describes it."""
    require_administrator(request.user)
    taxon = get_object_or_404(Taxon.objects.select_related("parent", "replaced_by"), pk=taxon_id)
    form = TaxonForm(posted(request), instance=taxon, initial={"parent": taxon.parent})
    if form.is_valid():
        with RefusedIn(form):
            edit_taxon(taxon=taxon, user=request.user, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("taxonomy:taxon", taxon_id)
    taxon = Taxon.objects.select_related("parent", "replaced_by").get(
        pk=taxon_id
    )  # as it is, not as it was typed
    names = names_of(set(taxon.path))
    context = {
        "taxon": taxon,
        "form": form,
        "lineage": [(number, names[number]) for number in taxon.path[:-1]],
        "children": taxon.children.order_by("display_name")[:MOST_MATCHES],
        "most": MOST_MATCHES,
        "synonyms": taxon.synonyms.all(),
        "edits": _edits(taxon),
    }
    return render(request, "taxonomy/taxon.html", context, status=status_of(form))


def _edits(taxon: Taxon) -> list[dict]:
    edits = list(taxon.edits.select_related("user")[:MOST_MATCHES])
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
@back_to("taxonomy:tree")
def undo(request: SignedInRequest, edit_id: int) -> HttpResponse:
    """Puts back what was changed of a taxon."""
    require_administrator(request.user)
    edit = get_object_or_404(TaxonEdit.objects.select_related("taxon"), pk=edit_id)
    undo_edit(edit=edit, user=request.user)
    messages.success(request, "Undone.")
    return redirect("taxonomy:taxon", edit.taxon_id)


@login_required
@require_POST
@back_to("taxonomy:taxon", "taxon_id")
def status(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    """Takes a taxon out of use, or back into it."""
    require_administrator(request.user)
    taxon = get_object_or_404(Taxon, pk=taxon_id)
    form = cleaned(StatusForm(request.POST))
    set_status(taxon=taxon, user=request.user, is_active=form["active"], replaced_by=form["replaced_by"])
    return redirect("taxonomy:taxon", taxon_id)


@login_required
@require_POST
@back_to("taxonomy:taxon", "taxon_id")
def synonym(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    """Notes a synonym, from the taxon's page in the tree or in a project, which is where it goes back to."""
    taxon = get_object_or_404(Taxon, pk=taxon_id)
    form = cleaned(SynonymForm(request.POST))
    synonym = add_synonym(taxon=taxon, name=form["name"], user=request.user)
    messages.success(request, f"The picker finds {taxon} by {synonym.name}, too.")
    return redirect(_back(form["back"], taxon_id))


@login_required
@require_POST
def drop_synonym(request: SignedInRequest, synonym_id: int) -> HttpResponse:
    synonym = get_object_or_404(Synonym, pk=synonym_id)
    remove_synonym(synonym=synonym, user=request.user)
    return redirect(_back(cleaned(BackForm(request.POST))["back"], synonym.taxon_id))


def _back(page: str, taxon_id: int) -> str:
    is_ours = url_has_allowed_host_and_scheme(page, None)
    return page if is_ours else reverse("taxonomy:taxon", args=[taxon_id])


@login_required
@require_http_methods(["GET", "POST"])
def import_table(request: SignedInRequest) -> HttpResponse:
    """Brings a table of taxa into the tree, as a job."""
    require_administrator(request.user)
    form = TableForm(posted(request), request.FILES or None)
    if not form.is_valid():
        return render(request, "taxonomy/import.html", {"form": form}, status=status_of(form))
    upload = form.cleaned_data["table"]
    job = start_taxa_import(
        user=request.user,
        path=keep_upload(upload, "taxa"),
        name=upload.name or "taxa.tsv",
        kind=form.cleaned_data["format"],
        dry_run=form.cleaned_data["dry_run"],
    )
    return redirect("jobs:detail", job.pk)
