"""Everything long: imports, exports, training, prediction; and how they go."""

import json
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import FILTERS, checked
from annotations.api.shapes.jobs import ExportIn, ImportIn, JobOut, MeasuringIn
from annotations.api.shapes.serving import ForecastOut, PredictionIn, PredictionOut, TrainingIn
from annotations.exports.actions import start_export
from annotations.imports.actions import start_import
from annotations.imports.again import import_again, open_earlier_import
from annotations.jobs.actions import cancel_job
from annotations.jobs.artefacts import undo_expiry_of
from annotations.jobs.models import Job
from annotations.jobs.queries import may_cancel, open_job
from annotations.jobs.resumable import hand_over, open_upload
from annotations.jobs.uploads import keep_upload
from annotations.labels.tally import count_unsettled
from annotations.learning.actions import start_prediction, start_training
from annotations.learning.forecast import forecasts
from annotations.learning.queries import open_model, open_set
from annotations.learning.replaced import replaced_predictions
from annotations.measurements.actions import start_measuring
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.search.filter import Filter

ONE_PACKAGE = (
    "Send one of these: the package as the file `package`, the number of a resumable upload as `upload`, that of an "
    "import of yours that keeps its package as `job`, or, as an administrator, a path on the server as `source`."
)


def job_shape(job: Job) -> dict:
    names = (
        "kind",
        "state",
        "done",
        "total",
        "message",
        "errors",
        "warnings",
        "result",
        "created",
        "started",
        "finished",
        "expires",
    )
    shape = {"id": job.pk, "project": job.project_id, **{name: getattr(job, name) for name in names}}
    return {**shape, "undo_until": undo_expiry_of(job)}


def started(job: Job) -> Response:
    job.refresh_from_db()
    return Response(job_shape(job), status=202)


@extend_schema(request={"multipart/form-data": ImportIn}, responses={202: JobOut})
@api_view(["POST"])
def imports(request: Request, project_id: int) -> Response:
    """Imports an EcoTaxa package: an upload, that of an earlier import, or for administrators a path on the server."""
    found = open_project(request.user, project_id, Role.MANAGER)
    given = checked(ImportIn, request)
    if len({"package", "upload", "source", "job"} & given.keys()) != 1:
        raise ValidationError(ONE_PACKAGE)
    chosen = {key: given[key] for key in ("dry_run", "create_taxa", "pixel_unit")}
    if "job" in given:
        earlier = open_earlier_import(request.user, found, given["job"])
        return started(import_again(job=earlier, user=request.user, **chosen))
    if "package" in given:
        path, name = keep_upload(given["package"], "zip"), given["package"].name
    elif "upload" in given:
        upload = open_upload(request.user, given["upload"])
        path, name = hand_over(upload=upload), upload.name
    else:
        path = _server_path(request, given["source"])
        name = path.name
    return started(start_import(project=found, user=request.user, path=path, name=name, **chosen))


def _server_path(request: Request, source: str) -> Path:
    if not request.user.is_superuser:
        raise PermissionDenied(
            "Only administrators import from the server's own folders: upload the package."
        )
    path = Path(source)
    if not path.is_absolute() or not path.exists():
        raise ValidationError(f"There is no {source} on the server. Give the whole path.")
    return path


@extend_schema(request=ExportIn, responses={202: JobOut})
@api_view(["POST"])
def exports(request: Request, project_id: int) -> Response:
    """Writes an EcoTaxa package; the job's `result.url` downloads it."""
    found = open_project(request.user, project_id)
    given = checked(ExportIn, request)
    wanted = Filter.parse(given["filter"], request.user)
    chosen = {name: given[name] for name in ("images", "emails", "rendered")}
    return started(start_export(project=found, user=request.user, wanted=wanted, **chosen))


@extend_schema(request=TrainingIn, responses={202: JobOut})
@api_view(["POST"])
def training_runs(request: Request) -> Response:
    """Trains a model on a learning set, or on what projects have validated; the job's `result.model` is its number."""
    given = checked(TrainingIn, request)
    projects = given.pop("projects", [])
    chosen: dict = {"projects": [open_project(request.user, pk, Role.MANAGER) for pk in projects]}
    if (number := given.pop("learning_set", None)) is not None:
        chosen["learning_set"] = open_set(request.user, number)
    if (number := given.pop("start_from", None)) is not None:
        chosen["start_from"] = open_model(request.user, number)
    return started(start_training(user=request.user, **chosen, **given))


@extend_schema(
    methods=["GET"],
    parameters=[OpenApiParameter("model", int, required=True), *FILTERS],
    responses=ForecastOut,
)
@extend_schema(methods=["POST"], request=PredictionIn, responses={202: PredictionOut})
@api_view(["GET", "POST"])
def predictions(request: Request, project_id: int) -> Response:
    """Applies a model to the project's objects that nobody has settled. GET: what it would name, at each precision.

    `replaces` are predictions that are there now; batches/{id}/undo/ with the job's `result.batch` brings them back.
    """
    found = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "GET":
        replaces = _replaces(project_id, Filter.parse(request.query_params, request.user))
        return Response({**_forecast(request, found), **replaces})
    given = checked(PredictionIn, request)
    model = open_model(request.user, given["model"])
    wanted = json.loads(json.dumps(Filter.parse(given["filter"], request.user).as_dict()))
    precision = given.get("precision", model.wanted_precision)
    replaces = _replaces(project_id, Filter.parse(given["filter"], request.user))
    job = start_prediction(user=request.user, project=found, model=model, wanted=wanted, precision=precision)
    job.refresh_from_db()
    return Response({**job_shape(job), **replaces}, status=202)


def _replaces(project_id: int, asked: Filter) -> dict:
    replaced = replaced_predictions(project_id, asked.where(project_id))
    return {"replaces": [vars(part) for part in replaced]}


def _forecast(request: Request, project: Project) -> dict:
    number = request.query_params.get("model", "")
    if not number.isdecimal() or len(number) > 18:
        raise ValidationError(f"`model` is {number!r}, but takes the number of a model.")
    model = open_model(request.user, int(number))
    unsettled = count_unsettled(project.pk)
    found = forecasts(project, [model], unsettled)[model.pk]
    return {
        "model": model.pk,
        "unsettled": unsettled,
        "source": found.source,
        "unlike": found.unlike,
        "precisions": [row.as_json() for row in found.rows],
    }


@extend_schema(request=MeasuringIn, responses={202: JobOut})
@api_view(["POST"])
def measurements(request: Request, project_id: int) -> Response:
    """Measures the vignettes that have no measurements yet, or all of them `anew`, into columns `region_…`."""
    found = open_project(request.user, project_id, Role.MANAGER)
    given = checked(MeasuringIn, request)
    return started(start_measuring(project=found, user=request.user, anew=given["anew"]))


@extend_schema(responses=JobOut)
@api_view(["GET"])
def job(request: Request, job_id: int) -> Response:
    """How far a job is, what it said, what is wrong, and its result."""
    return Response(job_shape(open_job(request.user, job_id)))


@extend_schema(request=None, responses=JobOut)
@api_view(["POST"])
def cancel(request: Request, job_id: int) -> Response:
    """Cancels a job that runs or waits; what it finished before stays."""
    found = open_job(request.user, job_id)
    if not found.is_finished and not may_cancel(request.user, found):
        raise PermissionDenied("Only who asked for a job, or a manager of its project, may cancel it.")
    return Response(job_shape(cancel_job(job=found)))
