"""Saved regroupings of taxa: which group of results a taxon counts for."""

from collections.abc import Sequence

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked
from annotations.api.serializers.regroupings import (
    OneRegroupingOut,
    RegroupingConflictOut,
    RegroupingIn,
    RegroupingOut,
    RegroupingPatch,
)
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.regroupings.actions import RegroupingConflict, change_regrouping, create_regrouping
from annotations.regroupings.models import Regrouping
from annotations.regroupings.queries import regrouping_in, regroupings_in_list, rows_in_order


@extend_schema(methods=["GET"], responses=RegroupingOut(many=True))
@extend_schema(
    methods=["POST"], parameters=IDEMPOTENCY, request=RegroupingIn, responses={201: OneRegroupingOut}
)
@api_view(["GET", "POST"])
@answered_once
def regroupings(request: Request, project_id: int) -> Response:
    """The regroupings of a project. A manager's POST makes one; a row is about a taxon with all below it, as far as no
    row is about one of those."""
    least = Role.MANAGER if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    if request.method == "GET":
        return Response(RegroupingOut(regroupings_in_list(project), many=True).data)
    body = checked(RegroupingIn, request)
    body["rows"] = _by_taxon(body["rows"])
    return Response(_whole(create_regrouping(project=project, user=request.user, **body)), status=201)


@extend_schema(methods=["GET"], responses=OneRegroupingOut)
@extend_schema(
    methods=["PATCH"],
    request=RegroupingPatch,
    responses={200: OneRegroupingOut, 409: RegroupingConflictOut},
)
@api_view(["GET", "PATCH"])
def regrouping(request: Request, project_id: int, regrouping_id: int) -> Response:
    """One with its groups and rows. A manager's PATCH says which `revision` it changes."""
    least = Role.MANAGER if request.method == "PATCH" else Role.VIEWER
    one = regrouping_in(open_project(request.user, project_id, least), regrouping_id)
    if request.method == "GET":
        return Response(_whole(one))
    body = checked(RegroupingPatch, request)
    changes = body | {
        "rows": _by_taxon(body.get("rows", ())),
        "groups": {each["id"]: (each["name"], each["is_left_out"]) for each in body.get("groups", ())},
    }
    try:
        return Response(_whole(change_regrouping(regrouping=one, user=request.user, **changes)))
    except RegroupingConflict as conflict:
        return Response({"detail": conflict.messages[0]}, status=409)


def _by_taxon(rows: Sequence[dict]) -> dict[int, str]:
    return {row["taxon"]: row["group"] for row in rows}


def _whole(one: Regrouping) -> dict:
    return OneRegroupingOut(
        {
            **{name: getattr(one, name) for name in RegroupingOut.Meta.fields},
            "groups": one.groups.all(),
            "rows": rows_in_order(one),
        }
    ).data
