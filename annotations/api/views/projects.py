"""Preferences, projects and members."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.actions import save_preferences
from annotations.accounts.models import User
from annotations.api.params import checked
from annotations.api.serializers.projects import (
    DeletedProjectOut,
    MemberIn,
    MemberOut,
    PreferencesInOut,
    ProjectDeletionIn,
    ProjectIn,
    ProjectOut,
    ProjectPatchIn,
)
from annotations.deletions.actions import delete_project, restore_project
from annotations.deletions.models import Deletion
from annotations.deletions.queries import bin_of
from annotations.projects.access import open_project, projects_seen_by, role_in
from annotations.projects.actions import create_project, remove_member, set_role, update_project
from annotations.projects.addresses import address_of
from annotations.projects.models import Membership, Project, Role


def serialize_project(project: Project, role: Role | None) -> dict:
    contact = project.contact
    return {
        "id": project.pk,
        "title": project.title,
        "description": project.description,
        "licence": project.licence,
        "contact": contact and {"id": contact.pk, "name": contact.display_name},
        "doi": project.doi,
        "embargo_until": project.embargo_until,
        "created": project.created,
        "role": role.value if role else None,
    }


@extend_schema(methods=["GET"], responses=ProjectOut(many=True))
@extend_schema(methods=["POST"], request=ProjectIn, responses={201: ProjectOut})
@api_view(["GET", "POST"])
def projects(request: Request) -> Response:
    """The projects that you are a member of; POST makes one, with you as its manager."""
    if request.method == "POST":
        project = create_project(owner=request.user, **checked(ProjectIn, request))
        return Response(serialize_project(project, Role.MANAGER), status=201)
    visible = projects_seen_by(request.user).select_related("contact")
    roles = dict(request.user.memberships.values_list("project_id", "role"))
    manager = Role.MANAGER if request.user.is_superuser else None
    return Response([serialize_project(p, Role(roles[p.pk]) if p.pk in roles else manager) for p in visible])


@extend_schema(methods=["GET"], responses=ProjectOut)
@extend_schema(methods=["PATCH"], request=ProjectPatchIn, responses=ProjectOut)
@extend_schema(methods=["DELETE"], request=ProjectDeletionIn, responses=DeletedProjectOut)
@api_view(["GET", "PATCH", "DELETE"])
def project(request: Request, project_id: int) -> Response:
    """One project; a PATCH by a manager changes what it names of it, DELETE puts it into the bin."""
    least = Role.VIEWER if request.method == "GET" else Role.MANAGER
    project = open_project(request.user, project_id, least)
    if request.method == "DELETE":
        title = checked(ProjectDeletionIn, request)["title"]
        return Response(serialize_deletion(delete_project(project=project, user=request.user, title=title)))
    if request.method == "PATCH":
        project = update_project(project=project, **checked(ProjectPatchIn, request, partial=True))
    return Response(serialize_project(project, role_in(request.user, project_id)))


def serialize_deletion(deletion: Deletion) -> dict:
    return {
        "id": deletion.project_id,
        "title": deletion.title,
        "objects": deletion.objects_then,
        "deleted": deletion.deleted,
        "deleted_by": deletion.deleted_by.display_name if deletion.deleted_by else None,
        "until": deletion.until,
    }


@extend_schema(responses=DeletedProjectOut(many=True))
@api_view(["GET"])
def deleted_projects(request: Request) -> Response:
    """The bin: the deleted projects that you manage, and until when each can be restored."""
    return Response([serialize_deletion(deletion) for deletion in bin_of(request.user)])


@extend_schema(request=None, responses=ProjectOut)
@api_view(["POST"])
def restore(request: Request, project_id: int) -> Response:
    """Takes a project out of the bin, as it was. By its managers."""
    project = restore_project(project_id=project_id, user=request.user)
    return Response(serialize_project(project, role_in(request.user, project_id)))


@extend_schema(methods=["GET"], responses=PreferencesInOut)
@extend_schema(methods=["POST"], request=PreferencesInOut, responses=PreferencesInOut)
@api_view(["GET", "POST"])
def preferences(request: Request) -> Response:
    """Your own keys, quick taxa and look of the gallery; POST changes those that it names."""
    if request.method == "POST":
        save_preferences(user=request.user, preferences=request.data)
    return Response(request.user.preferences)


def serialize_member(membership: Membership, asker: User, role: Role) -> dict:
    """As the asker sees it, who has this role in the project."""
    user = membership.user
    is_full = role == Role.MANAGER or user == asker
    fields = {
        "id": user.pk,
        "username": user.username if is_full else user.public_username,
        "name": user.display_name,
        "role": membership.role,
    }
    email = address_of(membership, asker=asker, role=role)
    return fields if email is None else {**fields, "email": email}


@extend_schema(methods=["GET"], responses=MemberOut(many=True))
@extend_schema(methods=["POST"], request=MemberIn, responses=MemberOut)
@api_view(["GET", "POST"])
def members(request: Request, project_id: int) -> Response:
    """Who is in the project; a manager's POST adds somebody, or gives them another role."""
    project = open_project(
        request.user, project_id, Role.MANAGER if request.method == "POST" else Role.VIEWER
    )
    if request.method == "POST":
        body = checked(MemberIn, request)
        membership = set_role(project=project, user=body["username"], role=Role(body["role"]))
        return Response(serialize_member(membership, request.user, project.role))
    everybody = project.memberships.select_related("user").order_by("user__username")
    return Response([serialize_member(membership, request.user, project.role) for membership in everybody])


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def member(request: Request, project_id: int, user_id: int) -> Response:
    """Takes somebody out of the project; what they labelled stays."""
    project = open_project(request.user, project_id, Role.MANAGER)
    leaving = project.memberships.select_related("user").filter(user=user_id).first()
    if leaving is None:
        raise Http404("This person is not a member of the project.")
    remove_member(project=project, user=leaving.user)
    return Response(status=204)
