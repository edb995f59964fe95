"""Lets open pages know what has changed: an event in the project's Redis channel, once the change is committed.

Events of the last minute are kept, for pages that were made before them and listen only now.
"""

import json
import logging
import time
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds; a label is not held up for pages that look on
RECENT = 60  # seconds that a page may take from when it is made until it listens
MOST_RECENT = 500


def channel(project_id: int) -> str:
    return f"seston:live:{project_id}"


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def recent(project_id: int) -> str:
    """Of a list in Redis: [milliseconds since 1970, the event], the latest last, each as JSON."""
    return f"seston:live:{project_id}:recent"


def publish_event(project_id: int, kind: str, **event: object) -> None:
    """Sends the event after the transaction. Nobody's work fails because it can't be sent."""
    message = json.dumps({"kind": kind, **event})
    transaction.on_commit(lambda: _send(project_id, message))


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


def _send(project_id: int, message: str) -> None:
    try:
        with _redis().pipeline(transaction=False) as pipe:
            pipe.rpush(recent(project_id), f"[{now()}, {message}]")
            pipe.ltrim(recent(project_id), -MOST_RECENT, -1)
            pipe.expire(recent(project_id), RECENT)
            pipe.publish(channel(project_id), message)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("Open pages were not told of a change: %s", error)
