from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.public.actions import change_public_face
from annotations.public.forms import PublicFaceForm
from annotations.public.landing import landing_context
from annotations.public.models import PublicFace
from annotations.public.sentences import what_is_visible

SHOWN_CHANGES = 20


def _face_of(project: Project) -> PublicFace:
    face = PublicFace.objects.filter(pk=project.pk).first() or PublicFace()
    face.project = project
    return face


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What of the project everybody may see, said in sentences."""
    project = open_project(request.user, project_id, Role.MANAGER)
    face = _face_of(project)
    form = PublicFaceForm(posted(request), face=face)
    if form.is_bound and form.is_valid():
        with RefusedIn(form) as refused:
            face = change_public_face(project=project, by=request.user, **form.cleaned_data)
        if not refused.refusal:
            messages.success(request, _in_words(face))
            return redirect("public:settings", project.pk)
    context = {
        "project": project,
        "face": face,
        "form": form,
        "sentences": what_is_visible(_proposed(project, form)),
        "changes": project.public_face_changes.select_related("by")[:SHOWN_CHANGES],
    }
    return render(request, "public/settings.html", context, status=status_of(form))


def _proposed(project: Project, form: PublicFaceForm) -> PublicFace:
    """As the form that waits to be confirmed would have it; as it is saved, where the page is only opened."""
    face = _face_of(copy(project))  # the page goes on saying what is saved
    choices = dict(getattr(form, "cleaned_data", {}))
    choices.pop("is_confirmed", None)
    if "embargo_until" in choices:
        face.project.embargo_until = choices.pop("embargo_until")
    for name, value in choices.items():
        setattr(face, name, value)
    return face


def _in_words(face: PublicFace) -> str:
    if not face.is_on:
        return "Saved. Only members see the project."
    if face.project.is_under_embargo:
        return f"Saved. Everybody sees it from {face.project.embargo_until:%Y-%m-%d} on."
    return "Saved. Everybody may see the project now."


@login_required
@require_GET
def preview(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The page as a stranger sees it, or will: for managers, whether it is turned on or not."""
    project = open_project(request.user, project_id, Role.MANAGER)
    face = _face_of(project)
    context = landing_context(request, face) | {"is_preview": True}
    return render(request, "public/project.html", context)
