"""What a person may not do, or asks for in a way that can't be answered: one middleware says it on the page.

Actions raise; views don't catch. What a page's own form is refused stands beside its fields: see `forms.py`.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


class Refusal(ValidationError):
    """One that has a status of its own, or an address: the page where the person gets on, instead of the one before."""

    status = 400
    address: str | None = None


STATUSES: dict[type[Exception], int] = {ValidationError: 400, PermissionDenied: 403, Http404: 404}
SAFE = ("GET", "HEAD", "OPTIONS")


class SayRefusals:
    """Middleware: a refusal of a view becomes a message.

    * htmx: the message alone, out of band; the page's content stays as it is
    * a form that was sent: back to its page, where the message stands
    * an address that was opened: a page that says it; for a script of the page, plain words

    What is forbidden or not there stays Django's page of 403 or 404, but for htmx.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        status = next((code for kind, code in STATUSES.items() if isinstance(error, kind)), None)
        if status is None:
            return None
        if getattr(request, "htmx", False):
            return _out_of_band(request, _sentences(error), getattr(error, "status", status))
        if not isinstance(error, ValidationError):
            return None
        if request.method not in SAFE and not _is_script(request):
            for sentence in error.messages:
                messages.error(request, sentence)
            return redirect(getattr(error, "address", None) or _page_before(request))
        return refuse_in_place(request, error.messages, getattr(error, "status", status))


def back_to(name: str, *parameters: str) -> Callable[[Callable], Callable]:
    """Decorator: the page whose form a view answers, for browsers that don't say where they come from.

    `parameters` are those of the view that the page's address has, too.
    """

    def decorate(view: Any) -> Callable:
        view.page_before = (name, parameters)
        return view

    return decorate


def _sentences(error: Exception) -> list[str]:
    return error.messages if isinstance(error, ValidationError) else [str(error) or "You may not do this."]


def _out_of_band(request: HttpRequest, sentences: list[str], status: int) -> HttpResponse:
    """`base.html` tells htmx to take nothing else out of an answer of 400 and more."""
    return render(request, "includes/refusal.html", {"sentences": sentences}, status=status)


def refuse_in_place(request: HttpRequest, sentences: list[str], status: int = 400) -> HttpResponse:
    """A page that says it, without where it came from; for a script of the page, plain words."""
    if request.headers.get("Sec-Fetch-Mode") == "navigate" or "text/html" in request.headers.get(
        "Accept", ""
    ):
        return render(request, "400.html", {"sentences": sentences, "path": request.path}, status=status)
    return HttpResponse(" ".join(sentences), content_type="text/plain; charset=utf-8", status=status)


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"


def _page_before(request: HttpRequest) -> str:
    """Where the form was: as the browser says, else as the view says, else the address itself."""
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}, request.is_secure()):
        return referrer
    match: Any = request.resolver_match
    name, parameters = getattr(match.func, "page_before", (None, ()))
    if name is None:
        return request.path
    return resolve_url(name, *(match.kwargs[parameter] for parameter in parameters))
