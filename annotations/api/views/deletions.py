"""Deleting objects and samples, and the bin of a project in which they wait."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.models import User
from annotations.api.params import CURSOR, checked
from annotations.api.serializers.jobs import (
    DeletionIn,
    ExpectedIn,
    JobOut,
    ObjectDeletionsOut,
)
from annotations.api.views.jobs import started
from annotations.common.keyset import page_back
from annotations.deletions.models import ObjectDeletion
from annotations.deletions.object_actions import (
    start_deletion,
    start_purge,
    start_restoring,
    start_sample_deletion,
)
from annotations.deletions.queries import left_in, object_deletions, validators_of
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.search.filter import Filter
from annotations.search.selecting import count_matching

A_PAGE = 50


@extend_schema(request=DeletionIn, responses={202: JobOut})
@api_view(["POST"])
def deletions(request: Request, project_id: int) -> Response:
    """Puts the objects that match into the project's bin, from where they can be restored for thirty days; `expected`
    is their number, as projects/{id}/counts/ adds up to.
    """
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(DeletionIn, request)
    criteria = Filter.parse(body["filter"], request.user)
    return started(
        start_deletion(project=project, user=request.user, criteria=criteria, expected=body["expected"])
    )


def delete_samples(
    project: Project, user: User, *, samples: list[int], dry_run: bool, expected: int | None = None
) -> Response:
    """Puts whole samples into the bin, or with `dry_run` says what would go with them."""
    if dry_run:
        return Response(_plan(project, samples))
    if expected is None:
        raise ValidationError("`expected` is missing: say how many objects these samples have.")
    return started(start_sample_deletion(project=project, user=user, sample_ids=samples, expected=expected))


def _plan(project: Project, samples: list[int]) -> dict:
    numbers = tuple(project.samples.filter(pk__in=samples).values_list("pk", flat=True))
    criteria = Filter(sample=numbers)
    people = validators_of(project, criteria) if numbers else []
    return {
        "samples": len(numbers),
        "objects": count_matching(project, criteria) if numbers else 0,
        "validated_by": [
            {"name": person.display_name if person else None, "objects": count} for person, count in people
        ],
    }


@extend_schema(parameters=[CURSOR], responses=ObjectDeletionsOut)
@api_view(["GET"])
def deleted_objects(request: Request, project_id: int) -> Response:
    """What of the project is in its bin, the last deletion first: for managers all, for others what they deleted."""
    project = open_project(request.user, project_id)
    rows = object_deletions(request.user, project)
    page, following = page_back(rows, "latest", request.query_params.get("cursor"), A_PAGE)
    remaining = left_in(page)
    return Response(
        {"results": [serialize_deletion(one, remaining[one.pk]) for one in page], "next": following}
    )


def serialize_deletion(deletion: ObjectDeletion, remaining: int) -> dict:
    return {
        "id": deletion.pk,
        "filter": deletion.criteria,
        "samples": deletion.samples,
        "words": deletion.words,
        "objects": remaining,
        "deleted": deletion.deleted,
        "deleted_by": deletion.deleted_by.display_name if deletion.deleted_by else None,
        "until": deletion.until,
        "job": deletion.job_id,
    }


@extend_schema(request=None, responses={202: JobOut})
@api_view(["POST"])
def restore(request: Request, project_id: int, deletion_id: int) -> Response:
    """Puts back all that a deletion put into the bin, as it was: by managers, and by who deleted it."""
    project = open_project(request.user, project_id)
    return started(start_restoring(project=project, user=request.user, deletion_id=deletion_id))


@extend_schema(request=ExpectedIn, responses={202: JobOut})
@api_view(["DELETE"])
def purge(request: Request, project_id: int, deletion_id: int) -> Response:
    """Deletes for good, now, what a deletion put into the bin: by managers, with the number of its objects."""
    project = open_project(request.user, project_id, Role.MANAGER)
    expected = checked(ExpectedIn, request)["expected"]
    return started(
        start_purge(project=project, user=request.user, deletion_id=deletion_id, expected=expected)
    )
