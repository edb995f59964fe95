"""What the job measures on this machine is what the form of a training tells."""

import socket

import pytest

from annotations.jobs.models import Job, JobState
from annotations.learning.duration import PlannedTraining, expected
from annotations.learning.models import DeviceSpeed
from annotations.learning.speeds import device_speeds, start_measuring_device
from worker.runner import run_job


@pytest.fixture(autouse=True)
def measured_a_moment(monkeypatch) -> None:
    """Figures are rough then: it matters here that there is one of each."""
    monkeypatch.setattr("classifier.training.speed.LEAST_SECONDS", 0.0)


def test_a_job_measures_each_method_here(project, alice, monkeypatch):
    monkeypatch.setattr("annotations.learning.speeds.USUAL_NETWORKS", ["squeezenet1_1"])
    job = start_measuring_device(user=alice, network="mobilenet_v3_small", image_size=32)
    Job.objects.filter(pk=job.pk).update(params={**job.params, "image_sizes": [32]})
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    assert (job.result["measured"], job.done, job.total) == (6, 6, 6)
    speeds = DeviceSpeed.objects.all()
    assert {speed.worker for speed in speeds} == {socket.gethostname()}
    assert all(speed.seconds_once > 0 for speed in speeds)
    assert {speed.network for speed in speeds.filter(method="network", seconds_epoch__gt=0)} == {
        "squeezenet1_1",
        "mobilenet_v3_small",
    }
    plan = PlannedTraining("network", 1000, "squeezenet1_1", "32", epochs=2)
    assert socket.gethostname() in expected([], device_speeds(), plan).text


def test_what_waits_goes_before_the_rest(project, alice, monkeypatch):
    monkeypatch.setattr("annotations.learning.speeds.USUAL_NETWORKS", ["squeezenet1_1"])
    job = start_measuring_device(user=alice)
    Job.objects.create(kind="train", queue="gpu", project=project)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["measured"]) == (JobState.DONE, 1)
    assert "The other 11 wait" in job.message
