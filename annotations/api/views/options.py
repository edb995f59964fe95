"""The entries of long lists, as fields of pages ask for them while one types."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.serializers.options import OptionOut
from annotations.common.forms import IdField, SearchForm, cleaned
from annotations.projects.optionlists import CARRIED, open_list

PARAMETERS = [
    OpenApiParameter("q", str, description="words that the entries hold; without it the first of them"),
    OpenApiParameter("limit", int, description=f"at most so many, 1 to {CARRIED} ({CARRIED})"),
]


class OptionsForm(SearchForm):
    limit = IdField(required=False, refusal=f"`limit` takes a whole number from 1 to {CARRIED}.")

    def clean_limit(self) -> int:
        limit = self.cleaned_data["limit"] or CARRIED
        return min(limit, CARRIED)


@extend_schema(parameters=PARAMETERS, responses=OptionOut(many=True))
@api_view(["GET"])
def options(request: Request, list_key: str) -> Response:
    """What a field lets you choose: `models` to predict with or to compare, `parents` to train from,
    `learning-sets`, and `segmenters` to find objects with."""
    return _answer(request, list_key)


@extend_schema(parameters=PARAMETERS, responses=OptionOut(many=True))
@api_view(["GET"])
def project_options(request: Request, project_id: int, project_list: str) -> Response:
    """What a field lets you choose in a project: `members`, `colleagues`, `labellers` and `targets` of a merge for its
    managers, `actors` for experts; for its filters `acquisitions`, `annotators`, `columns`, `candidates`,
    `models-heard`, `doubting-models`; `counted-taxa` and `counted-samples` of its table of abundances."""
    return _answer(request, project_list, project_id)


def _answer(request: Request, key: str, project_id: int | None = None) -> Response:
    form = cleaned(OptionsForm(request.query_params))
    options, chooser = open_list(request.user, key, project_id)
    return Response(OptionOut(options.matching(chooser, form["q"], form["limit"]), many=True).data)
