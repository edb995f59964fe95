from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.models import User
from annotations.accounts.passwords import make_reset_path
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.refusals import back_to
from annotations.projects.access import (
    deleted_projects_of,
    may_reset_password,
    open_project,
    projects_seen_by,
    resettable_by,
)
from annotations.projects.actions import create_project, remove_member, set_role, update_project
from annotations.projects.addresses import address_of
from annotations.projects.annotators import annotators_of, link_annotator
from annotations.projects.demo import demo_project_of
from annotations.projects.forms import (
    InvitationForm,
    LinkForm,
    MemberForm,
    MemberListForm,
    ProjectForm,
    ProjectListForm,
    SettingsForm,
    members_listed,
)
from annotations.projects.invitations import live_invitations
from annotations.projects.models import Membership, Project, Role
from annotations.projects.navigation import last_project_of
from annotations.projects.optionfields import LongList
from annotations.projects.queries import page_of_members, page_of_projects, projects_called
from annotations.projects.waiting import Asker, next_steps

MOST_IN_SWITCHER = 50  # the whole list is one link further


@login_required
@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    """Home: what is next for who signs in, and their projects. How far each is, the page asks of `labels`, which lies
    above."""
    query = cleaned(ProjectListForm(request.GET))
    text = query["q"]
    projects, following = page_of_projects(projects_called(request.user, text), query["cursor"])
    roles = dict(request.user.memberships.values_list("project_id", "role"))
    entries = [{"project": project, "role": roles.get(project.pk, "administrator")} for project in projects]
    context = {"entries": entries, "q": text, "next": following}
    if request.htmx:
        return render(request, "projects/list.html#projects", context)
    context |= {
        "steps": next_steps(_asker(request)),
        "has_deleted": deleted_projects_of(request.user).exists(),
        "demo": demo_project_of(request.user),
    }
    return render(request, "projects/list.html", context)


def _asker(request: SignedInRequest) -> Asker:
    return Asker(request.user, last_project_of(request.user, request.session))


@login_required
@require_GET
def switcher(request: SignedInRequest) -> HttpResponse:
    """The projects one may change to, as items of the menu in the bar."""
    projects = projects_seen_by(request.user)[:MOST_IN_SWITCHER]
    return render(request, "projects/switcher.html", {"projects": projects})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if form.is_valid():
        project = create_project(owner=request.user, **form.cleaned_data)
        return redirect("imports:new", project.pk)
    return render(request, "projects/new.html", {"form": form}, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    instance = open_project(request.user, project_id, Role.MANAGER)
    members = members_listed(request.user, project)
    form = SettingsForm(posted(request), instance=instance, members=members)
    if form.is_valid():
        with RefusedIn(form):
            update_project(project=project, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("projects:settings", project.pk)
    listed = MemberListForm(request.GET)
    context = settings_context(request.user, project, members, listed, form=form)
    return render(request, "projects/settings.html", context, status=status_of(form))


def settings_context(
    user: User,
    project: Project,
    members: LongList | None = None,
    listed: MemberListForm | None = None,
    **more: object,
) -> dict:
    """What the page of settings shows. Whatever form is not in `more` is blank."""
    members = members or members_listed(user, project)  # for two fields
    listed = listed or MemberListForm({})
    which = cleaned(listed)
    memberships, next_after = page_of_members(project, which["who"], which["after"])
    return {
        "project": project,
        "tab": "settings",
        "form": SettingsForm(instance=project, members=members),
        "member_form": MemberForm(manager=user, project=project),
        "link_form": LinkForm(members=members),
        "memberships": _with_addresses(user, project, memberships),
        "listed": listed,
        "next_after": next_after,
        "may_reset": set(resettable_by(user).filter(projects=project).values_list("pk", flat=True)),
        "annotators": annotators_of(project),
        "invitation_form": InvitationForm(),
        "invitations": live_invitations().filter(project=project).select_related("created_by"),
        **more,
    }


def _with_addresses(user: User, project: Project, memberships: list[Membership]) -> list[Membership]:
    """Each with the `address` that the person who looks may know."""
    for membership in memberships:
        membership.address = address_of(membership, asker=user, role=project.role)
    return memberships


@login_required
@require_POST
def set_member(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Adds a member, or gives one another role."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = MemberForm(request.POST, manager=request.user, project=project)
    if form.is_valid():
        with RefusedIn(form):
            person, role = form.cleaned_data["username"], Role(form.cleaned_data["role"])
            set_role(project=project, user=person, role=role)
            return redirect("projects:settings", project.pk)
    context = settings_context(request.user, project, member_form=form)
    return render(request, "projects/settings.html", context, status=400)


@login_required
@require_POST
@back_to("projects:settings", "project_id")
def drop_member(request: SignedInRequest, project_id: int, user_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    remove_member(project=project, user=get_object_or_404(User, pk=user_id))
    return redirect("projects:settings", project.pk)


@login_required
@require_POST
@back_to("projects:settings", "project_id")
def link(request: SignedInRequest, project_id: int, annotator_id: int) -> HttpResponse:
    """Says which member an annotator of imported labels is; an empty `member` takes it back."""
    project = open_project(request.user, project_id, Role.MANAGER)
    annotator = get_object_or_404(project.imported_annotators, pk=annotator_id)
    member = cleaned(LinkForm(request.POST, members=members_listed(request.user, project)))["member"]
    link_annotator(annotator=annotator, member=member, by=request.user)
    messages.success(request, f"{annotator}: {annotator.member or 'nobody here'}.")
    return redirect(reverse("projects:settings", args=[project.pk]) + "#annotators")


@login_required
@require_POST
def make_reset_link(request: SignedInRequest, project_id: int, user_id: int) -> HttpResponse:
    """A link by which a member sets a new password, for the manager to hand over."""
    project = open_project(request.user, project_id, Role.MANAGER)
    person = get_object_or_404(project.members, pk=user_id)
    if not may_reset_password(request.user, person):
        raise PermissionDenied("Only an administrator can make such a link for this person.")
    url = request.build_absolute_uri(make_reset_path(user=person, by=request.user))
    context = {"project": project, "tab": "settings", "person": person, "url": url}
    answer = render(request, "accounts/reset_link.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
