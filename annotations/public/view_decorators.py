"""Views that need no account: they are read only, so many a minute, and no cache keeps what may be closed tomorrow."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.common.refusals import refuse_in_place
from annotations.public.throttling import WINDOW, is_asking_too_much

TOO_MUCH = "Too many requests came from your address: wait a minute, or sign in."


def for_everybody(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @require_safe
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_asking_too_much(request):
            refusal = refuse_in_place(request, [TOO_MUCH], status=429)
            refusal["Retry-After"] = str(WINDOW)
            return refusal
        return view(request, *args, **kwargs)

    return answer
