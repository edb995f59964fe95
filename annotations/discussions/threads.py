"""What pages show of a thread: the panel beside an object, and what a page of comments is made of."""

from django.http import HttpResponse
from django.shortcuts import render

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.discussions import queries
from annotations.discussions.forms import CommentForm, CursorForm
from annotations.projects.models import Project, Role
from annotations.samples.models import Object


def object_panel(request: SignedInRequest, project: Project, object: Object, **forms: object) -> HttpResponse:
    """The panel. Whatever form is not in `forms` is blank."""
    thread = thread_context(request, project, object_id=object.pk)
    if thread["is_page"]:
        return render(request, "discussions/comments.html#page", thread)
    references = queries.references_of(project, object.pk)
    context = {
        **thread,
        "object": object,
        "references": references,
        "is_reference": object.taxon_id in {reference.taxon_id for reference in references},
        "form": CommentForm(),
        **forms,
    }
    return render(request, "discussions/on_object.html", context)


def thread_context(request: SignedInRequest, project: Project, **about: int) -> dict:
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
        **person_rights(project),
    }


def person_rights(project: Project) -> dict:
    return {
        "members": queries.names_offered(project),
        "may_say": project.role.rank >= Role.ANNOTATOR.rank,
        "may_teach": project.role.rank >= Role.EXPERT.rank,
    }
