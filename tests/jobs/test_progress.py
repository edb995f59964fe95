"""What a work says of itself reaches its page."""

import pytest

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job() -> Job:
    return Job.objects.create(kind="train", state="running")


def message_of(job: Job) -> str:
    return Job.objects.values_list("message", flat=True).get(pk=job.pk)


def test_the_last_step_is_told_though_it_came_right_after_another(job, monkeypatch):
    messages = []
    beat = Progress._beat_once

    def noting_beat(progress: Progress) -> None:
        beat(progress)
        messages.append(message_of(job))

    monkeypatch.setattr("annotations.jobs.progress.BEAT_SECONDS", 0.01)
    monkeypatch.setattr(Progress, "_beat_once", noting_beat)
    with Progress(job) as progress:
        progress.update(1, 10, "Looked for duplicates")
        progress.update(1, 10, "Waits for the device")
        assert message_of(job) in ("Looked for duplicates", "Waits for the device")
        patience = 5000
        while "Waits for the device" not in messages and patience:
            progress._stopped.wait(0.002)
            patience -= 1
    assert message_of(job) == "Waits for the device"


def test_a_step_that_is_told_is_not_followed_by_an_older_one(job):
    with Progress(job) as progress:
        progress.update(1, 10, "One")
        progress.update(2, 10, "Two")
        progress.update(10, 10, "Ten")
        progress._beat_once()
        assert message_of(job) == "Ten"


def test_a_bar_that_is_made_of_parts_never_goes_back(job):
    stages = [(0, 0.2, 10, 10), (0.2, 1, 1, 4), (0.2, 1, 0, 4), (0.2, 1, 0, 0), (0, 0.2, 9, 9)]
    bar = []
    with Progress(job) as progress:
        for start, end, done, total in stages:
            with progress.part(start, end):
                bar.append(progress._on_the_whole(done, total))
    assert [done / total for done, total in bar] == [0.2, 0.4, 0.4, 0.4, 0.4]
