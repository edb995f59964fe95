"""What everybody may read without an account, the pages of other sites may read, too (CORS).

Only that: with `*` a browser gives no page what it asked for with cookies, and nothing else is opened.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from rest_framework.permissions import AllowAny

SAFE = ("GET", "HEAD")


class AllowOrigins:
    """Middleware: adds `Access-Control-Allow-Origin` to answers of routes that ask for no account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        view_class = getattr(request.resolver_match and request.resolver_match.func, "cls", None)
        if request.method in SAFE and list(getattr(view_class, "permission_classes", [])) == [AllowAny]:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
        return response
