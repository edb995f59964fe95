"""What a person asked for in a way that can't be answered: said in words, never as a traceback."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import render


def validation_error_as_400(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A ValidationError of the view becomes status 400: a page for a browser, plain words for its scripts."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ValidationError as error:
            if request.headers.get("Sec-Fetch-Mode") == "navigate":
                context = {"messages_in_words": error.messages, "path": request.path}
                return render(request, "400.html", context, status=400)
            return HttpResponseBadRequest(" ".join(error.messages), content_type="text/plain; charset=utf-8")

    return wrapper
