"""A parameter that a route does not know is refused by name: passed over, `sampel=3` would answer with everything."""

import difflib
from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.settings import api_settings
from rest_framework.views import APIView

PREFIX = "/api/v1/"


class RefuseUnknownParameters:
    """Middleware: answers 400 where the query string of an API route names what its description doesn't."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        view_class = getattr(view, "cls", None)
        if view_class is None or not request.GET or not request.path_info.startswith(PREFIX):
            return None
        if request.method == "OPTIONS":  # asks about the route, whatever it would be sent
            return None
        known_names = parameters_of(view_class, request.method or "GET")
        unknown = sorted(set(request.GET) - known_names - {api_settings.URL_FORMAT_OVERRIDE})
        if not unknown:
            return None
        sentences = [_sentence(name, sorted(known_names)) for name in unknown]
        return JsonResponse({"detail": " ".join(sentences)}, status=400)


@cache
def parameters_of(view_class: type[APIView], method: str) -> frozenset[str]:
    """The names that a route takes in its query string, as `extend_schema` describes them."""
    handler = getattr(view_class, method.lower(), None)
    schema_class = getattr(handler, "kwargs", {}).get("schema")
    if schema_class is None:
        return frozenset()
    view = view_class()
    view.setup(HttpRequest())
    schema = schema_class()
    schema.view, schema.method = view, method.upper()
    return frozenset(name for parameter in schema.get_override_parameters() for name in _names(parameter))


def _names(parameter: object) -> list[str]:
    """A parameter is described by itself, or several as the fields of a serializer."""
    if isinstance(parameter, OpenApiParameter):
        return [parameter.name] if parameter.location == OpenApiParameter.QUERY else []
    serializer = parameter() if isinstance(parameter, type) else parameter
    return list(getattr(serializer, "fields", []))


def _sentence(name: str, known_names: list[str]) -> str:
    if not known_names:
        return f"There is no parameter `{name}` here: this route takes none."
    near = difflib.get_close_matches(name, known_names, 1)
    remedy = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known_names)}."
    return f"There is no parameter `{name}` here: {remedy}"
