"""Jobs that commands do themselves: the same rows, alone with their subject, gone on with after a kill."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management.base import CommandError, OutputWrapper
from django.utils import timezone

from annotations.jobs import registry
from annotations.jobs.actions import STALE_AFTER, start_job
from annotations.jobs.foreground import run_here
from annotations.jobs.models import Job, JobState
from annotations.jobs.registry import job

pytestmark = pytest.mark.django_db


@pytest.fixture
def counting(monkeypatch):
    """A kind that each project has one of at a time; it counts on from its checkpoint."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))

    @job("count", title="Count", alone_by=("project",))
    def count(job, progress) -> dict:
        counted = job.checkpoint.get("counted", 0) + 3
        return {"counted": counted, "message": f"{counted} counted."}

    return count


def count_here(counting, project, **params) -> dict:
    return run_here(counting, OutputWrapper(StringIO()), kind="count", project=project, params=params)


def left_behind(project, silent: timedelta, **params) -> Job:
    """The row of a command that was killed."""
    return Job.objects.create(
        kind="count",
        project=project,
        params=params,
        subject=f"project={project.pk}",
        state=JobState.RUNNING,
        checkpoint={"counted": 4},
        heartbeat=timezone.now() - silent,
    )


def test_a_command_has_its_subject_for_itself(counting, project, bob):
    elsewhere = start_job(kind="count", owner=bob, project=project, params={"by": "taxon"})
    with pytest.raises(CommandError, match=f"Count {elsewhere.pk} is on its way: wait until it has ended"):
        count_here(counting, project, by="sample")
    assert Job.objects.get() == elsewhere


def test_the_same_command_goes_on_where_one_was_killed(counting, project):
    killed = left_behind(project, 2 * STALE_AFTER)
    assert count_here(counting, project)["counted"] == 7
    killed.refresh_from_db()
    assert (killed.state, killed.deaths) == (JobState.DONE, 1)
    assert Job.objects.count() == 1


def test_a_command_that_still_runs_is_left_alone(counting, project):
    running = left_behind(project, timedelta(0))
    with pytest.raises(CommandError, match=f"Count {running.pk} is on its way"):
        count_here(counting, project)
    running.refresh_from_db()
    assert (running.state, running.attempt) == (JobState.RUNNING, 0)


def test_another_command_waits_for_what_was_left_behind(counting, project):
    left_behind(project, 2 * STALE_AFTER, by="taxon")
    with pytest.raises(CommandError, match="is on its way"):
        count_here(counting, project, by="sample")
