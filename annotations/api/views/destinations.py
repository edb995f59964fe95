"""Where one gets by typing, as Ctrl+K of every page asks it, and what is next, as the home page says."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.serializers.destinations import DestinationsOut, NextStepOut
from annotations.common.forms import IdField, SearchForm, cleaned
from annotations.projects.access import open_project
from annotations.projects.finding import Search, find_destinations
from annotations.projects.navigation import last_project_of
from annotations.projects.waiting import Asker
from annotations.projects.waiting import next_steps as steps_of


class GoToForm(SearchForm):
    project = IdField(required=False, refusal="`project` takes the number of a project.")


@extend_schema(
    parameters=[
        OpenApiParameter("q", str, description="what is typed; without it pages and projects"),
        OpenApiParameter(
            "project",
            int,
            description="what is in it comes first, and its pages are found, too; "
            "without it those of the project that a browser was in last",
        ),
    ],
    responses=DestinationsOut(many=True),
)
@api_view(["GET"])
def go_to(request: Request) -> Response:
    """Pages, projects, samples, taxa and saved views that you may open, by what they are called; best first."""
    form = cleaned(GoToForm(request.query_params))
    project = None if form["project"] is None else open_project(request.user, form["project"])
    last = None if project else last_project_of(request.user, request.session)
    groups = find_destinations(Search(request.user, form["q"], project, last))
    return Response(DestinationsOut(groups, many=True).data)


@extend_schema(responses=NextStepOut(many=True))
@api_view(["GET"])
def next_steps(request: Request) -> Response:
    """What waits for you: objects, second readings, mentions, jobs; the most urgent first."""
    return Response(NextStepOut(steps_of(Asker(request.user)), many=True).data)
