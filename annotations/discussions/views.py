from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.keyset import page_back
from annotations.common.refusals import back_to
from annotations.discussions import queries
from annotations.discussions.actions import (
    comment,
    edit_comment,
    mark_seen,
    pin,
    remove_comment,
    remove_note,
    write_note,
)
from annotations.discussions.forms import CaptionForm, CursorForm, TaxonPageForm, TextForm
from annotations.discussions.models import Mention
from annotations.discussions.taxon_list import page_of_taxa
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.models import Object
from annotations.taxon_matching.models import NameState
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.ranks import italic_among


@login_required
@require_http_methods(["GET", "POST"])
def on_object(request: SignedInRequest, project_id: int, object_id: int) -> HttpResponse:
    """What was said of an object, as a part of the panel beside the gallery; POST says something."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    object = get_object_or_404(Object.objects.select_related("taxon"), pk=object_id, project=project)
    form = TextForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            comment(project=project, author=request.user, object=object, **form.cleaned_data)
            form = TextForm()
    return _panel(request, project, object, form=form)


def _panel(request: SignedInRequest, project: Project, object: Object, **forms: object) -> HttpResponse:
    """The panel. Whatever form is not in `forms` is blank."""
    thread = _thread(request, project, object_id=object.pk)
    if thread["is_page"]:
        return render(request, "discussions/comments.html#page", thread)
    references = queries.references_of(project, object.pk)
    context = {
        **thread,
        "object": object,
        "references": references,
        "is_reference": object.taxon_id in {reference.taxon_id for reference in references},
        "form": TextForm(),
        **forms,
    }
    return render(request, "discussions/on_object.html", context)


def _thread(request: SignedInRequest, project: Project, **about: int) -> dict:
    """A page of what was said, and where what was said before it is: what `comments.html` shows."""
    cursor = cleaned(CursorForm(request.GET))["cursor"]
    comments, earlier = queries.thread(project, cursor, **about)
    return {
        "project": project,
        "comments": comments,
        "earlier": earlier,
        "thread_url": request.path,
        "is_earlier": bool(cursor) and not request.htmx,
        "is_page": bool(cursor) and request.htmx,  # of the thread alone
        **_people(project),
    }


def _people(project: Project) -> dict:
    return {
        "members": queries.names_offered(project),
        "may_say": project.role.rank >= Role.ANNOTATOR.rank,
        "may_teach": project.role.rank >= Role.EXPERT.rank,
    }


@login_required
@require_POST
def edit(request: SignedInRequest, project_id: int, comment_id: int) -> HttpResponse:
    """Changes what one has said oneself."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    comment = queries.open_comment(project, comment_id)
    form = TextForm(request.POST)
    if form.is_valid():
        with RefusedIn(form):
            edit_comment(comment=comment, user=request.user, **form.cleaned_data)
    return _line(request, project, comment_id, form)


@login_required
@require_POST
def remove(request: SignedInRequest, project_id: int, comment_id: int) -> HttpResponse:
    project = open_project(request.user, project_id)
    comment = queries.open_comment(project, comment_id)
    remove_comment(comment=comment, user=request.user, role=project.role)
    return _line(request, project, comment_id)


def _line(
    request: SignedInRequest, project: Project, comment_id: int, form: TextForm | None = None
) -> HttpResponse:
    """The comment as it is now, for the page that shows it; without scripts, the page with it."""
    entry = queries.open_comment(project, comment_id)
    if request.htmx:
        refused = form if form is not None and form.errors else None
        context = {"project": project, "comment": entry, "refused": refused, **_people(project)}
        return render(request, "discussions/comments.html#comment", context)
    for sentences in form.errors.values() if form is not None else []:
        messages.error(request, " ".join(map(str, sentences)))
    if entry.object_id is None:
        return redirect("discussions:taxon", project.pk, entry.taxon_id)
    return redirect("discussions:object", project.pk, entry.object_id)


@login_required
@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    """Where one was mentioned."""
    cursor = cleaned(CursorForm(request.GET))["cursor"]
    mentions, older = page_back(queries.mentions_of(request.user), "mentions", cursor, queries.A_PAGE)
    return render(request, "discussions/inbox.html", {"mentions": mentions, "older": older})


@login_required
@require_POST
def seen(request: SignedInRequest) -> HttpResponse:
    """All mentions are read."""
    mark_seen(user=request.user)
    return redirect("discussions:inbox")


@login_required
@require_GET
def follow(request: SignedInRequest, mention_id: int) -> HttpResponse:
    """To the object or taxon of a mention, which is read by that."""
    mention = queries.mentions_of(request.user).filter(pk=mention_id).first()
    if mention is None:
        raise Http404("Nobody mentioned you there, or you have left the project.")
    mark_seen(user=request.user, mention=mention)
    return redirect(_place(mention))


def _place(mention: Mention) -> str:
    comment = mention.comment
    if comment.taxon_id is not None:
        cursor = queries.cursor_to(comment)
        page = reverse("discussions:taxon", args=[comment.project_id, comment.taxon_id])
        return f"{page}{f'?cursor={cursor}' if cursor else ''}#c{comment.pk}"
    return f"{reverse('gallery:bench', args=[comment.project_id])}?id={comment.object_id}"


# --- Taxa -------------------------------------------------------------------------------------------------------------


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
    form = TextForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            entry = comment(project=project, author=request.user, taxon=taxon, **form.cleaned_data)
            return redirect(f"{request.path}#c{entry.pk}")
    thread = _thread(request, project, taxon_id=taxon_id)
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
    return _panel(request, project, example, caption_form=form)


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
