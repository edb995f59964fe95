"""What was done in a project, and taking it back."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.asking import CURSOR
from annotations.api.shapes.history import SittingIn, StepsOut
from annotations.history.sitting import MOST_STEPS, STEPS, Stack, steps
from annotations.projects.access import open_project
from annotations.projects.models import Role

SITTING = [
    OpenApiParameter(
        "stack", str, enum=list(Stack), description="`done` (default), or `undone`: to be redone"
    ),
    OpenApiParameter("limit", int, description=f"at most {MOST_STEPS} ({STEPS})"),
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


def _query(shape: type[serializers.Serializer], request: Request) -> dict:
    """The parameters of the URL in the given shape. Raises DRF's ValidationError."""
    query = shape(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query.validated_data
