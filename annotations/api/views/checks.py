"""Quality checks: how good a set of labels is, from random looks."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked, the_taxon
from annotations.api.serializers.checks import CheckIn, CheckOut, LookIn, LookOut, NextLookOut, OneCheckOut
from annotations.api.serializers.labels import OutcomeOut
from annotations.checks.actions import answer_look, correct_labels, discard_check, finish_check, start_check
from annotations.checks.errors import errors_of
from annotations.checks.figures import figures_of
from annotations.checks.models import CheckAnswer, QualityCheck
from annotations.checks.queries import MOST_AHEAD, check_in, checks_of, looked_at_by, next_looks, open_to
from annotations.checks.wording import verdict
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.filter import Filter

LATEST = 200  # that the list has


@extend_schema(methods=["GET"], responses=CheckOut(many=True))
@extend_schema(methods=["POST"], parameters=IDEMPOTENCY, request=CheckIn, responses={201: OneCheckOut})
@api_view(["GET", "POST"])
@answered_once
def checks(request: Request, project_id: int) -> Response:
    """The project's latest quality checks. An annotator's POST freezes a set and draws from it: a set of very many
    objects by a job, until when there is nothing to look at."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    if request.method == "GET":
        return Response([_as_dict(check) for check in checks_of(project)[:LATEST]])
    body = checked(CheckIn, request)
    criteria = Filter.parse(body.pop("filter"), request.user)
    check = start_check(project=project, user=request.user, criteria=criteria, **body)
    return Response(_whole(check), status=201)


@extend_schema(methods=["GET"], responses=OneCheckOut)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["GET", "DELETE"])
def check(request: Request, check_id: int) -> Response:
    """A check with its figures: of one that isn't finished, for who looks. DELETE discards one that isn't finished."""
    if request.method == "DELETE":
        discard_check(check=_check(request, check_id, Role.ANNOTATOR), user=request.user)
        return Response(status=204)
    return Response(_whole(open_to(_check(request, check_id), request.user)))


@extend_schema(methods=["GET"], responses=NextLookOut(many=True))
@extend_schema(methods=["POST"], parameters=IDEMPOTENCY, request=LookIn, responses=LookOut)
@api_view(["GET", "POST"])
@answered_once
def looks(request: Request, check_id: int) -> Response:
    """For who started it: the next objects to look at, in their order; none are left when it is empty. POST answers the
    next one, or once more one that was answered, unless the check is blind."""
    quality_check = looked_at_by(_check(request, check_id, Role.ANNOTATOR), request.user)
    if request.method == "GET":
        return Response([look.as_dict() for look in next_looks(quality_check, MOST_AHEAD)])
    body = checked(LookIn, request)
    answer = CheckAnswer(body["answer"]) if body["answer"] else None
    look = answer_look(
        check=quality_check,
        user=request.user,
        place=body["place"],
        answer=answer,
        taxon=the_taxon(body.get("taxon")),
    )
    return Response({"place": look.place, "answer": look.answer, "figures": _figures(quality_check)})


@extend_schema(request=None, responses=OneCheckOut)
@api_view(["POST"])
def finish(request: Request, check_id: int) -> Response:
    """For who started it: stops looking, and opens the figures to all members."""
    return Response(_whole(finish_check(check=_check(request, check_id, Role.ANNOTATOR), user=request.user)))


@extend_schema(request=None, responses=OutcomeOut)
@api_view(["POST"])
def correct(request: Request, check_id: int) -> Response:
    """Gives what was judged wrong the taxa that were named, as one batch. What changed since comes back."""
    quality_check = _check(request, check_id, Role.ANNOTATOR)
    return Response(correct_labels(check=quality_check, user=request.user).as_dict())


def _check(request: Request, check_id: int, least: Role = Role.VIEWER) -> QualityCheck:
    project_id = QualityCheck.objects.filter(pk=check_id).values_list("project_id", flat=True).first()
    try:
        project = open_project(request.user, project_id or 0)
    except Http404:
        raise Http404("There is no such quality check, or it is not for you to see.") from None
    open_project(request.user, project.pk, least)
    return check_in(project, check_id)


def _as_dict(check: QualityCheck) -> dict:
    return {
        "id": check.pk,
        "filter": check.criteria,
        "words": check.words,
        "person": check.user.display_name if check.user else None,
        "objects_in_set": check.objects_in_set,
        "drawn": check.drawn,
        "job": check.job_id,
        "least": check.least,
        "half_width": check.half_width,
        "is_blind": check.is_blind,
        "created": check.created,
        "finished": check.finished,
    }


def _figures(check: QualityCheck) -> dict:
    figures = figures_of(check)
    return {**figures.as_dict(), "sentence": verdict(check, figures)}


def _whole(check: QualityCheck) -> dict:
    return {
        **_as_dict(check),
        "figures": None if check.objects_in_set is None else _figures(check),
        "errors": errors_of(check).as_dict() if check.finished else None,
    }
