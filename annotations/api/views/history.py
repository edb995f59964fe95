"""What was done in a project, and taking it back."""

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import CURSOR, checked
from annotations.api.serializers.history import (
    ActionsIn,
    ActionsOut,
    ActionWithPreview,
    PreviewOut,
    RollBackIn,
    RollBackOut,
    SittingIn,
    StepsOut,
    serialize_action,
    serialize_preview,
)
from annotations.api.views.jobs import serialize_job
from annotations.history.actions import preview_roll_back, roll_back
from annotations.history.params import read_moment, read_person
from annotations.history.queries import (
    ACTIONS,
    MOST_ACTIONS,
    Action,
    ActionFilter,
    action,
    actions,
    what_goes_back,
)
from annotations.history.sitting import MOST_STEPS, STEPS, Stack, steps
from annotations.history.wording import lines
from annotations.labels.models import BatchKind
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role

SITTING = [
    OpenApiParameter(
        "stack", str, enum=list(Stack), description="`done` (default), or `undone`: to be redone"
    ),
    OpenApiParameter("limit", int, description=f"at most {MOST_STEPS} ({STEPS})"),
    CURSOR,
]
PERSON = OpenApiParameter(
    "person", str, description="number of a person; yourself, if left out; `all`: everybody's"
)
SINCE = OpenApiParameter(
    "since", str, description="2026-11-28 or 2026-11-28T14:30, in UTC unless it says otherwise"
)
UNTIL = OpenApiParameter("until", str, description="the same; a date alone: to its end")
LISTING = [
    PERSON,
    SINCE,
    UNTIL,
    OpenApiParameter("kind", str, enum=list(BatchKind.values), description="only these"),
    OpenApiParameter("limit", int, description=f"at most {MOST_ACTIONS} ({ACTIONS})"),
    CURSOR,
]


@extend_schema(parameters=SITTING, responses=StepsOut)
@api_view(["GET"])
def sitting(request: Request, project_id: int) -> Response:
    """What you can undo, or redo, in this order, back to the beginning of your sitting: undos and redos of one thing
    cancel out. `batch` is what batches/{id}/undo/ takes.
    """
    open_project(request.user, project_id, Role.ANNOTATOR)
    query = _query(SittingIn, request)
    results, more = steps(
        project_id, request.user, Stack(query["stack"]), query.get("cursor"), query["limit"]
    )
    return Response(StepsOut({"results": results, "next": more}).data)


@extend_schema(operation_id="projects_actions_list", parameters=LISTING, responses=ActionsOut)
@api_view(["GET"])
def listing(request: Request, project_id: int) -> Response:
    """What you did last in the project, for experts what anybody did; undos of a thing are part of its entry."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    query = _query(ActionsIn, request)
    person = read_person(query["person"], project, request.user)
    since = read_moment(query["since"], "since")
    until = read_moment(query["until"], "until", is_end=True)
    criteria = ActionFilter(person.pk if person else None, since, until, query.get("kind"))
    page, more = actions(project_id, criteria, query.get("cursor"), query["limit"])
    results = [serialize_action(line) for line in lines(page, request.user, project.role)]
    return Response({"results": results, "next": more})


@extend_schema(responses=ActionWithPreview)
@api_view(["GET"])
def one(request: Request, project_id: int, batch_id: int) -> Response:
    """One action, of which the batch may be an undo; and what taking it back would change."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    entry: Action | None = action(project_id, batch_id)
    if entry is None or (entry.user != request.user.pk and project.role.rank < Role.EXPERT.rank):
        raise Http404("There is no such action in this project, or it is somebody else's.")
    (line,) = lines([entry], request.user, project.role)
    is_counted = not line.why_not and not entry.is_undone
    preview = serialize_preview(what_goes_back(entry)) if is_counted else None
    return Response({**serialize_action(line), "preview": preview})


@extend_schema(methods=["GET"], parameters=[PERSON, SINCE, UNTIL], responses=PreviewOut)
@extend_schema(methods=["POST"], parameters=IDEMPOTENCY, request=RollBackIn, responses={202: RollBackOut})
@api_view(["GET", "POST"])
@answered_once
def roll_backs(request: Request, project_id: int) -> Response:
    """Puts back all labels and traits that a person set since a moment, but for what others changed since. GET says how
    much that is; POST starts the job. Its `result.batch` can be undone.
    """
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    fields = _query(RollBackIn, request) if request.method == "GET" else checked(RollBackIn, request)
    window = _window(fields, request, project)
    preview = preview_roll_back(project=project, user=request.user, role=project.role, **window)
    if request.method == "GET":
        return Response(serialize_preview(preview))
    job = roll_back(project=project, user=request.user, role=project.role, **window)
    job.refresh_from_db()
    return Response({**serialize_job(job), "preview": serialize_preview(preview)}, status=202)


def _window(fields: dict, request: Request, project: Project) -> dict:
    person = read_person(fields["person"], project, request.user)
    since = read_moment(fields["since"], "since")
    if person is None or since is None:
        raise ValidationError("Say whose, one `person`, and `since` when.")
    return {"person": person, "since": since, "until": read_moment(fields["until"], "until", is_end=True)}


def _query(serializer_class: type[serializers.Serializer], request: Request) -> dict:
    """The parameters of the URL as the serializer reads them. Raises DRF's ValidationError."""
    query = serializer_class(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query.validated_data
