"""A request that is sent again because its answer got lost is answered again, and writes nothing twice.

The client makes a UUID for each thing that it writes, and sends it as the header `Idempotency-Key` however often it has
to try. The key is noted in the transaction that writes: two requests at the same moment wait for each other, and what
was refused or rolled back is not remembered.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.models import AnsweredRequest
from annotations.api.renderers import OrjsonRenderer

REMEMBERED = timedelta(days=90)  # a browser that was closed in the meantime sends what it still has
IDEMPOTENCY = [
    OpenApiParameter(
        "Idempotency-Key",
        OpenApiTypes.UUID,
        OpenApiParameter.HEADER,
        description="a UUID of your making: the same request sent again with it gets the same answer, and writes "
        f"nothing twice. Remembered for {REMEMBERED.days} days.",
    ),
    OpenApiParameter(
        "Seston-Person",
        OpenApiTypes.INT64,
        OpenApiParameter.HEADER,
        description="who did this: where somebody else is signed in by now, it is a 401 and nothing is written",
    ),
]
BEGIN = """
INSERT INTO api_answeredrequest (user_id, key, path, created) VALUES (%s, %s, %s, now())
ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""
View = Callable[..., Response]


def answered_once(view: View) -> View:
    """Makes a view heed the headers of `IDEMPOTENCY`. It goes below `api_view`."""

    @wraps(view)
    def wrapper(request: Request, *args: object, **kwargs: object) -> Response:
        _refuse_somebody_else(request)
        key = _key(request)
        if key is None or request.method == "GET":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            entry = _begin(request, key)
            return _repeat(request, key) if entry is None else _answer(entry, view(request, *args, **kwargs))

    return wrapper


def forget_answered_requests() -> int:
    """Removes the answers that nobody will ask for again; returns how many."""
    return AnsweredRequest.objects.filter(created__lt=timezone.now() - REMEMBERED).delete()[0]


def _begin(request: Request, key: UUID) -> int | None:
    """The number of a new entry, or None where the key was used; waits for whoever is using it just now."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [request.user.pk, key, request.path])
        row = cursor.fetchone()
    return row and row[0]


def _answer(entry: int, response: Response) -> Response:
    entries = AnsweredRequest.objects.filter(pk=entry)
    if response.status_code >= 400:  # refused without an exception: it may be tried again
        entries.delete()
    else:
        entries.update(status=response.status_code, answer=_as_sent(response.data))
    return response


def _as_sent(data: object) -> object:
    """With moments as the client read them."""
    return None if data is None else json.loads(OrjsonRenderer().render(data))


def _repeat(request: Request, key: UUID) -> Response:
    entry = AnsweredRequest.objects.get(user=request.user, key=key)
    if entry.path != request.path:
        raise ValidationError("This `Idempotency-Key` was used for another request: make a new one for each.")
    return Response(entry.answer, status=entry.status)


def _key(request: Request) -> UUID | None:
    text = request.headers.get("Idempotency-Key")
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise ValidationError("`Idempotency-Key` takes a UUID, such as crypto.randomUUID() makes.") from None


def _refuse_somebody_else(request: Request) -> None:
    """In a browser another person may have signed in since the page was opened: nothing goes out under their name."""
    person = request.headers.get("Seston-Person")
    if person is not None and person != str(request.user.pk):
        raise NotAuthenticated(
            f"You are signed in as {request.user} by now, and this is somebody else's work: it waits for them."
        )
