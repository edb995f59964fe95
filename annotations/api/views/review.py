"""The review: the next best page, and what a person says of it."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked, the_taxa, the_taxon
from annotations.api.serializers.labels import OutcomeOut
from annotations.api.serializers.review import (
    MachineValidationIn,
    MachineValidationOut,
    ReviewAnswerIn,
    ReviewIn,
    ReviewPageOut,
    StartedOut,
)
from annotations.jobs.models import Job
from annotations.labels.targets import Target
from annotations.learning.predictions import choices_of
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.refitting.queries import learnt_labels
from annotations.review.accepting import accept_above
from annotations.review.actions import ReviewAnswer, answer_page, open_page, skip_page
from annotations.review.models import ReviewPage
from annotations.review.queries import page_in_words
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon


@extend_schema(request=ReviewIn, responses={200: ReviewPageOut, 204: None})
@api_view(["POST"])
def review_pages(request: Request, project_id: int) -> Response:
    """What is best done next: up to 200 objects that most likely deserve one answer, kept for you alone for half an
    hour after what you did last. Your own page that isn't finished comes back; 204 when nothing is left."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    body = checked(ReviewIn, request)
    criteria = Filter.parse(body["filter"], request.user)
    page = open_page(
        project=project, user=request.user, order=body["order"], size=body["size"], criteria=criteria
    )
    return Response(status=204) if page is None else Response(in_full(page))


@extend_schema(methods=["GET"], responses=ReviewPageOut)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["GET", "DELETE"])
def review_page(request: Request, page_id: int) -> Response:
    """What waits of a page of yours yet. DELETE skips it: others may get it at once, you in two hours."""
    page = own_page(request, page_id)
    if request.method == "DELETE":
        skip_page(page=page)
        return Response(status=204)
    return Response(in_full(page))


@extend_schema(parameters=IDEMPOTENCY, request=ReviewAnswerIn, responses=OutcomeOut)
@api_view(["POST"])
@answered_once
def review_answer(request: Request, page_id: int) -> Response:
    """Says what objects of a page are: all of them, or some now and the others later. What another person changed
    meanwhile comes back among `conflicts`; that a model has spoken since is none."""
    page = own_page(request, page_id)
    body = checked(ReviewAnswerIn, request)
    answer = ReviewAnswer(
        taxon=the_taxon(body.get("taxon")),
        accepted=body.get("accepted", []),
        others=[_other(other) for other in body.get("others", [])],
        set_aside=[Target(aside["id"], aside["version"]) for aside in body.get("set_aside", [])],
        rejected=_rejected(body.get("set_aside", [])),
    )
    return Response(answer_page(page=page, user=request.user, answer=answer).as_dict())


@extend_schema(
    parameters=IDEMPOTENCY,
    request=MachineValidationIn,
    responses={200: MachineValidationOut, 202: StartedOut},
)
@api_view(["POST"])
@answered_once
def machine_validations(request: Request, project_id: int) -> Response:
    """Makes all that is predicted as a taxon with at least some score machine-validated: a label by your rule, which
    nobody looked at; but not what is unlike anything learnt, or was taken out of a page as something else. Models leave
    these alone, people label them as any other; it is undone as one batch. Many are a job (202). With `guesses` it is
    what lies below the score as one of these, and reaches it as the taxon above them."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    body = checked(MachineValidationIn, request)
    taxon = the_taxon(body["taxon"])
    assert taxon is not None
    outcome = accept_above(
        project=project,
        user=request.user,
        taxon=taxon,
        threshold=body["threshold"],
        expected=body["objects"],
        criteria=Filter.parse(body["filter"], request.user),
        guesses=the_taxa(set(body["guesses"])).values(),
    )
    if isinstance(outcome, Job):
        return Response({"job": outcome.pk}, status=202)
    return Response({"batch": outcome.batch, "changed": outcome.changed})


def in_full(page: ReviewPage) -> dict:
    """With all that whoever has it before them is told of it, in one answer."""
    words = page_in_words(page)
    ids = [row["id"] for row in words["objects"]]
    best = {each["id"]: each["best"] for each in choices_of(page.project_id, ids)}
    objects = [{**row, "best": best.get(row["id"], [])} for row in words["objects"]]
    return {**words, "objects": objects, "learnt_labels": learnt_labels(page.project_id)}


def own_page(request: Request, page_id: int) -> ReviewPage:
    page = ReviewPage.objects.filter(pk=page_id, user=request.user.pk).first()
    if page is None:
        raise Http404("There is no such page of a review, or it is somebody else's.")
    open_project(request.user, page.project_id, Role.ANNOTATOR)
    return page


def _rejected(set_aside: list[dict]) -> dict[int, int]:
    """object → the taxon that it is not."""
    rejected = {aside["id"]: aside["taxon"] for aside in set_aside if "taxon" in aside}
    the_taxa(set(rejected.values()))
    return rejected


def _other(body: dict) -> tuple[Target, Taxon]:
    taxon = the_taxon(body["taxon"])
    assert taxon is not None
    return Target(body["id"], body["version"]), taxon
