"""One's own account and its tokens; sign-ins that are locked."""

from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.actions import save_profile
from annotations.accounts.lockout import unlock
from annotations.accounts.models import User
from annotations.accounts.tokens import create_token, revoke_token
from annotations.api.params import checked
from annotations.api.serializers.tokens import OwnTokenOut, ProfileIn, ProfileOut, TokenIn, TokenOut


@extend_schema(request=TokenIn, responses=TokenOut, auth=[])
@api_view(["POST"])
@permission_classes([AllowAny])
def token(request: Request) -> Response:
    """A new token for `Authorization: Token …`. After several wrong passwords: 429, with the seconds to wait."""
    data = checked(TokenIn, request)
    user = authenticate(request, username=data["username"], password=data["password"])
    if user is None:
        raise exceptions.AuthenticationFailed("The name or the password is wrong.")
    created, key = create_token(user=user, name=data["name"], days=data.get("days"))
    return Response({"token": key, "expires": created.expires})


@extend_schema(request=None, responses={204: None})
@api_view(["POST"])
def unlock_sign_in(request: Request, user_id: int) -> Response:
    """Lets somebody sign in again at once, after too many wrong passwords: administrators only."""
    if not request.user.is_superuser:
        raise PermissionDenied("Only an administrator can unlock a sign-in.")
    unlock(get_object_or_404(User, pk=user_id))
    return Response(status=204)


@extend_schema(methods=["GET"], responses=ProfileOut)
@extend_schema(methods=["PATCH"], request=ProfileIn, responses=ProfileOut)
@api_view(["GET", "PATCH"])
def me(request: Request) -> Response:
    """Your own account: name and e-mail address, which PATCH changes."""
    if request.method == "PATCH":
        fields = checked(ProfileIn, request, partial=True)
        if fields:
            save_profile(user=request.user, **fields)
    return Response(ProfileOut(request.user).data)


@extend_schema(responses=OwnTokenOut(many=True))
@api_view(["GET"])
def tokens(request: Request) -> Response:
    """Your own tokens, without their keys. `POST /api/v1/token/` makes another."""
    return Response(OwnTokenOut(request.user.tokens.all(), many=True).data)


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def own_token(request: Request, token_id: int) -> Response:
    """Revokes one of your own tokens: it stops working at once."""
    if not revoke_token(user=request.user, token_id=token_id):
        raise Http404("You have no such token.")
    return Response(status=204)
