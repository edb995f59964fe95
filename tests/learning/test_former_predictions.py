"""What a prediction replaced is kept as long as it can be undone, which is said; then it goes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.jobs.models import Job
from annotations.labels.actions import write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.learning import former_predictions
from annotations.learning.former_predictions import remove_former_predictions
from annotations.learning.models import FormerPrediction
from tests.plankton import tow

__all__ = ["tow"]
pytestmark = pytest.mark.django_db


def predict(tow, user) -> Batch:
    """As a worker leaves it: six objects are appendicularians now, and nothing stood there before."""
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION, user=user, model_id=1)
    rows = [(each.pk, tow.appendicularia, 0.9, 0.5, 0.2) for each in tow.objects]
    write_predictions(batch=batch, rows=rows)
    FormerPrediction.objects.bulk_create(
        FormerPrediction(batch_id=batch.pk, object=each) for each in tow.objects
    )
    return batch


def make_older(batch: int, days: float) -> None:
    Batch.objects.filter(pk=batch).update(created=timezone.now() - timedelta(days=days))


def count_of(batch: int) -> int:
    return FormerPrediction.objects.filter(batch_id=batch).count()


def test_it_goes_in_steps_when_the_prediction_cannot_be_undone_any_more(tow, alice, monkeypatch, settings):
    monkeypatch.setattr(former_predictions, "AT_ONCE", 3)
    old, new = predict(tow, alice), predict(tow, alice)
    make_older(old.pk, settings.PREDICTION_UNDO_DAYS - 0.1)
    assert remove_former_predictions() == 0
    make_older(old.pk, settings.PREDICTION_UNDO_DAYS + 0.1)
    assert remove_former_predictions() == 10
    assert (count_of(old.pk), count_of(new.pk)) == (0, 10)


def test_what_was_undone_lately_can_be_given_again(client, tow, alice, settings):
    batch = predict(tow, alice)
    client.force_login(alice)
    undo = client.post(f"/api/v1/batches/{batch.pk}/undo/").json()["batch"]
    make_older(batch.pk, 2 * settings.PREDICTION_UNDO_DAYS)
    assert remove_former_predictions() == 0
    assert client.post(f"/api/v1/batches/{undo}/undo/").status_code == 200
    Batch.objects.update(created=timezone.now() - timedelta(days=settings.PREDICTION_UNDO_DAYS + 1))
    assert remove_former_predictions() == 10


def test_of_a_batch_that_is_gone_nothing_is_kept(tow, alice):
    FormerPrediction.objects.create(batch_id=10**9, object=tow.objects[0])
    assert remove_former_predictions() == 1


def test_who_undoes_it_too_late_is_told_why_not(client, tow, alice, settings):
    batch = predict(tow, alice)
    make_older(batch.pk, settings.PREDICTION_UNDO_DAYS + 1)
    until = timezone.now() - timedelta(days=1)
    sentence = f"A prediction can be undone for 90 days, this one until {until:%Y-%m-%d %H:%M} UTC"
    client.force_login(alice)
    answer = client.post(f"/api/v1/batches/{batch.pk}/undo/")
    assert answer.status_code == 400 and answer.json()["detail"].startswith(sentence)
    actions = client.get(f"/api/v1/projects/{tow.project.pk}/actions/?person=all").json()["results"]
    assert actions[0]["why_not"].startswith(sentence) and actions[0]["reverse"] is None
    page = client.get(f"/projects/{tow.project.pk}/actions/{batch.pk}/").content.decode()
    assert sentence in page and "Take back" not in page


def test_the_job_says_until_when(client, tow, alice, settings):
    note = {"batch": predict(tow, alice).pk}
    job = Job.objects.create(kind="predict", project=tow.project, owner=alice, state="done", checkpoint=note)
    until = job.created + timedelta(days=settings.PREDICTION_UNDO_DAYS)
    client.force_login(alice)
    assert f"It can be undone until {until:%Y-%m-%d}." in client.get(f"/jobs/{job.pk}/").content.decode()
    assert client.get(f"/api/v1/jobs/{job.pk}/").json()["undo_until"].startswith(f"{until:%Y-%m-%dT%H:%M}")
    other = Job.objects.create(kind="measure", project=tow.project, owner=alice, state="done")
    assert client.get(f"/api/v1/jobs/{other.pk}/").json()["undo_until"] is None
