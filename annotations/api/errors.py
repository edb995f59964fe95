"""Every error of the API has one shape: {"detail": a sentence}, with `errors` where single fields are wrong."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, TooManyFilesSent, ValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from annotations.accounts.lockout import SignInLocked
from annotations.jobs.errors import JobUnderWay


def as_json(error: Exception, context: dict) -> Response | None:
    """DRF's exception handler. What is not expected stays an exception, and becomes a logged 500."""
    if isinstance(error, JobUnderWay):
        return Response(
            {"detail": " ".join(error.messages), "job": error.job.pk}, status=status.HTTP_409_CONFLICT
        )
    if isinstance(error, SignInLocked):
        headers = {"Retry-After": str(error.seconds)}
        return Response({"detail": " ".join(error.messages)}, status=429, headers=headers)
    if isinstance(error, ValidationError):
        return _answer(" ".join(error.messages), getattr(error, "status", status.HTTP_400_BAD_REQUEST))
    if isinstance(error, PermissionDenied):
        return _answer(str(error) or "You may not do this.", status.HTTP_403_FORBIDDEN)
    if isinstance(error, Http404):
        return _answer(str(error), status.HTTP_404_NOT_FOUND)
    if isinstance(error, TooManyFilesSent):
        return _answer(
            "These are more than 100 files: send them in several requests.", status.HTTP_400_BAD_REQUEST
        )
    if isinstance(error, exceptions.ValidationError):
        return _with_places(error.detail, context)
    if isinstance(error, exceptions.NotAcceptable):
        return _answer(_other_kinds(error), status.HTTP_406_NOT_ACCEPTABLE)
    return exception_handler(error, context)


def _answer(sentence: str, code: int) -> Response:
    return Response({"detail": sentence}, status=code)


def _with_places(detail: object, context: dict) -> Response:
    """`errors` points to each: as RFC 9457 has it, in the body by `pointer`, in the address by `parameter`."""
    is_body = context["request"].method not in ("GET", "HEAD")
    errors = [
        {"detail": message, **({"pointer": f"#{place}"} if is_body else {"parameter": place[1:]})}
        for place, message in _places(detail, "")
    ]
    shape = {"detail": _sentence(detail), **({"errors": errors} if isinstance(detail, dict) else {})}
    return Response(shape, status=status.HTTP_400_BAD_REQUEST)


def _places(detail: object, place: str) -> Iterator[tuple[str, str]]:
    """Each sentence with its JSON pointer."""
    if isinstance(detail, dict):
        for name, messages in detail.items():
            part = str(name).replace("~", "~0").replace("/", "~1")
            yield from _places(messages, f"{place}/{part}")
    elif isinstance(detail, list) and any(isinstance(entry, (dict, list)) for entry in detail):
        for number, entry in enumerate(detail):
            yield from _places(entry, f"{place}/{number}")
    elif isinstance(detail, list):
        yield from ((place, str(message)) for message in detail)
    else:
        yield place, str(detail)


def _sentence(detail: object) -> str:
    if isinstance(detail, dict):
        return " ".join(f"`{name}`: {_sentence(messages)}" for name, messages in detail.items())
    if isinstance(detail, list):
        return " ".join(map(_sentence, detail))
    return str(detail)


def _other_kinds(error: exceptions.NotAcceptable) -> str:
    kinds = " or ".join(renderer.media_type for renderer in error.available_renderers or [])
    return f"This route does not answer as `Accept` asks: it answers as {kinds}."
