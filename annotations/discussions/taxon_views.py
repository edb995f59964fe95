"""Pages of taxa: what there is to read about each, notes, reference images."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.refusals import back_to
from annotations.discussions import queries
from annotations.discussions.actions import (
    comment,
    pin,
    remove_note,
    write_note,
)
from annotations.discussions.forms import CaptionForm, CommentForm, TaxonPageForm, TextForm
from annotations.discussions.taxon_list import page_of_taxa
from annotations.discussions.threads import object_panel, thread_context
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.models import Object
from annotations.taxon_matching.models import NameState
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.ranks import italic_among


@login_required
@require_GET
def taxa(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The taxa of the project, a page at a time, and what there is to read about each."""
    project = open_project(request.user, project_id)
    query = cleaned(TaxonPageForm(request.GET))
    page, following = page_of_taxa(project, query["q"], query["cursor"])
    context = {
        "project": project,
        "tab": "taxa",
        "taxa": page,
        "q": query["q"],
        "next": following,
        "waiting": project.pending_names.filter(state=NameState.WAITING).count(),
    }
    return render(request, "discussions/taxa.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def taxon(request: SignedInRequest, project_id: int, taxon_id: int) -> HttpResponse:
    """How to tell a taxon from its likes: the note, reference images, what it is confused with, what people say."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    taxon = get_object_or_404(Taxon, pk=taxon_id)
    form = CommentForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            entry = comment(project=project, author=request.user, taxon=taxon, **form.cleaned_data)
            return redirect(f"{request.path}#c{entry.pk}")
    thread = thread_context(request, project, taxon_id=taxon_id)
    if thread["is_page"]:
        return render(request, "discussions/comments.html#page", thread)
    confused = queries.confused_with(project, taxon_id)
    images = queries.reference_images(project, [taxon_id, *(other["id"] for other in confused)])
    context = {
        **thread,
        "tab": "taxa",
        "taxon": taxon,
        "is_italic": bool(italic_among([taxon_id])),
        "notes": queries.notes_on(project, taxon_id),
        "images": images[taxon_id],
        "confused": [{**other, "images": images[other["id"]]} for other in confused],
        "form": form,
    }
    return render(request, "discussions/taxon.html", context, status=status_of(form))


@login_required
@require_POST
@back_to("discussions:taxon", "project_id", "taxon_id")
def note(request: SignedInRequest, project_id: int, taxon_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.EXPERT)
    taxon = get_object_or_404(Taxon, pk=taxon_id)
    write_note(project=project, taxon=taxon, author=request.user, **cleaned(TextForm(request.POST)))
    return redirect("discussions:taxon", project_id, taxon_id)


@login_required
@require_POST
def remove_the_note(request: SignedInRequest, project_id: int, note_id: int) -> HttpResponse:
    project = open_project(request.user, project_id)
    note = queries.open_note(project, note_id)
    remove_note(note=note, user=request.user, role=project.role)
    return redirect("discussions:taxon", project_id, note.taxon_id)


@login_required
@require_POST
def refer(request: SignedInRequest, project_id: int, object_id: int) -> HttpResponse:
    """Pins an object as a reference image of its taxon."""
    project = open_project(request.user, project_id, Role.EXPERT)
    labelled = Object.objects.filter(project=project, taxon__isnull=False).select_related("taxon")
    example = get_object_or_404(labelled, pk=object_id)
    assert example.taxon is not None
    form = CaptionForm(request.POST)
    if form.is_valid():
        with RefusedIn(form):
            pin(project=project, taxon=example.taxon, object=example, user=request.user, **form.cleaned_data)
            return redirect("discussions:object", project_id, object_id)
    return object_panel(request, project, example, caption_form=form)


@login_required
@require_POST
def unpin(request: SignedInRequest, project_id: int, reference_id: int) -> HttpResponse:
    """Takes a reference image away: on the page of the taxon, or on the panel beside the object."""
    project = open_project(request.user, project_id, Role.EXPERT)
    reference = queries.open_reference(project, reference_id)
    reference.delete()
    if request.htmx:
        return redirect("discussions:object", project_id, reference.object_id)
    return redirect("discussions:taxon", project_id, reference.taxon_id)
