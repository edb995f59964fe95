"""What one address may ask for a minute of pages that need no account."""

import logging
import time

import redis
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request

from annotations.accounts.lockout import client_address

log = logging.getLogger(__name__)
WINDOW = 60  # seconds


def is_asking_too_much(request: HttpRequest | Request) -> bool:
    """Counts the request. People with an account are not counted: they are known by name."""
    if request.user.is_authenticated:
        return False
    key = f"public:{client_address(request)}:{int(time.time()) // WINDOW}"
    try:
        cache.add(key, 0, 2 * WINDOW)
        return cache.incr(key) > settings.PUBLIC_REQUESTS
    except ValueError:  # it went between the two
        return False
    except redis.RedisError as error:
        log.warning("Nobody counts what strangers ask for: %s", error)
        return False
