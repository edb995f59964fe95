"""A job that waits says for whom."""

import pytest

from annotations.jobs.models import Job, JobState
from annotations.projects.actions import create_project


@pytest.fixture
def queue_up(project):
    """A job on the training device, in the queue unless told."""

    def queued(owner, state=JobState.QUEUED, **fields) -> Job:
        fields = {"project": project, "queue": "gpu", **fields}
        return Job.objects.create(kind="train", owner=owner, state=state, **fields)

    return queued


def read(client, person, url: str) -> str:
    client.force_login(person)
    return client.get(url).content.decode()


def test_it_names_who_runs_and_counts_who_is_before_it(client, queue_up, alice, bob):
    running = queue_up(alice, JobState.RUNNING, done=62, total=100)
    queue_up(bob)
    waiting = queue_up(bob)
    queue_up(alice)  # came later
    sentence = f"Waits for 2 jobs on the training device: Alice’s {running.title}, 62 %."
    assert sentence in read(client, bob, f"/jobs/{waiting.pk}/")
    assert sentence in read(client, bob, "/jobs/")
    assert client.get(f"/api/v1/jobs/{waiting.pk}/").json()["waiting"] == sentence


def test_who_is_first_or_runs_waits_for_nobody(client, queue_up, bob):
    queue_up(bob, JobState.RUNNING, queue="cpu")
    queue_up(bob, JobState.DONE)
    first = queue_up(bob)
    assert "Waits for" not in read(client, bob, f"/jobs/{first.pk}/")
    running = queue_up(bob, JobState.RUNNING)
    assert "Waits for" not in read(client, bob, f"/jobs/{running.pk}/")


def test_jobs_of_others_have_no_name(client, queue_up, bob, dan):
    queue_up(dan, JobState.RUNNING, project=create_project(title="Secret survey", owner=dan), done=1, total=2)
    waiting = queue_up(bob)
    page = read(client, bob, f"/jobs/{waiting.pk}/")
    assert "Waits for 1 job on the training device: one of another project, 50 %." in page
    assert "Dan" not in page
