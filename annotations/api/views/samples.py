"""The samples of a project, and correcting what is known about them."""

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.models import User
from annotations.api.params import CURSOR, checked, limit_in
from annotations.api.serializers.jobs import JobOut, SampleDeletionIn, SampleDeletionPlanOut
from annotations.api.serializers.samples import CorrectedOut, CorrectionsOut, RowsIn, SampleOut, SamplesIn
from annotations.api.views.deletions import delete_samples
from annotations.common.keyset import page_back
from annotations.metadata.actions import drop_preview
from annotations.metadata.columns import columns_of
from annotations.metadata.correcting import correct_by_name, named_column
from annotations.metadata.levels import Level, level_at
from annotations.metadata.matching import plan_matching, previewed
from annotations.metadata.models import Correction
from annotations.metadata.queries import A_PAGE, corrections_of, values_of
from annotations.metadata.running import carry_out, take_back
from annotations.metadata.table import by_heading
from annotations.metadata.wording import sentence_of, value_lines
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.queries import samples_named
from annotations.search.filter import Filter


def serialize_correction(correction: Correction) -> dict:
    return {
        "id": correction.pk if correction.applied else None,
        "what": sentence_of(correction),
        "user": correction.user.display_name if correction.user else None,
        "how": correction.source,
        "applied": correction.applied,
        "level": correction.level,
        "rows": correction.rows,
        "samples": correction.rows if correction.level == "sample" else None,
        "job": correction.job_id,
        "is_undone": getattr(correction, "undone_by", None) is not None,
    }


def _corrected(correction: Correction, stay: int = 0) -> Response:
    is_trial = correction.filter is not None and not correction.applied
    changes = value_lines(correction.level, previewed(correction) if is_trial else values_of(correction))
    if correction.level == "sample":
        changes = [{"sample": change.pop("row"), **change} for change in changes]
    status = 202 if correction.job_id else 200
    return Response({**serialize_correction(correction), "changes": changes, "stay": stay}, status=status)


@extend_schema(
    methods=["GET"],
    parameters=[
        OpenApiParameter("q", str, description="part of their ids, whatever the case"),
        OpenApiParameter("limit", int, description="at most so many, 1 to 1000 (all)"),
    ],
    responses=SampleOut(many=True),
)
@extend_schema(methods=["PATCH"], request=SamplesIn, responses=CorrectedOut)
@extend_schema(
    methods=["DELETE"], request=SampleDeletionIn, responses={200: SampleDeletionPlanOut, 202: JobOut}
)
@api_view(["GET", "PATCH", "DELETE"])
def samples(request: Request, project_id: int) -> Response:
    """The samples of a project, with place and free columns; with `q`, those whose id holds it.

    A manager's PATCH corrects any of them, all as one: positions, moments and depths are those of all objects of a
    sample, and day and night follow. It can be undone. DELETE puts some into the bin, with all their objects, from
    where they can be restored for thirty days; with `dry_run` it says how many objects go, and who validated them.
    """
    if request.method == "DELETE":
        project = open_project(request.user, project_id, Role.MANAGER)
        return delete_samples(project, request.user, **checked(SampleDeletionIn, request))
    if request.method == "PATCH":
        project = open_project(request.user, project_id, Role.MANAGER)
        return _patched(project, request.user, **checked(SamplesIn, request))
    open_project(request.user, project_id)
    limit = limit_in(request.query_params)
    return Response(samples_named(project_id, request.query_params.get("q", ""), limit))


def _patched(project: Project, user: User, samples: list[dict], dry_run: bool) -> Response:
    correction = correct_by_name(project=project, user=user, rows=samples, is_trial=dry_run)
    answer = _corrected(correction)
    if dry_run:
        drop_preview(correction=correction)
    return answer


@extend_schema(request=RowsIn, responses={200: CorrectedOut, 202: CorrectedOut})
@api_view(["PATCH"])
def rows(request: Request, project_id: int, level: str) -> Response:
    """Corrects rows of a table (`samples`, `acquisitions`, `processes`, `objects`), all as one, for managers.

    Either `rows`, each with what it gets, or, of objects, a `filter` and what all that match get. More than 2,000 are
    corrected by a job (202, `job`). It can be undone.
    """
    project, table = open_project(request.user, project_id, Role.MANAGER), level_at(level)
    body = checked(RowsIn, request)
    if ("filter" in body) == ("rows" in body):
        raise ValidationError("Send either `rows`, or a `filter` with `set`.")
    if "rows" in body:
        correction = correct_by_name(
            project=project, user=request.user, rows=body["rows"], is_trial=body["dry_run"], level=table
        )
    else:
        correction = _matching(project, request.user, table, body)
    answer = _corrected(correction)
    if body["dry_run"]:
        drop_preview(correction=correction)
    return answer


def _matching(project: Project, user: User, table: Level, body: dict) -> Correction:
    if table.key != "object":
        raise ValidationError("`filter` is about objects: name the `rows` of other tables.")
    if len(body.get("set", {})) != 1:
        raise ValidationError('`set` takes one column with its value: as {"depth_min": "10"}.')
    ((name, value),) = body["set"].items()
    column = named_column(name, by_heading(columns_of(project, table.key), table), table)
    correction = plan_matching(
        project=project,
        user=user,
        criteria=Filter.parse(body["filter"], user),
        column=column,
        value=value or "",
        source=Correction.CorrectionSource.API,
    )
    return correction if body["dry_run"] else carry_out(correction=correction, user=user)


@extend_schema(parameters=[CURSOR], responses=CorrectionsOut)
@api_view(["GET"])
def corrections(request: Request, project_id: int) -> Response:
    """How samples were corrected, the last first, for managers."""
    project = open_project(request.user, project_id, Role.MANAGER)
    cursor = request.query_params.get("cursor")
    page, following = page_back(corrections_of(project), "latest", cursor, A_PAGE)
    return Response({"results": [serialize_correction(one) for one in page], "next": following})


@extend_schema(request=None, responses=CorrectedOut)
@api_view(["POST"])
def undo(request: Request, project_id: int, correction_id: int) -> Response:
    """Takes a correction back; what somebody changed since stays. It is a correction itself, which can be undone."""
    project = open_project(request.user, project_id, Role.MANAGER)
    one = corrections_of(project).filter(pk=correction_id).first()
    if one is None:
        raise Http404("There is no such correction in this project.")
    back, stay = take_back(correction=one, user=request.user)
    return _corrected(back, stay)
