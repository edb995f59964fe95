"""HEAD asks what GET would answer, without the body: DRF's function views know no HEAD."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from annotations.api.query_parameters import PREFIX


class AnswerHead:
    """Middleware: a route that answers GET answers HEAD, and says so in `Allow`. The server leaves the body out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        method = request.method
        response = self.get_response(request)
        request.method = method
        if request.path_info.startswith(PREFIX):
            _allow_head(response)
        return response

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        view_class = getattr(view, "cls", None)
        if request.method != "HEAD" or not request.path_info.startswith(PREFIX):
            return
        if "head" not in getattr(view_class, "http_method_names", ["head"]):
            request.method = "GET"


def _allow_head(response: HttpResponseBase) -> None:
    methods = response.headers.get("Allow", "").split(", ")
    if "GET" in methods and "HEAD" not in methods:
        response.headers["Allow"] = ", ".join(sorted([*methods, "HEAD"]))
