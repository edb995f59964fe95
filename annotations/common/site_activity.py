"""Whether people are at the site: work that nobody waits for makes room for them."""

import logging
import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

KEY = "attended"
STAYS = 15  # seconds after a request
NOTED_EVERY = 5.0  # seconds, by each web process
log = logging.getLogger(__name__)


class NoteAttendance:
    """Middleware. Who only watches a job doesn't count: it is not to be slower for that."""

    noted = -NOTED_EVERY  # when this process last did, however often the middleware is made in it

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple[object, ...], options: dict[str, object]
    ) -> None:
        if not _is_person(request) or time.monotonic() - NoteAttendance.noted < NOTED_EVERY:
            return
        NoteAttendance.noted = time.monotonic()
        try:
            cache.set(KEY, True, STAYS)
        except redis.RedisError as error:
            log.warning("Nobody can tell that somebody is here: %s", error)


def is_attended() -> bool:
    """Whether somebody has asked for anything of late; where nobody can tell, no."""
    try:
        return bool(cache.get(KEY))
    except redis.RedisError:
        return False


def _is_person(request: HttpRequest) -> bool:
    has_name = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
    return has_name and request.resolver_match is not None and request.resolver_match.app_name != "jobs"
