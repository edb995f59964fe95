"""Addresses with what no row of the database can have: such a number, or NUL in a text. Nobody has to ask for it."""

from collections.abc import Callable
from itertools import chain

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse

from annotations.api.query_parameters import PREFIX
from annotations.api.views.not_found import not_found
from annotations.common.refusals import refuse_in_place

LARGEST = 2**63 - 1  # PostgreSQL's bigint


class RefuseImpossibleAddresses:
    """Middleware: 404 where `<int:…>` of a route is larger than any id, or `<str:…>` holds NUL; 400 that names the
    parameter where one of the query string does. SQL would fail of either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponseBase | None:
        is_api = request.path_info.startswith(PREFIX)
        if any(map(_is_impossible, kwargs.values())):
            if is_api:
                return not_found(request, rest="")  # as JSON
            raise Http404("There is no such page.")
        wrong = [name for name, values in request.GET.lists() if any(map(_has_nul, chain([name], values)))]
        if not wrong:
            return None
        name = wrong[0].replace("\0", "")
        sentence = f"`{name}` holds NUL, which is in no text: leave it out."
        return (
            JsonResponse({"detail": sentence}, status=400) if is_api else refuse_in_place(request, [sentence])
        )


def _is_impossible(value: object) -> bool:
    return value > LARGEST if isinstance(value, int) else _has_nul(value)


def _has_nul(value: object) -> bool:
    return isinstance(value, str) and "\0" in value
