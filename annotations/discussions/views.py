from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted
from annotations.common.keyset import page_back
from annotations.discussions import queries
from annotations.discussions.actions import (
    comment,
    edit_comment,
    mark_seen,
    remove_comment,
)
from annotations.discussions.forms import CommentForm, CursorForm, TextForm
from annotations.discussions.models import Mention
from annotations.discussions.threads import object_panel, person_rights
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.models import Object


@login_required
@require_http_methods(["GET", "POST"])
def on_object(request: SignedInRequest, project_id: int, object_id: int) -> HttpResponse:
    """What was said of an object, as a part of the panel beside the gallery; POST says something."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    object = get_object_or_404(Object.objects.select_related("taxon"), pk=object_id, project=project)
    form = CommentForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            comment(project=project, author=request.user, object=object, **form.cleaned_data)
            form = CommentForm()
    return object_panel(request, project, object, form=form)


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
        context = {"project": project, "comment": entry, "refused": refused, **person_rights(project)}
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
