"""Tells errors that pass, because a server restarts or the disk is full for a while, from those that come again."""

import kombu.exceptions
import psycopg
import redis
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as StorageConnectionError
from django.db import InterfaceError, OperationalError

from annotations.common.outgoing.errors import ServerAway
from classifier.contract.refusals import FULL, is_transient

# SQLSTATE, first two characters: connection, conflict of transactions, resources, operator (shutdown, cancel)
TRANSIENT_CLASSES = ("08", "40", "53", "57")
LOCK_NOT_AVAILABLE = "55P03"
READ_ONLY = "25006"  # a standby, or a primary that has just become one
THROTTLED = 429
DATABASE_ERRORS = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


def transient_cause(error: BaseException) -> str | None:
    """What was away, as the beginning of a sentence; None for an error, or one caused by it, that would come again."""
    cause: BaseException | None = error
    while cause is not None:
        if reason := _reason(cause):
            return reason
        cause = cause.__cause__
    return None


def _reason(error: BaseException) -> str | None:
    if isinstance(error, DATABASE_ERRORS):
        return _of_database(error)
    if isinstance(error, psycopg.Error) and error.sqlstate == READ_ONLY:
        return "The database only reads"
    if isinstance(error, ServerAway):
        return str(error)
    if isinstance(error, redis.ConnectionError | redis.TimeoutError | kombu.exceptions.OperationalError):
        return "Redis was away"
    if isinstance(error, HTTPClientError | StorageConnectionError) or _is_overloaded(error):
        return "The storage did not answer"
    return _of_system(error) if isinstance(error, OSError) else None


def _of_database(error: BaseException) -> str | None:
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    state = getattr(cause, "sqlstate", None)  # none where the connection broke or could not be made
    if state is None or state == LOCK_NOT_AVAILABLE or state.startswith(TRANSIENT_CLASSES):
        return (
            "The database was away" if state is None or state[:2] in ("08", "57") else "The database was busy"
        )
    return None


def _is_overloaded(error: BaseException) -> bool:
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or status == THROTTLED


def _of_system(error: OSError) -> str | None:
    if error.errno in FULL:
        return "The disk was full"
    return "The disk or the network did not answer" if is_transient(error) else None
