"""Inviting people by a link, joining by it, and passwords."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.lockout import guarded
from annotations.accounts.passwords import make_reset_path
from annotations.accounts.tokens import revoke_all_tokens
from annotations.api.params import checked
from annotations.api.serializers.invitations import (
    InvitationIn,
    InvitationOut,
    JoinIn,
    PasswordIn,
    ResetLinkOut,
)
from annotations.api.serializers.projects import MemberOut
from annotations.api.views.projects import serialize_member
from annotations.projects.access import may_reset_password, open_project
from annotations.projects.invitations import (
    accept_invitation,
    create_invitation,
    live_invitations,
    revoke_invitation,
    send_invitation,
)
from annotations.projects.models import Role


@extend_schema(methods=["GET"], responses=InvitationOut(many=True))
@extend_schema(methods=["POST"], request=InvitationIn, responses={201: InvitationOut})
@api_view(["GET", "POST"])
def invitations(request: Request, project_id: int) -> Response:
    """The project's invitations that are still good; POST makes one, and gives its link this once."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "GET":
        live = live_invitations().filter(project=project).select_related("created_by")
        return Response(InvitationOut(live, many=True).data)
    invitation, key = create_invitation(project=project, by=request.user, **checked(InvitationIn, request))
    url = request.build_absolute_uri(reverse("projects:join", args=[key]))
    is_sent = bool(invitation.email) and send_invitation(invitation, url)
    return Response({**InvitationOut(invitation).data, "url": url, "is_sent": is_sent}, status=201)


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def invitation(request: Request, project_id: int, invitation_id: int) -> Response:
    """Revokes an invitation. Who has joined by it stays."""
    project = open_project(request.user, project_id, Role.MANAGER)
    revoke_invitation(invitation=get_object_or_404(project.invitations, pk=invitation_id))
    return Response(status=204)


@extend_schema(request=JoinIn, responses=MemberOut)
@api_view(["POST"])
def join(request: Request) -> Response:
    """Makes you a member of the project that an invitation is for."""
    membership = accept_invitation(key=checked(JoinIn, request)["key"], user=request.user)
    return Response(serialize_member(membership, request.user, Role(membership.role)))


@extend_schema(request=None, responses=ResetLinkOut)
@api_view(["POST"])
def reset_link(request: Request, project_id: int, user_id: int) -> Response:
    """A link by which a member sets a new password, for you to hand over.

    Managers may for accounts that were made by their invitation and are in their projects alone, administrators for
    all.
    """
    project = open_project(request.user, project_id, Role.MANAGER)
    person = get_object_or_404(project.members, pk=user_id)
    if not may_reset_password(request.user, person):
        raise PermissionDenied("Only an administrator can make such a link for this person.")
    return Response({"url": request.build_absolute_uri(make_reset_path(user=person, by=request.user))})


@extend_schema(request=PasswordIn, responses={204: None})
@api_view(["POST"])
def password(request: Request) -> Response:
    """Changes your password, which ends all sessions of pages. Tokens go on working unless you revoke them with it."""
    data = checked(PasswordIn, request)
    with guarded(request.user.username, request) as record:
        is_right = request.user.check_password(data["old_password"])
        record(is_right)
    if not is_right:
        raise ValidationError("The old password is wrong.")
    validate_password(data["new_password"], request.user)
    with transaction.atomic():
        request.user.set_password(data["new_password"])
        request.user.save(update_fields=["password"])
        if data["revoke_tokens"]:
            revoke_all_tokens(user=request.user)
    return Response(status=204)
