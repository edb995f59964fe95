"""What a program has already is not sent again: `ETag`, and 304 to `If-None-Match`."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, set_response_etag

from annotations.api.query_parameters import PREFIX

MOST_BYTES = (
    100_000  # pages of objects are larger, and differ after every label: a digest of each is for nothing
)


class AnswerUnchanged:
    """Middleware of what is read again and again: lists of projects, taxa, traits, jobs; the API's description."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "GET" or response.status_code != 200 or not isinstance(response, HttpResponse):
            return response
        if not _is_worth_it(request, response):
            return response
        response.headers.setdefault("Cache-Control", "private, no-cache")  # kept, but asked for each time
        set_response_etag(response)
        return get_conditional_response(request, response.headers["ETag"], None, response) or response


def _is_worth_it(request: HttpRequest, response: HttpResponse) -> bool:
    if "no-store" in response.headers.get("Cache-Control", "") or "ETag" in response.headers:
        return False
    if request.path_info.startswith(PREFIX):
        return len(response.content) <= MOST_BYTES
    return request.path_info == reverse("api:schema")
