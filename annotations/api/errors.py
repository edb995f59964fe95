"""Every error of the API has one shape: {"detail": a sentence, "errors": what is wrong, one by one}."""

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
        return _answer(" ".join(error.messages), status.HTTP_400_BAD_REQUEST)
    if isinstance(error, PermissionDenied):
        return _answer(str(error) or "You may not do this.", status.HTTP_403_FORBIDDEN)
    if isinstance(error, Http404):
        return _answer(str(error), status.HTTP_404_NOT_FOUND)
    if isinstance(error, TooManyFilesSent):
        return _answer(
            "These are more than 100 files: send them in several requests.", status.HTTP_400_BAD_REQUEST
        )
    if isinstance(error, exceptions.ValidationError):
        return _answer(_sentence(error.detail), status.HTTP_400_BAD_REQUEST)
    return exception_handler(error, context)


def _answer(sentence: str, code: int) -> Response:
    return Response({"detail": sentence}, status=code)


def _sentence(detail: object) -> str:
    if isinstance(detail, dict):
        return " ".join(f"`{name}`: {_sentence(messages)}" for name, messages in detail.items())
    if isinstance(detail, list):
        return " ".join(map(_sentence, detail))
    return str(detail)
