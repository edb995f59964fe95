"""Where a standby of PostgreSQL answers reading requests: who has just changed something is sent to the primary.

A standby is a moment behind. The proxy in front reads this cookie (docs/scale.md); Seston itself asks one database.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

COOKIE = "seston_changed"
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class MarkChanges:
    """Middleware: for `STANDBY_SECONDS` after a request that may have changed something the browser has the cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        if not settings.STANDBY_SECONDS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE:
            response.set_cookie(
                COOKIE,
                "1",
                max_age=settings.STANDBY_SECONDS,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response
