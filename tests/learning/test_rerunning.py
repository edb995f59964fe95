"""A training or prediction that ended is asked for once more."""

import pytest

from annotations.jobs.models import Job
from annotations.learning.models import Model
from annotations.learning.queries import learning_sets_to_train_on
from tests.learning.models import make_model, make_ready


@pytest.fixture
def press(client):
    """*Again* on a job's page: the job that it leads to, or its status."""

    def again(person, job: Job) -> Job | int:
        client.force_login(person)
        answer = client.post(f"/jobs/{job.pk}/again/")
        return (
            Job.objects.get(pk=answer.url.split("/")[2]) if answer.status_code == 302 else answer.status_code
        )

    return again


def end(model: Model, state: str) -> Job:
    """The job that has trained it, or not."""
    job = model.job
    job.params, job.state = {"model": model.pk}, state
    job.save()
    return job


def test_a_training_that_failed_trains_the_same_model(client, press, lake, alice):
    model = make_model(lake.project, "failed")
    failed = end(model, "failed")
    client.force_login(alice)
    assert f'action="/jobs/{failed.pk}/again/"' in client.get(f"/jobs/{failed.pk}/").content.decode()
    job = press(alice, failed)
    model.refresh_from_db()
    assert (job.kind, job.state, job.params) == ("train", "queued", {"model": model.pk})
    assert model.job == job
    assert press(alice, failed) == failed  # and no second one
    assert Job.objects.count() == 2


def test_beside_a_ready_model_another_one_is_made_with_its_settings(press, lake, alice):
    model = make_ready(lake.project, lake.disc, lake.bar)
    model.learning_set.projects.add(lake.project)
    assert learning_sets_to_train_on(alice).exists()
    model.settings = {"backbone": "resnet18", "epochs": 3, "pretrained": False}
    model.save()
    job = press(alice, end(model, "done"))
    other = Model.objects.get(pk=job.params["model"])
    assert other != model
    assert (other.settings, other.learning_set) == (model.settings, model.learning_set)


def test_a_prediction_keeps_its_filter_and_precision(client, press, lake, alice):
    model = make_ready(lake.project, lake.disc, lake.bar)
    params = {"model": model.pk, "filter": {"state": ["unclassified"]}, "precision": 0.9}
    earlier = Job.objects.create(
        kind="predict", project=lake.project, owner=alice, state="cancelled", params=params
    )
    job = press(alice, earlier)
    assert (job.pk != earlier.pk, job.kind, job.params) == (True, "predict", params)
    answer = client.post(f"/api/v1/jobs/{job.pk}/again/")
    assert "has not ended yet" in answer.content.decode()


@pytest.mark.parametrize(("person", "status"), [("vera", 403), ("bob", 403), ("carla", 403), ("dan", 404)])
def test_only_managers_train_again(client, press, lake, request, person, status):
    failed = end(make_model(lake.project, "failed"), "failed")
    who = request.getfixturevalue(person)
    assert press(who, failed) == status
    assert "/again/" not in client.get(f"/jobs/{failed.pk}/").content.decode()


def test_what_has_no_such_thing_says_where_to_start_it(client, lake, alice):
    job = Job.objects.create(kind="import_package", project=lake.project, owner=alice, state="done")
    client.force_login(alice)
    assert (
        "start it where you started this one"
        in client.post(f"/jobs/{job.pk}/again/", follow=True).content.decode()
    )
