"""Server-sent events of a project, straight from ASGI: an open page costs a coroutine here, not a thread of Django's.

`GET /live/<project>/?sample=1` sends `labels` and `traits` (whose changed), `marks` (on which objects something was
drawn), `comments` (on which object something was said) and `people` (who is there). With `since=`, milliseconds of Unix
time, it begins with what happened from then on, while the page was on its way.
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import json
import math
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from annotations.accounts.models import User
from annotations.common.live import channel, recent
from annotations.live.presence import appear, leave, present
from annotations.projects.access import role_in
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id

PATH = re.compile(r"^/live/(\d{1,18})/$")
BREATH = 15.0  # seconds between signs of life, and between looks whether the person is still a member
Application = Callable[..., Awaitable[None]]  # ASGI: scope, receive, send


def serve_live(application: Application) -> Application:
    """Answers GET /live/<project>/; everything else goes to `application`."""

    async def serve(scope: dict, receive: Callable, send: Callable) -> None:
        match = PATH.match(scope["path"]) if scope["type"] == "http" else None
        if not match:
            return await application(scope, receive, send)
        person, status = await _who(scope, int(match[1]))
        if person is None:
            return await _refuse(send, status)
        stream = asyncio.ensure_future(_stream(scope, send, int(match[1]), person))
        disconnected = asyncio.ensure_future(_until_gone(receive))
        try:
            await asyncio.wait({stream, disconnected}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            disconnected.cancel()
            while not stream.done():  # a connection that is just being made swallows the first call
                stream.cancel()
                await asyncio.wait({stream}, timeout=0.5)

    return serve


async def _stream(scope: dict, send: Callable, project_id: int, person: dict) -> None:
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    page = uuid.uuid4().hex
    redis = Redis.from_url(settings.REDIS_URL, decode_responses=True)
    try:
        async with redis.pubsub() as events:
            await events.subscribe(channel(project_id))
            await events.get_message(timeout=BREATH)  # says that from here on nothing is missed
            await appear(redis, project_id, page, person)
            await _say(send, "people", await present(redis, project_id))
            for event in await _events_since(redis, project_id, _since(scope)):
                await _pass_on(send, redis, project_id, event)
            due = time.monotonic() + BREATH
            while True:
                patience = max(0.0, due - time.monotonic())
                message = await events.get_message(ignore_subscribe_messages=True, timeout=patience)
                if message is not None:
                    await _pass_on(send, redis, project_id, json.loads(message["data"]))
                if time.monotonic() >= due:  # in a busy project, too
                    if (await _who(scope, project_id))[0] is None:
                        return
                    await appear(redis, project_id, page, person)
                    await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})
                    due = time.monotonic() + BREATH
    except RedisError:
        return  # the page connects again by itself
    finally:
        await asyncio.shield(_say_goodbye(redis, project_id, page))


async def _events_since(redis: Redis, project_id: int, since: float) -> list[dict]:
    """Those of the last minute that happened from then on, in their order."""
    if math.isinf(since):
        return []
    lines = [json.loads(text) for text in await redis.lrange(recent(project_id), 0, -1)]
    return [event for at, event in lines if at >= since]


def _since(scope: dict) -> float:
    """Infinity where the page does not say when it was made."""
    text = parse_qs(scope["query_string"].decode("latin-1")).get("since", [""])[0]
    return float(text) if text.isascii() and text.isdigit() else math.inf


async def _pass_on(send: Callable, redis: Redis, project_id: int, event: dict) -> None:
    kind = event.pop("kind")
    await _say(send, kind, await present(redis, project_id) if kind == "people" else event)


async def _say(send: Callable, kind: str, content: object) -> None:
    body = f"event: {kind}\ndata: {json.dumps(content)}\n\n".encode()
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _say_goodbye(redis: Redis, project_id: int, page: str) -> None:
    try:
        await leave(redis, project_id, page)
    except RedisError:
        pass  # forgotten after a while
    finally:
        await redis.aclose()


async def _until_gone(receive: Callable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Callable, status: int) -> None:
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"Sign in as a member of the project."})


# --- Who asks ---------------------------------------------------------------------------------------------------------


async def _who(scope: dict, project_id: int) -> tuple[dict | None, int]:
    """{id, name, where} of a member; None with the status for everybody else."""
    return await sync_to_async(_member, thread_sensitive=False)(scope, project_id)


def _member(scope: dict, project_id: int) -> tuple[dict | None, int]:
    try:
        user = _user(scope)
        if user is None:
            return None, 401
        if role_in(user, project_id) is None:
            return None, 404
        return {"id": user.pk, "name": user.display_name, "where": _samples(scope, project_id)}, 200
    finally:
        connection.close()  # asked for again in a quarter of a minute: not worth keeping one in every thread


def _samples(scope: dict, project_id: int) -> list[str]:
    """The names of the samples that the page shows."""
    numbers = parse_qs(scope["query_string"].decode("latin-1")).get("sample", [])
    ids = [int(text) for text in numbers if text.isascii() and text.isdigit() and len(text) < 19]
    samples = Sample.objects.filter(project=project_id, pk__in=ids)
    return [readable_id(name) for name in samples.values_list("original_id", flat=True)]


def _user(scope: dict) -> User | None:
    """By the session's cookie, as Django's own middleware does it."""
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        cookie = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if cookie is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(cookie.value)
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None
