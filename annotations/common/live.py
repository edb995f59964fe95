"""Lets open pages know what has changed: an event in the project's Redis channel, once the change is committed."""

import json
import logging
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds; a label is not held up for pages that look on


def channel(project_id: int) -> str:
    return f"seston:live:{project_id}"


def publish_event(project_id: int, kind: str, **event: object) -> None:
    """Sends the event after the transaction. Nobody's work fails because it can't be sent."""
    message = json.dumps({"kind": kind, **event})
    transaction.on_commit(lambda: _send(channel(project_id), message))


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


def _send(name: str, message: str) -> None:
    try:
        _redis().publish(name, message)
    except redis.RedisError as error:
        log.warning("Open pages were not told of a change: %s", error)
