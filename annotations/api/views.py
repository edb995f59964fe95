"""REST v1. No rule of its own: each route asks who may, calls a query or an action, and shapes the answer."""

import json
from pathlib import Path

from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.authtoken.models import Token
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.actions import save_preferences
from annotations.accounts.models import User
from annotations.api import serializers as shapes
from annotations.assignments import queries as work
from annotations.assignments.actions import assign, share_out, take_back
from annotations.discussions.actions import comment
from annotations.discussions.models import Comment
from annotations.discussions.queries import comments_on, mentions_of
from annotations.exports.actions import start_export
from annotations.gallery import queries as gallery
from annotations.gallery.actions import remove_view, save_view
from annotations.gallery.conditions import KINDS
from annotations.gallery.filter import Filter
from annotations.gallery.readers import whole
from annotations.imports.actions import keep_upload, start_import
from annotations.jobs.actions import cancel_job
from annotations.jobs.models import Job
from annotations.jobs.queries import may_cancel, open_job
from annotations.labels.actions import label_objects, undo_batch
from annotations.labels.models import Batch
from annotations.labels.queries import history, labels_now, latest_batches
from annotations.learning.actions import start_prediction, start_training
from annotations.learning.models import Model
from annotations.learning.queries import models_seen_by, named_metrics, open_model
from annotations.projects.access import open_project, projects_seen_by, role_in
from annotations.projects.actions import create_project, remove_member, set_role, update_project
from annotations.projects.models import Membership, Project, Role
from annotations.readings.actions import choose, draw_reading
from annotations.readings.models import Draw, Reading
from annotations.readings.queries import figures as agreement_figures
from annotations.readings.queries import open_reading, readings_seen_by
from annotations.readings.queries import progress as reading_progress
from annotations.samples.models import Object, Sample, State
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import complete, names_of

FILTERS = [
    OpenApiParameter("taxon", int, many=True, description="taxa; `none` for objects without one"),
    OpenApiParameter("descendants", bool, description="with the taxa below (default) or without"),
    OpenApiParameter("state", str, many=True, description="unclassified, predicted, dubious, validated"),
    OpenApiParameter("sample", int, many=True),
    *(OpenApiParameter(name, str, many=k.is_many, description=k.label) for name, k in KINDS.items()),
]
PAGING = [
    OpenApiParameter(
        "order",
        str,
        description="id, score, margin, date, depth, random:<seed>, field:<name>; a leading - turns it round",
    ),
    OpenApiParameter("limit", int, description="objects a page, at most 1000 (200)"),
    OpenApiParameter("cursor", str, description="`next` of the page before"),
]


def checked(shape: type[serializers.Serializer], request: Request, **options: bool) -> dict:
    """The body of the request in the given shape. Raises DRF's ValidationError."""
    given = shape(data=request.data, **options)
    given.is_valid(raise_exception=True)
    return given.validated_data


# --- People and projects ------------------------------------------------------------------------------------


@extend_schema(request=shapes.TokenIn, responses=shapes.TokenOut, auth=[])
@api_view(["POST"])
@permission_classes([AllowAny])
def token(request: Request) -> Response:
    """A token for `Authorization: Token …`."""
    given = checked(shapes.TokenIn, request)
    user = authenticate(request, username=given["username"], password=given["password"])
    if user is None:
        raise exceptions.AuthenticationFailed("The name or the password is wrong.")
    return Response({"token": Token.objects.get_or_create(user=user)[0].key})


def project_shape(project: Project, role: Role | None) -> dict:
    return {
        "id": project.pk,
        "title": project.title,
        "description": project.description,
        "created": project.created,
        "role": role.value if role else None,
    }


@extend_schema(methods=["GET"], responses=shapes.ProjectOut(many=True))
@extend_schema(methods=["POST"], request=shapes.ProjectIn, responses={201: shapes.ProjectOut})
@api_view(["GET", "POST"])
def projects(request: Request) -> Response:
    """The projects that you are a member of; POST makes one, with you as its manager."""
    if request.method == "POST":
        project = create_project(owner=request.user, **checked(shapes.ProjectIn, request))
        return Response(project_shape(project, Role.MANAGER), status=201)
    seen = projects_seen_by(request.user)
    roles = dict(request.user.memberships.values_list("project_id", "role"))
    manager = Role.MANAGER if request.user.is_superuser else None
    return Response([project_shape(p, Role(roles[p.pk]) if p.pk in roles else manager) for p in seen])


@extend_schema(methods=["GET"], responses=shapes.ProjectOut)
@extend_schema(methods=["PATCH"], request=shapes.ProjectIn, responses=shapes.ProjectOut)
@api_view(["GET", "PATCH"])
def project(request: Request, project_id: int) -> Response:
    least = Role.MANAGER if request.method == "PATCH" else Role.VIEWER
    found = open_project(request.user, project_id, least)
    if request.method == "PATCH":
        found = update_project(project=found, **checked(shapes.ProjectIn, request, partial=True))
    return Response(project_shape(found, role_in(request.user, project_id)))


@extend_schema(methods=["GET"], responses=shapes.PreferencesInOut)
@extend_schema(methods=["POST"], request=shapes.PreferencesInOut, responses=shapes.PreferencesInOut)
@api_view(["GET", "POST"])
def preferences(request: Request) -> Response:
    """Your own keys, quick taxa and look of the gallery; POST changes those that it names."""
    if request.method == "POST":
        save_preferences(user=request.user, preferences=request.data)
    return Response(request.user.preferences)


def member_shape(membership: Membership) -> dict:
    user = membership.user
    return {"id": user.pk, "username": user.username, "role": membership.role}


@extend_schema(methods=["GET"], responses=shapes.MemberOut(many=True))
@extend_schema(methods=["POST"], request=shapes.MemberIn, responses=shapes.MemberOut)
@api_view(["GET", "POST"])
def members(request: Request, project_id: int) -> Response:
    """Who is in the project; a manager's POST adds somebody, or gives them another role."""
    found = open_project(request.user, project_id, Role.MANAGER if request.method == "POST" else Role.VIEWER)
    if request.method == "POST":
        given = checked(shapes.MemberIn, request)
        return Response(
            member_shape(set_role(project=found, user=given["username"], role=Role(given["role"])))
        )
    everybody = found.memberships.select_related("user").order_by("user__username")
    return Response([member_shape(membership) for membership in everybody])


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def member(request: Request, project_id: int, user_id: int) -> Response:
    """Takes somebody out of the project; what they labelled stays."""
    found = open_project(request.user, project_id, Role.MANAGER)
    leaving = found.memberships.select_related("user").filter(user=user_id).first()
    if leaving is None:
        raise Http404("This person is not a member of the project.")
    remove_member(project=found, user=leaving.user)
    return Response(status=204)


@extend_schema(responses=shapes.SampleOut(many=True))
@api_view(["GET"])
def samples(request: Request, project_id: int) -> Response:
    open_project(request.user, project_id)
    columns = ("id", "original_id", "latitude", "longitude", "fields")
    return Response(list(Sample.objects.filter(project_id=project_id).values(*columns)))


# --- Objects ------------------------------------------------------------------------------------------------


@extend_schema(parameters=FILTERS + PAGING, responses=shapes.ObjectPage)
@api_view(["GET"])
def objects(request: Request, project_id: int) -> Response:
    """A page of objects with their free columns."""
    open_project(request.user, project_id)
    asked = request.query_params
    try:
        limit = int(asked.get("limit", 200))
    except ValueError:
        raise ValidationError("`limit` takes a whole number from 1 to 1000.") from None
    page = gallery.page(project_id, Filter.parse(asked), asked.get("order"), limit, asked.get("cursor"))
    return Response({"results": page.objects, "next": page.next})


@extend_schema(parameters=FILTERS, responses=shapes.CountOut(many=True))
@api_view(["GET"])
def counts(request: Request, project_id: int) -> Response:
    """How many objects match, per taxon and state."""
    open_project(request.user, project_id)
    return Response(gallery.counts(project_id, Filter.parse(request.query_params)))


@extend_schema(methods=["GET"], responses=shapes.ViewOut(many=True))
@extend_schema(methods=["POST"], request=shapes.ViewIn, responses={201: shapes.ViewOut})
@api_view(["GET", "POST"])
def views(request: Request, project_id: int) -> Response:
    """Saved views of the project: your own, and those that others share. POST saves one, or replaces your own."""
    found = open_project(request.user, project_id)
    if request.method == "POST":
        made = save_view(project=found, user=request.user, **checked(shapes.ViewIn, request))
        return Response(shapes.ViewOut(made).data, status=201)
    return Response(shapes.ViewOut(gallery.views_of(project_id, request.user), many=True).data)


@extend_schema(responses={204: None})
@api_view(["DELETE"])
def view(request: Request, project_id: int, view_id: int) -> Response:
    found = open_project(request.user, project_id)
    leaving = gallery.views_of(project_id, request.user).filter(pk=view_id).first()
    if leaving is None:
        raise Http404("There is no such view in this project.")
    remove_view(view=leaving, user=request.user, role=found.role)
    return Response(status=204)


@extend_schema(request=shapes.AnnotationIn, responses=shapes.OutcomeOut)
@api_view(["POST"])
def annotations(request: Request, project_id: int) -> Response:
    """Labels objects. What somebody changed since you saw it comes back among `conflicts`, as it is now."""
    found = open_project(request.user, project_id, Role.ANNOTATOR)
    given = checked(shapes.AnnotationIn, request)
    where = Filter.parse(given["filter"]).where(project_id) if "filter" in given else None
    outcome = label_objects(
        project=found,
        user=request.user,
        targets=given.get("objects"),
        where=where,
        expected=given.get("expected"),
        taxon=_taxon(given.get("taxon")),
        state=State.from_word(given["state"]) if "state" in given else None,
    )
    return Response(outcome.as_dict())


def _taxon(taxon_id: int | None) -> Taxon | None:
    if taxon_id is None:
        return None
    taxon = Taxon.objects.filter(pk=taxon_id).first()
    if taxon is None:
        raise ValidationError(f"There is no taxon {taxon_id}: look it up with taxa/?q=.")
    return taxon


@extend_schema(parameters=[OpenApiParameter("ids", str)], responses=shapes.LabelOut(many=True))
@api_view(["GET"])
def labels(request: Request, project_id: int) -> Response:
    """The labels of up to 1,000 objects as they are now: `ids=1,2,3`."""
    open_project(request.user, project_id)
    asked = request.query_params.get("ids", "").split(",")
    if len(asked) > gallery.MOST_A_PAGE:
        raise ValidationError(
            f"`ids` names {len(asked):,} objects, but takes {gallery.MOST_A_PAGE:,} at most."
        )
    return Response(labels_now(project_id, [whole(text, "ids") for text in asked]))


@extend_schema(responses=shapes.BatchOut(many=True))
@api_view(["GET"])
def batches(request: Request, project_id: int) -> Response:
    """What you did last in the project, newest first: any of it can be undone."""
    open_project(request.user, project_id, Role.ANNOTATOR)
    return Response(shapes.BatchOut(latest_batches(project_id, request.user), many=True).data)


@extend_schema(request=None, responses=shapes.OutcomeOut)
@api_view(["POST"])
def undo(request: Request, batch_id: int) -> Response:
    """Takes a batch of labels back. Undoing an undo redoes."""
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise Http404("There is no such batch, or it belongs to a project that you are not a member of.")
    found = open_project(request.user, batch.project_id, Role.ANNOTATOR)
    return Response(undo_batch(batch=batch, user=request.user, role=found.role).as_dict())


# --- Progress -----------------------------------------------------------------------------------------------


@extend_schema(responses={200: {"type": "object"}})
@api_view(["GET"])
def progress(request: Request, project_id: int) -> Response:
    """How far the project is: whole, and per sample, taxon, person and day."""
    open_project(request.user, project_id)
    return Response(
        {
            "states": work.states(project_id),
            "samples": work.by_sample(project_id, limit=None),
            "taxa": work.by_taxon(project_id),
            "people": work.by_person(project_id),
            "days": work.by_day(project_id),
        }
    )


@extend_schema(request=shapes.AssignmentsIn, responses=shapes.AssignedOut)
@api_view(["POST", "DELETE"])
def assignments(request: Request, project_id: int) -> Response:
    """Gives samples to people (`is_shared`: each to one of them, evenly); DELETE takes them back."""
    found = open_project(request.user, project_id, Role.MANAGER)
    given = checked(shapes.AssignmentsIn, request)
    users = list(User.objects.filter(username__in=given["users"]))
    if request.method == "DELETE":
        return Response(
            {"assignments": take_back(project=found, samples=given["samples"], users=users or None)}
        )
    act = share_out if given["is_shared"] else assign
    made = act(project=found, samples=given["samples"], users=users, due=given.get("due"))
    return Response({"assignments": made})


# --- Discussions --------------------------------------------------------------------------------------------


def comment_shape(said: Comment) -> dict:
    return {
        "id": said.pk,
        "author": said.author.username if said.author else None,
        "text": said.text,
        "created": said.created,
        "removed": said.removed,
    }


@extend_schema(methods=["GET"], responses=shapes.CommentOut(many=True))
@extend_schema(methods=["POST"], request=shapes.CommentIn, responses={201: shapes.CommentOut})
@api_view(["GET", "POST"])
def object_comments(request: Request, object_id: int) -> Response:
    """What was said of an object; POST says something, and `@name` tells a member."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    found = open_project(request.user, gallery.project_of_object(object_id), least)
    if request.method == "POST":
        about = Object.objects.get(pk=object_id)
        said = comment(project=found, author=request.user, object=about, **checked(shapes.CommentIn, request))
        return Response(comment_shape(said), status=201)
    return Response([comment_shape(said) for said in comments_on(found, object_id=object_id)])


@extend_schema(methods=["GET"], responses=shapes.CommentOut(many=True))
@extend_schema(methods=["POST"], request=shapes.CommentIn, responses={201: shapes.CommentOut})
@api_view(["GET", "POST"])
def taxon_comments(request: Request, project_id: int, taxon_id: int) -> Response:
    """The project's discussion of a taxon; POST says something."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    found = open_project(request.user, project_id, least)
    if request.method == "POST":
        about = _taxon(taxon_id)
        said = comment(project=found, author=request.user, taxon=about, **checked(shapes.CommentIn, request))
        return Response(comment_shape(said), status=201)
    return Response([comment_shape(said) for said in comments_on(found, taxon_id=taxon_id)])


@extend_schema(responses=shapes.MentionOut(many=True))
@api_view(["GET"])
def mentions(request: Request) -> Response:
    """The latest 200 comments that mention you."""
    found = mentions_of(request.user)[:200]
    return Response(
        [
            {
                "project": mention.comment.project_id,
                "object": mention.comment.object_id,
                "taxon": mention.comment.taxon_id,
                "seen": mention.seen,
                "comment": comment_shape(mention.comment),
            }
            for mention in found
        ]
    )


# --- Second readings ----------------------------------------------------------------------------------------


@extend_schema(methods=["GET"], responses=shapes.ReadingOut(many=True))
@extend_schema(methods=["POST"], request=shapes.ReadingIn, responses={201: shapes.ReadingOut})
@api_view(["GET", "POST"])
def readings(request: Request, project_id: int) -> Response:
    """The blind second readings that you may know of; a manager's POST draws one."""
    least = Role.MANAGER if request.method == "POST" else Role.VIEWER
    found = open_project(request.user, project_id, least)
    if request.method == "POST":
        given = checked(shapes.ReadingIn, request)
        people = {user.username: user for user in User.objects.filter(username__in=given["readers"])}
        if unknown := set(given["readers"]) - set(people):
            raise ValidationError(f"Nobody here is called {unknown.pop()!r}.")
        given |= {"readers": list(people.values()), "draw": Draw(given["draw"])}
        given["wanted"] = Filter.parse(given.pop("filter"))
        made = draw_reading(project=found, user=request.user, **given)
        return Response(reading_shapes([made])[0], status=201)
    return Response(reading_shapes(list(readings_seen_by(found, request.user))))


def reading_shapes(found: list[Reading]) -> list[dict]:
    seats = reading_progress(found)
    return [
        {
            "id": r.pk,
            "name": r.name,
            "draw": r.draw,
            "seed": r.seed,
            "closed": r.closed,
            "readers": seats[r.pk],
        }
        for r in found
    ]


def _reading(request: Request, reading_id: int) -> Reading:
    project_id = Reading.objects.filter(pk=reading_id).values_list("project_id", flat=True).first()
    if project_id is None:
        raise Http404("There is no such reading, or it belongs to a project that you are not a member of.")
    return open_reading(open_project(request.user, project_id), request.user, reading_id)


@extend_schema(request=shapes.ChoiceIn, responses=shapes.ChosenOut)
@api_view(["POST"])
def choices(request: Request, reading_id: int) -> Response:
    """As a reader, names objects of the reading: a taxon, or null for “can't tell”."""
    reading = _reading(request, reading_id)
    given = checked(shapes.ChoiceIn, request)
    chosen = choose(
        reading=reading,
        user=request.user,
        objects=given["objects"],
        taxon=_taxon(given.get("taxon")),
        is_cleared=given["is_cleared"],
    )
    return Response({"chosen": chosen})


@extend_schema(responses={200: {"type": "object"}})
@api_view(["GET"])
def agreement(request: Request, reading_id: int) -> Response:
    """How far the readers agree: percentage, kappas and alpha with intervals, per taxon, and confusion matrices."""
    reading = _reading(request, reading_id)
    if reading.closed is None:
        raise PermissionDenied("The readers are not done: until then nobody sees what they chose.")
    return Response(agreement_figures(reading))


@extend_schema(responses=shapes.ObjectOut)
@api_view(["GET"])
def object_detail(request: Request, object_id: int) -> Response:
    project_id = gallery.project_of_object(object_id)
    open_project(request.user, project_id)
    return Response(gallery.object_detail(project_id, object_id))


@extend_schema(responses={200: {"type": "array", "items": {"type": "object"}}})
@api_view(["GET"])
def object_history(request: Request, object_id: int) -> Response:
    """Every change of the label, newest first."""
    open_project(request.user, gallery.project_of_object(object_id))
    return Response(history(object_id))


@extend_schema(parameters=[OpenApiParameter("q", str)], responses=shapes.TaxonFound(many=True))
@api_view(["GET"])
def taxa(request: Request) -> Response:
    """Completion of taxon names."""
    return Response(complete(request.query_params.get("q", "")))


@extend_schema(exclude=True)
@api_view(["GET", "POST", "PUT", "PATCH", "DELETE"])
@permission_classes([AllowAny])
def nowhere(request: Request, rest: str) -> Response:
    """A wrong address is told as JSON, too."""
    raise Http404(f"There is no route {request.path}: /api/docs/ lists those there are.")


# --- Jobs ---------------------------------------------------------------------------------------------------


def job_shape(job: Job) -> dict:
    names = (
        "kind",
        "state",
        "done",
        "total",
        "message",
        "errors",
        "result",
        "created",
        "started",
        "finished",
    )
    return {"id": job.pk, "project": job.project_id, **{name: getattr(job, name) for name in names}}


def started(job: Job) -> Response:
    job.refresh_from_db()
    return Response(job_shape(job), status=202)


@extend_schema(request={"multipart/form-data": shapes.ImportIn}, responses={202: shapes.JobOut})
@api_view(["POST"])
def imports(request: Request, project_id: int) -> Response:
    """Imports an EcoTaxa package: an upload, or for administrators a path on the server."""
    found = open_project(request.user, project_id, Role.MANAGER)
    given = checked(shapes.ImportIn, request)
    if "package" in given:
        path, name = keep_upload(given["package"]), given["package"].name
    elif "source" in given:
        path = _server_path(request, given["source"])
        name = path.name
    else:
        raise ValidationError(
            "Send the package as the file `package`, or its path on the server as `source`."
        )
    return started(
        start_import(project=found, user=request.user, path=path, name=name, dry_run=given["dry_run"])
    )


def _server_path(request: Request, source: str) -> Path:
    if not request.user.is_superuser:
        raise PermissionDenied(
            "Only administrators import from the server's own folders: upload the package."
        )
    path = Path(source)
    if not path.is_absolute() or not path.exists():
        raise ValidationError(f"There is no {source} on the server. Give the whole path.")
    return path


@extend_schema(request=shapes.ExportIn, responses={202: shapes.JobOut})
@api_view(["POST"])
def exports(request: Request, project_id: int) -> Response:
    """Writes an EcoTaxa package; the job's `result.url` downloads it."""
    found = open_project(request.user, project_id)
    given = checked(shapes.ExportIn, request)
    wanted = Filter.parse(given["filter"])
    return started(start_export(project=found, user=request.user, images=given["images"], wanted=wanted))


@extend_schema(request=shapes.TrainingIn, responses={202: shapes.JobOut})
@api_view(["POST"])
def training_runs(request: Request) -> Response:
    """Trains a model on what was validated in the projects; the job's `result.model` is its number."""
    given = checked(shapes.TrainingIn, request)
    chosen = [open_project(request.user, project_id, Role.MANAGER) for project_id in given.pop("projects")]
    return started(start_training(user=request.user, projects=chosen, **given))


@extend_schema(request=shapes.PredictionIn, responses={202: shapes.JobOut})
@api_view(["POST"])
def predictions(request: Request, project_id: int) -> Response:
    """Applies a model to the project's objects that nobody has settled."""
    found = open_project(request.user, project_id, Role.MANAGER)
    given = checked(shapes.PredictionIn, request)
    model = open_model(request.user, given["model"])
    wanted = json.loads(json.dumps(Filter.parse(given["filter"]).as_dict()))
    return started(start_prediction(user=request.user, project=found, model=model, wanted=wanted))


@extend_schema(responses=shapes.JobOut)
@api_view(["GET"])
def job(request: Request, job_id: int) -> Response:
    return Response(job_shape(open_job(request.user, job_id)))


@extend_schema(request=None, responses=shapes.JobOut)
@api_view(["POST"])
def cancel(request: Request, job_id: int) -> Response:
    found = open_job(request.user, job_id)
    if not found.is_finished and not may_cancel(request.user, found):
        raise PermissionDenied("Only who asked for a job, or a manager of its project, may cancel it.")
    return Response(job_shape(cancel_job(job=found)))


# --- Models -------------------------------------------------------------------------------------------------


def model_shape(model: Model) -> dict:
    names = names_of(set(model.classes))
    return {
        "id": model.pk,
        "name": model.name,
        "projects": [p.pk for p in model.projects.all()],
        "is_ready": model.is_ready,
        "job": model.job_id,
        "created": model.created,
        "settings": model.settings,
        "taxa": [{"id": taxon, "name": names.get(taxon, "")} for taxon in model.classes],
        "learning_set": model.learning_set,
        "metrics": named_metrics(model),
    }


@extend_schema(responses=shapes.ModelOut(many=True))
@api_view(["GET"])
def models(request: Request) -> Response:
    return Response([model_shape(model) for model in models_seen_by(request.user)])


@extend_schema(responses=shapes.ModelOut)
@api_view(["GET"])
def model(request: Request, model_id: int) -> Response:
    """A model with its settings, taxa, and metrics from held-out objects."""
    return Response(model_shape(open_model(request.user, model_id)))
