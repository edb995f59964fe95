"""Labelling, undoing, and what labels are now."""

from functools import partial

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked, the_taxa, the_taxon
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.labels import AnnotationIn, BatchOut, LabelOut, OutcomeOut
from annotations.api.serializers.objects import ObjectChoicesOut
from annotations.api.views.jobs import started
from annotations.history.actions import take_back
from annotations.jobs.models import Job
from annotations.labels.actions import label_objects, name_objects
from annotations.labels.models import Batch
from annotations.labels.outcomes import Outcome
from annotations.labels.queries import labels_now, latest_batches
from annotations.learning.predictions import choices_of
from annotations.learning.resetting import reset_objects
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.search.queries import MOST_A_PAGE
from annotations.search.values import whole

IDS = OpenApiParameter("ids", str, description=f"objects: `1,2,3`, {MOST_A_PAGE:,} at most")


@extend_schema(parameters=IDEMPOTENCY, request=AnnotationIn, responses=OutcomeOut)
@api_view(["POST"])
@answered_once
def annotations(request: Request, project_id: int) -> Response:
    """Labels objects. What somebody changed since you saw it comes back among `conflicts`, as it is now.

    The state `predicted`, without a taxon, resets validated, dubious and machine-validated objects to the label that a
    model gave them with the prediction that they show, or else leaves them their taxon; experts and managers do so.
    """
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    body = checked(AnnotationIn, request)
    if "taxa" in body:
        return Response(_name_each(request, project, body).as_dict())
    where = None
    if "filter" in body:
        where = Filter.parse(body["filter"], request.user).where(project_id)
    taxon = the_taxon(body.get("taxon"))
    state = State.from_word(body["state"]) if "state" in body else None
    is_reset = state == State.PREDICTED and taxon is None
    label = reset_objects if is_reset else partial(label_objects, taxon=taxon, state=state)
    outcome = label(
        project=project,
        user=request.user,
        targets=body.get("objects"),
        where=where,
        expected=body.get("expected"),
    )
    return Response(outcome.as_dict())


def _name_each(request: Request, project: Project, body: dict) -> Outcome:
    """Each object as its own taxon. Raises ValidationError where one has none, or where more is asked for."""
    if beside := {"taxon", "state", "filter", "expected"} & set(body):
        raise ValidationError(f"`taxa` says all of it: leave `{min(beside)}` out.")
    if "objects" not in body:
        raise ValidationError("`taxa` needs `objects`, with id and version: which ones did you see?")
    targets = body["objects"]
    if nameless := [target.id for target in targets if str(target.id) not in body["taxa"]]:
        raise ValidationError(f"`taxa` has no taxon for object {nameless[0]}.")
    named = {target: body["taxa"][str(target.id)] for target in targets}
    taxa = the_taxa(set(named.values()))
    return name_objects(
        project=project, user=request.user, taxa={target: taxa[number] for target, number in named.items()}
    )


@extend_schema(parameters=[IDS], responses=LabelOut(many=True))
@api_view(["GET"])
def labels(request: Request, project_id: int) -> Response:
    """The labels of up to 1,000 objects as they are now: `ids=1,2,3`."""
    open_project(request.user, project_id)
    return Response(labels_now(project_id, _ids(request)))


@extend_schema(parameters=[IDS], responses=ObjectChoicesOut(many=True))
@api_view(["GET"])
def choices(request: Request, project_id: int) -> Response:
    """The best taxa of up to 1,000 objects by their current predictions: `ids=1,2,3`. What has none is left out."""
    open_project(request.user, project_id)
    return Response(choices_of(project_id, _ids(request)))


def _ids(request: Request) -> list[int]:
    ids = request.query_params.get("ids", "").split(",")
    if len(ids) > MOST_A_PAGE:
        raise ValidationError(f"`ids` names {len(ids):,} objects, but takes {MOST_A_PAGE:,} at most.")
    return [whole(text, "ids") for text in ids]


@extend_schema(responses=BatchOut(many=True))
@api_view(["GET"])
def batches(request: Request, project_id: int) -> Response:
    """What you did last in the project, newest first: any of it can be undone."""
    open_project(request.user, project_id, Role.ANNOTATOR)
    return Response(BatchOut(latest_batches(project_id, request.user), many=True).data)


@extend_schema(parameters=IDEMPOTENCY, request=None, responses={200: OutcomeOut, 202: JobOut})
@api_view(["POST"])
@answered_once
def undo(request: Request, batch_id: int) -> Response:
    """Takes a batch of labels, traits or predictions back, but for what was changed since. Undoing an undo redoes; what
    was undone and redone can be undone by its first number too. A large one is a job (202).
    """
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise Http404("There is no such batch, or it belongs to a project that you are not a member of.")
    project = open_project(request.user, batch.project_id, Role.ANNOTATOR)
    outcome = take_back(batch=batch, user=request.user, role=project.role)
    return started(outcome) if isinstance(outcome, Job) else Response(outcome.as_dict())
