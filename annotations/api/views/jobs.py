"""Everything long: imports, exports, training, prediction; and how they go."""

import json
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import FILTERS, checked
from annotations.api.serializers.jobs import ExportIn, ImportIn, JobOut, MeasuringIn
from annotations.api.serializers.serving import ForecastOut, PredictionIn, PredictionOut, TrainingIn
from annotations.api.serializers.speeds import DeviceSpeedIn, DeviceSpeedOut
from annotations.exports.actions import start_export
from annotations.exports.registry import all_options as all_export_options
from annotations.imports.actions import start_import
from annotations.imports.import_options import ImportOptions
from annotations.imports.mappings.queries import mapping_called
from annotations.imports.origins.allowed import open_place
from annotations.imports.origins.places import Incoming
from annotations.imports.origins.urls import package_at
from annotations.imports.rerunning import apply_checked, import_again, open_earlier_import
from annotations.jobs.actions import cancel_job
from annotations.jobs.artefacts import undo_expiry_of
from annotations.jobs.models import Job
from annotations.jobs.queries import may_cancel, open_job
from annotations.jobs.removing import remove_job
from annotations.jobs.rerunning import start_again
from annotations.jobs.resumable import hand_over, open_upload
from annotations.jobs.uploads import keep_upload
from annotations.jobs.waiting import waiting_sentences
from annotations.labels.tally import count_unsettled
from annotations.learning.actions import start_prediction, start_training
from annotations.learning.backbones.queries import open_backbone
from annotations.learning.forecast import forecasts
from annotations.learning.queries import open_model, open_set
from annotations.learning.replaced import replaced_predictions
from annotations.learning.speeds import device_speeds as newest_speeds
from annotations.learning.speeds import start_measuring_device
from annotations.measurements.actions import start_measuring
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.search.filter import Filter

ORIGINS = {"package", "upload", "job", "folder", "bucket", "url", "source"}
ONE_PACKAGE = (
    "Send one of these: the package as the file `package`, the number of a resumable upload as `upload`, that of an "
    "import of yours that keeps its package as `job`, a `folder` or `bucket` that is open to imports with a `path` in "
    "it, a `url`, or, as an administrator, a path on the server as `source`."
)


def serialize_job(job: Job) -> dict:
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
    """202, with the address where to ask how far it is."""
    job.refresh_from_db()
    return Response(
        serialize_job(job),
        status=202,
        headers={"Location": reverse("api:job", args=[job.pk]), "Retry-After": "1"},
    )


@extend_schema(request={"multipart/form-data": ImportIn}, responses={202: JobOut})
@api_view(["POST"])
def imports(request: Request, project_id: int) -> Response:
    """Imports a package of any format: an upload, an earlier import's, of a folder, a bucket or an address."""
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(ImportIn, request)
    if len(ORIGINS & body.keys()) != 1 or ("path" in body and not {"folder", "bucket"} & body.keys()):
        raise ValidationError(ONE_PACKAGE)
    mapping = mapping_called(project, body["mapping"]).pk if body["mapping"] else None
    if "update" in body:
        return started(_applied(request, project, body))
    options = ImportOptions.of({**body, "mapping": mapping})
    if "job" in body:
        earlier = open_earlier_import(request.user, project, body["job"])
        return started(import_again(job=earlier, user=request.user, options=options))
    incoming = incoming_of(request, body)
    return started(start_import(project=project, user=request.user, incoming=incoming, options=options))


def incoming_of(request: Request, body: dict) -> Incoming:
    if "package" in body:
        return Incoming(keep_upload(body["package"], "zip"), body["package"].name)
    if "upload" in body:
        upload = open_upload(request.user, body["upload"])
        return Incoming(hand_over(upload=upload), upload.name)
    if "url" in body:
        return package_at(body["url"])
    for kind in ("folder", "bucket"):
        if kind in body:
            return open_place(request.user, body[kind], kind).package(body.get("path", ""))
    path = _server_path(request, body["source"])
    return Incoming(path, path.name)


def _applied(request: Request, project: Project, body: dict) -> Job:
    """The import that writes a preview, with the answers that it was made with."""
    if "job" not in body or body["dry_run"]:
        message = (
            "Send it with `job`, the import that made this preview, and without `dry_run`: it is written."
        )
        raise ValidationError({"update": message})
    earlier = open_earlier_import(request.user, project, body["job"])
    return apply_checked(job=earlier, user=request.user, update=body["update"], file_wins=body["file_wins"])


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
    """Writes objects as a zip of any format; the job's `result.url` downloads it."""
    project = open_project(request.user, project_id)
    body = checked(ExportIn, request)
    criteria = Filter.parse(body["filter"], request.user)
    chosen = {name: body[name] for name in ("images", "emails", "rendered")}
    chosen |= {"format_name": body["format"], "options": {name: body[name] for name in all_export_options()}}
    return started(start_export(project=project, user=request.user, object_filter=criteria, **chosen))


@extend_schema(request=TrainingIn, responses={202: JobOut})
@api_view(["POST"])
def training_runs(request: Request) -> Response:
    """Trains a model on a learning set, or on what projects have validated; the job's `result.model` is its number."""
    body = checked(TrainingIn, request)
    projects = body.pop("projects", [])
    chosen: dict = {"projects": [open_project(request.user, pk, Role.MANAGER) for pk in projects]}
    if (number := body.pop("learning_set", None)) is not None:
        chosen["learning_set"] = open_set(request.user, number)
    if (number := body.pop("start_from", None)) is not None:
        chosen["start_from"] = open_model(request.user, number)
    if (number := body.pop("start_backbone", None)) is not None:
        chosen["start_backbone"] = open_backbone(request.user, number)
    return started(start_training(user=request.user, **chosen, **body))


@extend_schema(methods=["GET"], responses=DeviceSpeedOut(many=True))
@extend_schema(methods=["POST"], request=DeviceSpeedIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def device_speeds(request: Request) -> Response:
    """How long an object takes the workers that train, by method. POST starts a job that measures it."""
    if request.method == "GET":
        return Response(DeviceSpeedOut(newest_speeds(), many=True).data)
    body = checked(DeviceSpeedIn, request)
    chosen = {"network": body.get("backbone", ""), "image_size": body.get("image_size")}
    return started(start_measuring_device(user=request.user, **chosen))


@extend_schema(
    methods=["GET"],
    parameters=[
        OpenApiParameter("model", int, required=True, description="its number, of `models/`"),
        *FILTERS,
    ],
    responses=ForecastOut,
)
@extend_schema(methods=["POST"], request=PredictionIn, responses={202: PredictionOut})
@api_view(["GET", "POST"])
def predictions(request: Request, project_id: int) -> Response:
    """Applies a model to the project's objects that nobody has settled. GET: what it would name, at each precision.

    `replaces` are predictions that are there now; batches/{id}/undo/ with the job's `result.batch` brings them back.
    """
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "GET":
        replaces = _replaces(project_id, Filter.parse(request.query_params, request.user))
        return Response({**_forecast(request, project), **replaces})
    body = checked(PredictionIn, request)
    model = open_model(request.user, body["model"])
    criteria = json.loads(json.dumps(Filter.parse(body["filter"], request.user).as_dict()))
    precision = body.get("precision", model.wanted_precision)
    replaces = _replaces(project_id, Filter.parse(body["filter"], request.user))
    job = start_prediction(
        user=request.user, project=project, model=model, filter_json=criteria, precision=precision
    )
    job.refresh_from_db()
    return Response({**serialize_job(job), **replaces}, status=202)


def _replaces(project_id: int, criteria: Filter) -> dict:
    replaced = replaced_predictions(project_id, criteria.where(project_id))
    return {"replaces": [vars(part) for part in replaced]}


def _forecast(request: Request, project: Project) -> dict:
    number = request.query_params.get("model", "")
    if not number.isdecimal() or len(number) > 18:
        raise ValidationError(f"`model` is {number!r}, but takes the number of a model.")
    model = open_model(request.user, int(number))
    unsettled = count_unsettled(project.pk)
    forecast = forecasts(project, [model], unsettled)[model.pk]
    return {
        "model": model.pk,
        "unsettled": unsettled,
        "source": forecast.source,
        "unlike": forecast.unlike,
        "precisions": [row.as_json() for row in forecast.rows],
    }


@extend_schema(request=MeasuringIn, responses={202: JobOut})
@api_view(["POST"])
def measurements(request: Request, project_id: int) -> Response:
    """Measures the vignettes that have no measurements yet, or all of them `anew`, into columns `region_…`."""
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(MeasuringIn, request)
    return started(start_measuring(project=project, user=request.user, anew=body["anew"]))


@extend_schema(methods=["GET"], responses=JobOut)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["GET", "DELETE"])
def job(request: Request, job_id: int) -> Response:
    """How far a job is, for whom it waits, what it said, what is wrong, and its result.

    DELETE removes one that has ended, with its file; what it did stays. Deletions of objects stay as their log.
    """
    job = open_job(request.user, job_id)
    if request.method == "DELETE":
        remove_job(user=request.user, job=job)
        return Response(status=204)
    waiting = waiting_sentences([job], request.user).get(job.pk, "")
    return Response(serialize_job(job) | {"waiting": waiting})


@extend_schema(request=None, responses=JobOut)
@api_view(["POST"])
def cancel(request: Request, job_id: int) -> Response:
    """Cancels a job that runs or waits; what it finished before stays."""
    job = open_job(request.user, job_id)
    if not job.is_finished and not may_cancel(request.user, job):
        raise PermissionDenied("Only who asked for a job, or a manager of its project, may cancel it.")
    return Response(serialize_job(cancel_job(job=job)))


@extend_schema(request=None, responses={202: JobOut})
@api_view(["POST"])
def again(request: Request, job_id: int) -> Response:
    """Asks once more for a job that ended, as it was: a training, a prediction, an export, a measurement. A move or a
    copy that did not come to its end goes on where it stopped."""
    return started(start_again(user=request.user, job=open_job(request.user, job_id)))
