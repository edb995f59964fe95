"""The address of the next page as a `Link` header (RFC 8288), which HTTP libraries follow by themselves."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from rest_framework.response import Response

from annotations.api.query_parameters import PREFIX, parameters_of


class LinkPages:
    """Middleware: a page whose `next` goes on by `cursor` says the whole address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            request.method == "GET"
            and request.path_info.startswith(PREFIX)
            and isinstance(response, Response)
        ):
            _link(request, response)
        return response


def _link(request: HttpRequest, response: Response) -> None:
    following = response.data.get("next") if isinstance(response.data, dict) else None
    match = request.resolver_match
    view_class = getattr(match and match.func, "cls", None)
    if not following or view_class is None or "cursor" not in parameters_of(view_class, "GET"):
        return
    query = request.GET.copy()
    query["cursor"] = str(following)
    address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    response.headers["Link"] = f'<{address}>; rel="next"'
