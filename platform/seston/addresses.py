"""A number in an address that no row of the database can have: there is no such page, and nobody has to ask for it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase

from annotations.api.query_parameters import PREFIX
from annotations.api.views.nowhere import nowhere

LARGEST = 2**63 - 1  # PostgreSQL's bigint


class RefuseImpossibleNumbers:
    """Middleware: answers 404 where `<int:…>` of a route is larger than any id: SQL that compares it would fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponseBase | None:
        if all(number <= LARGEST for number in kwargs.values() if isinstance(number, int)):
            return None
        if request.path_info.startswith(PREFIX):
            return nowhere(request, rest="")  # as JSON
        raise Http404("No page has so large a number.")
