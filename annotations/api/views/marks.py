"""Marks on images: their labels, drawing, undoing, and files of them."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.decorators import api_view
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.marks import (
    MarkChanged,
    MarkConflict,
    MarkImportIn,
    MarkIn,
    MarkLabelChanged,
    MarkLabelIn,
    MarkLabelOut,
    MarkOut,
    MarkWithHistory,
    MarkWritten,
    StarterSetIn,
)
from annotations.api.views.jobs import started
from annotations.jobs.uploads import keep_upload
from annotations.marks import queries
from annotations.marks.actions import (
    Overtaken,
    adopt_starter_set,
    change_label,
    change_mark,
    make_label,
    make_mark,
    remove_mark,
    undo_change,
)
from annotations.marks.exporting import FORMATS, write_marks
from annotations.marks.imports import refuse_large, start_marks_import
from annotations.marks.models import MarkChange, MarkLabel
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.queries import project_of_object
from annotations.search.values import whole

TYPES = {"coco": "application/json", "csv": "text/csv; charset=utf-8"}
ENDINGS = {"coco": "json", "csv": "csv"}
LABEL_OR_STARTER_SET = PolymorphicProxySerializer(
    "MarkLabelOrStarterSet", [MarkLabelIn, StarterSetIn], resource_type_field_name=None
)


@extend_schema(methods=["GET"], responses=MarkLabelOut(many=True))
@extend_schema(methods=["POST"], request=LABEL_OR_STARTER_SET, responses={201: MarkLabelOut(many=True)})
@api_view(["GET", "POST"])
def mark_labels(request: Request, project_id: int) -> Response:
    """What may be marked; a manager's POST adds a label, or with `starter` the starter set. It gives what it added."""
    project = open_project(
        request.user, project_id, Role.MANAGER if request.method == "POST" else Role.VIEWER
    )
    if request.method == "GET":
        return Response([queries.serialize_label(label) for label in queries.labels_of(project)])
    if isinstance(request.data, Mapping) and "starter" in request.data:
        checked(StarterSetIn, request)
        created = adopt_starter_set(project=project)
    else:
        created = [make_label(project=project, **checked(MarkLabelIn, request))]
    return Response([queries.serialize_label(label) for label in created], status=201)


@extend_schema(request=MarkLabelChanged, responses=MarkLabelOut)
@api_view(["PATCH"])
def mark_label(request: Request, label_id: int) -> Response:
    """Changes how a label looks and what it says; `is_active` false puts it away. Its marks stay."""
    label = queries.open_label(request.user, label_id, Role.MANAGER)
    body = checked(MarkLabelChanged, request)
    return Response(queries.serialize_label(change_label(label=label, **body)))


@extend_schema(methods=["GET"], responses=MarkOut(many=True))
@extend_schema(methods=["POST"], parameters=IDEMPOTENCY, request=MarkIn, responses={201: MarkWritten})
@api_view(["GET", "POST"])
@answered_once
def object_marks(request: Request, object_id: int) -> Response:
    """The marks on an object's images, everybody's; POST draws one."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_of_object(object_id), least)
    if request.method == "GET":
        return Response(queries.marks_on(object_id))
    body = checked(MarkIn, request)
    change = make_mark(
        image=queries.image_of(object_id, body["image"]),
        label=_label(project, body["label"]),
        kind=body["kind"],
        geometry=body["geometry"],
        author=request.user,
    )
    return Response(_written(request, change), status=201)


def _label(project: Project, label_id: int) -> MarkLabel:
    label = queries.labels_of(project).filter(pk=label_id).first() if abs(label_id) < 2**63 else None
    if label is None:
        raise ValidationError(f"The project has no label {label_id}: mark-labels/ lists those it has.")
    return label


def _written(request: Request, change: MarkChange) -> dict:
    return {**queries.serialize_mark(queries.open_mark(request.user, change.mark_id)), "change": change.pk}


def _overtaken(overtaken: Overtaken) -> Response:
    return Response({"detail": str(overtaken), "mark": queries.serialize_mark(overtaken.mark)}, status=409)


@extend_schema(methods=["GET"], responses=MarkWithHistory)
@extend_schema(
    methods=["PATCH"],
    parameters=IDEMPOTENCY,
    request=MarkChanged,
    responses={200: MarkWritten, 409: MarkConflict},
)
@extend_schema(
    methods=["DELETE"],
    parameters=[OpenApiParameter("version", int, required=True, description="as you saw it"), *IDEMPOTENCY],
    responses={200: MarkWritten, 409: MarkConflict},
)
@api_view(["GET", "PATCH", "DELETE"])
@answered_once
def mark(request: Request, mark_id: int) -> Response:
    """One mark with its history; PATCH changes it, DELETE takes it away, and both can be undone."""
    mark = queries.open_mark(
        request.user, mark_id, Role.VIEWER if request.method == "GET" else Role.ANNOTATOR
    )
    if request.method == "GET":
        return Response({**queries.serialize_mark(mark), "history": queries.history(mark)})
    role = mark.project.role
    try:
        if request.method == "DELETE":
            version = whole(request.query_params.get("version", ""), "version")
            change = remove_mark(mark=mark, user=request.user, role=role, version=version)
        else:
            body = checked(MarkChanged, request)
            if "label" in body:
                body["label"] = _label(mark.project, body["label"])
            change = change_mark(mark=mark, user=request.user, role=role, **body)
    except Overtaken as overtaken:
        return _overtaken(overtaken)
    return Response(_written(request, change))


@extend_schema(parameters=IDEMPOTENCY, request=None, responses={200: MarkWritten, 409: MarkConflict})
@api_view(["POST"])
@answered_once
def undo(request: Request, change_id: int) -> Response:
    """Takes a change of a mark back. Undoing an undo redoes."""
    change = queries.open_change(request.user, change_id)
    try:
        undone = undo_change(change=change, user=request.user, role=change.mark.project.role)
    except Overtaken as overtaken:
        return _overtaken(overtaken)
    return Response(_written(request, undone))


class FormatIsOfTheFile(DefaultContentNegotiation):
    """`format` says how marks are written, and the view reads it: errors are JSON in any case."""

    def filter_renderers(self, renderers: list, format: str) -> list:
        return renderers


@extend_schema(
    parameters=[
        OpenApiParameter("format", str, enum=list(FORMATS), default="coco", description="COCO JSON, or CSV")
    ],
    responses={(200, "application/json"): OpenApiTypes.OBJECT, (200, "text/csv"): OpenApiTypes.STR},
)
@api_view(["GET"])
def export(request: Request, project_id: int) -> StreamingHttpResponse:
    """All marks of the project as COCO JSON or CSV, with their measures."""
    project = open_project(request.user, project_id)
    file_format = request.query_params.get("format", "coco")
    pieces = write_marks(project, file_format)
    headers = {"Content-Disposition": f'attachment; filename="marks_{project_id}.{ENDINGS[file_format]}"'}
    return StreamingHttpResponse(pieces, content_type=TYPES[file_format], headers=headers)


export.cls.content_negotiation_class = FormatIsOfTheFile


@extend_schema(
    request={"multipart/form-data": MarkImportIn},
    responses={202: JobOut},
)
@api_view(["POST"])
def imports(request: Request, project_id: int) -> Response:
    """Adds the marks of a file, in your name, as a job: all that is wrong in it stands in the job's `errors`, and then
    nothing was changed; else its `result` has how many were `made`, how many `present`, how many `values` of traits.
    """
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(MarkImportIn, request)
    file = body["file"]
    refuse_large(file)
    job = start_marks_import(
        project=project,
        user=request.user,
        path=keep_upload(file, "marks"),
        name=file.name,
        dry_run=body["dry_run"],
    )
    return started(job)
