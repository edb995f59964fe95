from collections.abc import Iterator

import pytest
from celery import current_app

from annotations.samples.models import Object
from annotations.scans.corrections.preparing import TASK
from tests.scans.corrections.correcting import segmented
from tests.scans.drawn import make_scan
from tests.worlds import shared_rows
from worker import tasks


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """The serving worker is this process."""
    assert tasks.prepare_outlines_task.name == TASK
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


@shared_rows
def scan(project, alice):
    scan = make_scan(project)
    assert segmented(project, alice, scan).state == "done"
    return scan


@shared_rows
def disc(scan, project) -> Object:
    return Object.objects.get(project=project, outline__x=188)
