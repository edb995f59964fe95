"""The pages of saved mappings: a list, one of them with its entries, and what names that wait become by one."""

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.refusals import back_to
from annotations.imports.mappings.actions import (
    delete_mapping,
    remove_entry,
    save_decisions,
    save_mapping,
    set_entry,
    settle_by_mapping,
)
from annotations.imports.mappings.files import mapping_csv, mapping_json, read_mapping, resolved
from annotations.imports.mappings.forms import EntryForm, MappingFormatForm, MappingPageForm, NewMappingForm
from annotations.imports.mappings.queries import entry_page, mappings_of, open_mapping
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_http_methods(["GET", "POST"])
def mappings(request: SignedInRequest, project_id: int) -> HttpResponse:
    """POST saves one: of a file, else of what was decided in the project."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = NewMappingForm(posted(request), request.FILES or None)
    if form.is_valid():
        with RefusedIn(form):
            name, file = form.cleaned_data["name"], form.cleaned_data["file"]
            if file is None:
                mapping = save_decisions(project=project, user=request.user, name=name)
            else:
                entries = resolved(project, read_mapping(file.read()))
                mapping = save_mapping(project=project, user=request.user, name=name, entries=entries)
            return redirect("imports:mapping", project.pk, mapping.pk)
    context = {"project": project, "tab": "import", "form": form, "mappings": mappings_of(project)}
    return render(request, "imports/mappings.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def mapping(request: SignedInRequest, project_id: int, mapping_id: int) -> HttpResponse:
    """POST adds an entry, or changes what its name means."""
    project = open_project(request.user, project_id, Role.MANAGER)
    opened = open_mapping(project, mapping_id)
    form = EntryForm(posted(request), project=project, user=request.user)
    if form.is_valid():
        with RefusedIn(form):
            entry = set_entry(mapping=opened, user=request.user, entry=form.entry())
            messages.success(request, f"{entry}.")
            return redirect("imports:mapping", project.pk, opened.pk)
    entries, following = entry_page(opened, cleaned(MappingPageForm(request.GET))["cursor"])
    context = {"project": project, "tab": "import", "mapping": opened, "form": form}
    context |= {"entries": entries, "next": following}
    return render(request, "imports/mapping.html", context, status=status_of(form))


@login_required
@require_POST
def remove_mapping_entry(
    request: SignedInRequest, project_id: int, mapping_id: int, entry_id: int
) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    opened = open_mapping(project, mapping_id)
    remove_entry(entry=get_object_or_404(opened.entries, pk=entry_id))
    return redirect("imports:mapping", project.pk, opened.pk)


@login_required
@require_POST
def remove_mapping(request: SignedInRequest, project_id: int, mapping_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    delete_mapping(mapping=open_mapping(project, mapping_id))
    return redirect("imports:mappings", project.pk)


@login_required
@require_POST
@back_to("taxon_matching:names", "project_id")
def settle_mapped(request: SignedInRequest, project_id: int, mapping_id: int) -> HttpResponse:
    """Settles the names that wait and that the mapping knows."""
    project = open_project(request.user, project_id, Role.MANAGER)
    settling = settle_by_mapping(mapping=open_mapping(project, mapping_id), user=request.user)
    count = len(settling.names)
    messages.success(
        request, f"{count:,} name{'' if count == 1 else 's'} settled: their objects get their labels now."
    )
    return redirect("taxon_matching:names", project.pk)


@download_view
@require_GET
def mapping_file(request: SignedInRequest, project_id: int, mapping_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    opened = open_mapping(project, mapping_id)
    form = cleaned(MappingFormatForm(request.GET))["format"]
    content = (
        orjson.dumps(mapping_json(opened), option=orjson.OPT_INDENT_2)
        if form == "json"
        else mapping_csv(opened)
    )
    kind = "application/json" if form == "json" else "text/csv; charset=utf-8"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="mapping-{opened.pk}.{form}"'
    return answer
