"""Who wants to know that people have changed labels of a project: apps above say so in their `ready`."""

from collections.abc import Callable
from functools import partial

from django.db import transaction

from annotations.labels.models import Batch, BatchKind

Listener = Callable[[int], None]  # called with the project's number, once the labels are committed

BY_PEOPLE = (BatchKind.LABEL, BatchKind.UPDATE, BatchKind.REMAP, BatchKind.ROLLBACK)
_listeners: list[Listener] = []


def listen_to_people(listener: Listener) -> None:
    _listeners.append(listener)


def say_that_people_labelled(batch: Batch) -> None:
    """Nothing for what a model said, nor for that being taken back. A listener that fails fails nobody's label."""
    if not _listeners or not _is_by_people(batch):
        return
    for listener in _listeners:
        transaction.on_commit(partial(listener, batch.project_id), robust=True)


def _is_by_people(batch: Batch) -> bool:
    if batch.kind == BatchKind.UNDO and batch.root_id is not None:
        return Batch.objects.filter(pk=batch.root_id, kind__in=BY_PEOPLE).exists()
    return batch.kind in BY_PEOPLE
