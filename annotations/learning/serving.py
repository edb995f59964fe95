"""Asks a model about pictures and waits for the answer. A worker of its own keeps models warm: the web process never
loads torch.

A question is a list in Redis: what it is about, then the bytes of each picture. The message to the worker carries only
the question's name, so no picture is encoded as text, and nothing has to be swept up: question and answer expire by
themselves, whoever dies. The answer comes to a list that one thread waits at, which needs no result backend.
"""

import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import orjson
import redis
from celery import current_app
from django.conf import settings

from annotations.learning.models import Model

QUEUE = "serve"
KEPT_SECONDS = 60  # question and answer
MOST_BYTES = 32 * 2**20  # of pictures in one question: what Redis has to hold for it
MOST_WAITING = 4  # threads of this process: the others go on serving pages when the worker is away
REMEDY = (
    "if it has just begun, it is still loading: try again. "
    "run_site starts it; elsewhere: celery -A seston worker -Q serve -c 1 --pool solo"
)

_waiting = threading.BoundedSemaphore(MOST_WAITING)


class NoAnswer(Exception):
    """The sentence says why, and what to do about it."""


@dataclass(frozen=True)
class Picture:
    """The bytes of a file, or the key of a vignette in the storage."""

    content: bytes = b""
    key: str = ""
    pixel_um: float | None = None


def ask_model(model: Model, pictures: list[Picture]) -> list[dict]:
    """What the model says of each, in order: {"error": …} of what is no picture, else as `worker.serving.answer_of`.

    Raises NoAnswer when the worker is away or too slow, or the model can't be loaded.
    """
    with _turn():
        return [answer for group in _groups(pictures) for answer in _ask_model(model, group)]


def ask_worker(task: str, number: int, about: dict) -> Any:
    """What a task of the serving worker, called with the question and `number`, gives as `answers`. Raises NoAnswer."""
    with _turn():
        return _ask(task, number, about)


@contextmanager
def _turn() -> Iterator[None]:
    """Of the few threads that may wait at a time."""
    if not _waiting.acquire(blocking=False):
        raise NoAnswer(f"{MOST_WAITING} people wait for an answer already: try again in a moment.")
    try:
        yield
    except redis.RedisError as error:
        raise NoAnswer("Redis does not answer: start it, or look at REDIS_URL.") from error
    finally:
        _waiting.release()


def _groups(pictures: list[Picture]) -> Iterator[list[Picture]]:
    group: list[Picture] = []
    for picture in pictures:
        if group and sum(len(one.content) for one in group) + len(picture.content) > MOST_BYTES:
            yield group
            group = []
        group.append(picture)
    if group:
        yield group


def _ask_model(model: Model, pictures: list[Picture]) -> list[dict]:
    about = [{**asdict(picture), "content": None} for picture in pictures]
    return _ask("worker.serve", model.pk, about, [picture.content for picture in pictures])


def _ask(task: str, number: int, about: object, contents: Sequence[bytes] = ()) -> Any:
    name = uuid.uuid4().hex
    with _redis().pipeline() as pipe:
        pipe.rpush(_question(name), orjson.dumps(about), *contents)
        pipe.expire(_question(name), KEPT_SECONDS)
        pipe.execute()
    seconds = settings.SERVE_SECONDS
    signature = current_app.signature(task, args=[name, number])
    signature.apply_async(queue=QUEUE, expires=seconds, ignore_result=True)
    reply = _redis().blpop([_answer(name)], timeout=seconds)
    if reply is None:
        _redis().delete(_question(name))
        raise NoAnswer(f"The serving worker does not answer within {seconds} s: {REMEDY}")
    answer = orjson.loads(reply[1])
    if "failed" in answer:
        raise NoAnswer(answer["failed"])
    return answer["answers"]


# --- The worker's side ------------------------------------------------------------------------------------------------


def take_question(name: str) -> list[Picture] | None:
    """None when nobody waits for an answer any more."""
    parts = _take_parts(name)
    if parts is None:
        return None
    about, contents = parts
    return [Picture(**{**one, "content": content}) for one, content in zip(about, contents, strict=True)]


def take_subject(name: str) -> Any:
    """What `ask_worker` asks about; None when nobody waits for an answer any more."""
    parts = _take_parts(name)
    return None if parts is None else parts[0]


def _take_parts(name: str) -> tuple[Any, list[bytes]] | None:
    with _redis().pipeline() as pipe:
        pipe.lrange(_question(name), 0, -1)
        pipe.delete(_question(name))
        parts, _ = pipe.execute()
    return (orjson.loads(parts[0]), parts[1:]) if parts else None


def give_answer(name: str, answer: dict) -> None:
    """`answer` is {"answers": what was asked for} or {"failed": a sentence}."""
    with _redis().pipeline() as pipe:
        pipe.rpush(_answer(name), orjson.dumps(answer))
        pipe.expire(_answer(name), KEPT_SECONDS)
        pipe.execute()


def _question(name: str) -> str:
    return f"seston:serve:{name}"


def _answer(name: str) -> str:
    return f"seston:serve:{name}:answer"


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=settings.SERVE_SECONDS + 5)
