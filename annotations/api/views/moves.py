"""Moving and copying objects to another project, and merging projects."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.models import User
from annotations.api.params import CURSOR, checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.moves import MoveIn, MovePlanOut, MovesOut
from annotations.api.views.jobs import started
from annotations.common.keyset import page_back
from annotations.moving.actions import start_move
from annotations.moving.models import Move
from annotations.moving.planning import plan_transfer
from annotations.moving.queries import moves_of, with_titles_for
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.following import Transfer
from annotations.search.filter import Filter

A_PAGE = 50


@extend_schema(methods=["GET"], parameters=[CURSOR], responses=MovesOut)
@extend_schema(methods=["POST"], request=MoveIn, responses={200: MovePlanOut, 202: JobOut})
@api_view(["GET", "POST"])
def moves(request: Request, project_id: int) -> Response:
    """POST moves or copies the objects of a filter to another project with everything on them, or with `dry_run` says
    what that would do; without a filter it merges the project into the other one. GET lists what was moved out of the
    project and into it, the last first. For managers, of both projects.
    """
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "POST":
        return _start(request.user, project, **checked(MoveIn, request))
    page, following = page_back(moves_of(project), "latest", request.query_params.get("cursor"), A_PAGE)
    return Response(
        {"results": [serialize_move(one) for one in with_titles_for(request.user, page)], "next": following}
    )


def _start(
    user: User,
    project: Project,
    *,
    target: int,
    filter: dict,
    copy: bool,
    add_members: bool,
    dry_run: bool,
    expected: int | None = None,
) -> Response:
    transfer = Transfer(project, open_project(user, target, Role.MANAGER), user, is_copy=copy)
    criteria = Filter.parse(filter, user)
    if dry_run:
        return Response(plan_transfer(transfer, criteria).as_dict())
    return started(
        start_move(transfer=transfer, criteria=criteria, expected=expected, adds_members=add_members)
    )


def serialize_move(move: Move) -> dict:
    names = ("source_title", "target_title", "expected", "objects_done", "created", "finished")
    return {
        "id": move.pk,
        "source": move.source_id,
        "target": move.target_id,
        "user": move.user.display_name if move.user else None,
        "copy": move.is_copy,
        "merge": move.is_merge,
        "filter": move.criteria,
        "job": move.job_id,
        **{name: getattr(move, name) for name in names},
    }
