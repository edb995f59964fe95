from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.projects.access import open_project
from annotations.projects.actions import create_project, remove_member, set_role, update_project
from annotations.projects.forms import MemberForm, ProjectForm
from annotations.projects.models import Role


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        project = create_project(owner=request.user, **form.cleaned_data)
        return redirect("imports:new", project.pk)
    return render(request, "projects/new.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    form = ProjectForm(
        request.POST or None, initial={"title": project.title, "description": project.description}
    )
    if request.method == "POST" and form.is_valid():
        update_project(project=project, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("projects:settings", project.pk)
    context = {
        "project": project,
        "tab": "settings",
        "form": form,
        "member_form": MemberForm(),
        "memberships": project.memberships.select_related("user").order_by("user__username"),
    }
    return render(request, "projects/settings.html", context)


@login_required
@require_POST
def set_member(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Adds a member, or gives one another role."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = MemberForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        set_role(project=project, user=form.cleaned_data["username"], role=Role(form.cleaned_data["role"]))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("projects:settings", project.pk)


@login_required
@require_POST
def drop_member(request: SignedInRequest, project_id: int, user_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    try:
        remove_member(project=project, user=get_object_or_404(User, pk=user_id))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("projects:settings", project.pk)
