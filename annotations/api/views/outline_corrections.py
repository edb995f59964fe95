"""Correcting outlines on a scan, and taking that back."""

from collections.abc import Callable

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked, the_taxon
from annotations.api.serializers.outline_corrections import (
    OutlineCorrectionIn,
    OutlineCorrectionsOut,
    OutlineOutcomeOut,
)
from annotations.api.views.scans import number_before
from annotations.api.views.serving import Away
from annotations.learning.serving import NoAnswer
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.scans.corrections.actions import RequestedCorrection, correct_outlines
from annotations.scans.corrections.errors import OutlineOvertaken
from annotations.scans.corrections.models import CorrectionKind, OutlineCorrection
from annotations.scans.corrections.outlined import ExpectedOutline
from annotations.scans.corrections.queries import (
    open_correction,
    outcome_of,
    page_of_corrections,
    serialize_correction,
)
from annotations.scans.corrections.undoing import undo_correction
from annotations.scans.queries import open_scan


@extend_schema(
    methods=["GET"],
    operation_id="scan_corrections_list",
    parameters=[OpenApiParameter("before", int, description="`next` of the page before")],
    responses=OutlineCorrectionsOut,
)
@extend_schema(
    methods=["POST"],
    parameters=IDEMPOTENCY,
    request=OutlineCorrectionIn,
    responses={201: OutlineOutcomeOut},
)
@api_view(["GET", "POST"])
@answered_once
def corrections(request: Request, project_id: int, scan_id: int) -> Response:
    """What people corrected on the scan, the newest first. POST cuts, merges, deletes, draws or reshapes.

    A cut leaves its label to the largest part. 409 where somebody corrected one of the objects meanwhile, 503 when the
    serving worker is away: nothing is changed then.
    """
    if request.method == "GET":
        project = open_project(request.user, project_id)
        scan = open_scan(project, scan_id)
        page, following = page_of_corrections(scan, number_before(request, "a correction"))
        results = [serialize_correction(one, request.user, project.role) for one in page]
        return Response({"results": results, "next": following})
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    scan = open_scan(project, scan_id)
    requested = _requested(checked(OutlineCorrectionIn, request))
    return _outcome(
        lambda: correct_outlines(project=project, user=request.user, scan=scan, requested=requested),
        status=201,
    )


def _requested(body: dict) -> RequestedCorrection:
    return RequestedCorrection(
        kind=CorrectionKind(body["kind"]),
        objects=[ExpectedOutline(**one) for one in body["objects"]],
        line=body["line"],
        taxon=the_taxon(body["taxon"]),
    )


@extend_schema(parameters=IDEMPOTENCY, request=None, responses=OutlineOutcomeOut)
@api_view(["POST"])
@answered_once
def undo(request: Request, project_id: int, scan_id: int, outline_correction_id: int) -> Response:
    """Takes a correction back: pictures, numbers and outlines are as they were. 409 where one of its objects has been
    corrected or labelled since."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    scan = open_scan(project, scan_id)
    number = open_correction(scan, outline_correction_id).pk
    return _outcome(
        lambda: undo_correction(
            project=project, user=request.user, role=project.role, scan=scan, correction_id=number
        ),
        status=200,
    )


def _outcome(act: Callable[[], OutlineCorrection], status: int) -> Response:
    try:
        return Response(outcome_of(act()), status=status)
    except OutlineOvertaken as overtaken:
        return Response({"detail": str(overtaken)}, status=409)
    except NoAnswer as error:
        raise Away(str(error)) from error
