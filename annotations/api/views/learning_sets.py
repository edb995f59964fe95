"""Learning sets: built, looked at, compared, downloaded."""

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers import learning_sets as serializers
from annotations.api.serializers.jobs import JobOut
from annotations.api.views.jobs import started
from annotations.learning.models import LearningSet
from annotations.learning.queries import open_set, sets_seen_by
from annotations.learning.sets.actions import start_freezing
from annotations.learning.sets.comparing import compare_sets
from annotations.learning.sets.downloads import as_parquet
from annotations.search.values import whole


def serialize_learning_set(learning_set: LearningSet) -> dict:
    return {
        "id": learning_set.pk,
        "name": learning_set.name,
        "projects": [project.pk for project in learning_set.projects.all()],
        "is_frozen": learning_set.is_frozen,
        "job": learning_set.job_id,
        "created": learning_set.created,
        "recipe": learning_set.recipe,
        "facts": learning_set.facts,
    }


@extend_schema(methods=["GET"], responses=serializers.LearningSetOut(many=True))
@extend_schema(methods=["POST"], request=serializers.LearningSetIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def learning_sets(request: Request) -> Response:
    """The sets of all whose projects you are a member; a POST of a manager of each builds one.

    The job's `result.learning_set` is its number.
    """
    if request.method == "POST":
        recipe = checked(serializers.LearningSetIn, request)
        name = recipe.pop("name", "")
        return started(start_freezing(user=request.user, recipe=recipe, name=name))
    return Response([serialize_learning_set(entry) for entry in sets_seen_by(request.user)])


@extend_schema(responses=serializers.LearningSetOut)
@api_view(["GET"])
def learning_set(request: Request, set_id: int) -> Response:
    """What was asked for, and what came of it."""
    return Response(serialize_learning_set(open_set(request.user, set_id)))


@extend_schema(responses={(200, "application/vnd.apache.parquet"): bytes})
@api_view(["GET"])
def download(request: Request, set_id: int) -> HttpResponseBase:
    """The frozen set as Parquet; `path` is the picture's key in the storage. `python -m classifier train` takes it."""
    return as_parquet(open_set(request.user, set_id))


@extend_schema(
    parameters=[
        OpenApiParameter(name, int, required=True, description="number of a frozen set") for name in "ab"
    ],
    responses=serializers.SetComparisonOut,
)
@api_view(["GET"])
def compare(request: Request) -> Response:
    """Which objects are in one set alone, which have another label, and how many each has of a taxon."""
    a, b = (open_set(request.user, whole(request.query_params.get(name, ""), name)) for name in "ab")
    return Response(compare_sets(a, b))
