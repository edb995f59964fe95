"""What archived models said goes after a while; what an object shows, the log and the undo stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.jobs.models import Job
from annotations.labels.models import Batch, BatchKind, Change
from annotations.learning import archived
from annotations.learning.archived import remove_archived_predictions
from annotations.learning.disagreement import rank_disagreement
from annotations.learning.models import FormerPrediction, Model, Prediction, ProjectModel
from annotations.search.models import RankedObject
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]
pytestmark = pytest.mark.django_db


def say(made, model: Model, taxon: int, is_current: bool, batch: int | None = None) -> None:
    Prediction.objects.create(
        object=made, model=model, is_current=is_current, taxa=[taxon], scores=[0.9], batch_id=batch
    )


def archive(model: Model, days: float) -> None:
    Model.objects.filter(pk=model.pk).update(archived=timezone.now() - timedelta(days=days))


def count_of(model: Model) -> int:
    return Prediction.objects.filter(model=model).count()


@shared_rows
def models(tow) -> tuple[Model, Model]:
    """The older spoke of all objects, and shows on the last three; the newer has spoken of the others since."""
    older, newer = (Model.objects.create(name=name, is_ready=True) for name in ("Older", "Newer"))
    for each in tow.objects:
        say(each, older, tow.copepoda, each in tow.objects[-3:])
    for each in tow.objects[:-3]:
        say(each, newer, tow.appendicularia, True)
    rank_disagreement(project=tow.project, object_ids=[each.pk for each in tow.objects])
    return older, newer


def test_what_no_object_shows_goes_in_steps_when_the_time_is_over(tow, models, settings, monkeypatch):
    monkeypatch.setattr(archived, "AT_ONCE", 3)
    older, newer = models
    before = Change.objects.count()
    archive(older, settings.ARCHIVED_PREDICTION_DAYS - 0.1)
    assert remove_archived_predictions() == 0
    archive(older, settings.ARCHIVED_PREDICTION_DAYS + 0.1)
    assert remove_archived_predictions() == 7
    assert set(Prediction.objects.filter(model=older).values_list("object", "is_current")) == {
        (each.pk, True) for each in tow.objects[-3:]
    }
    assert count_of(newer) == 7
    assert Change.objects.count() == before
    assert remove_archived_predictions() == 0


def test_models_that_are_in_use_keep_all(tow, models, settings):
    """Not archived, a project's own, or still predicting."""
    older, _ = models
    assert remove_archived_predictions() == 0
    archive(older, settings.ARCHIVED_PREDICTION_DAYS + 1)
    own = ProjectModel.objects.create(project=tow.project, model=older)
    assert remove_archived_predictions() == 0
    own.delete()
    job = Job.objects.create(kind="predict", project=tow.project, params={"model": older.pk})
    assert remove_archived_predictions() == 0
    job.delete()
    assert remove_archived_predictions() == 7


def test_who_has_nobody_left_to_disagree_with_has_no_rank(tow, models, settings):
    third = Model.objects.create(name="Third", is_ready=True)
    say(tow.objects[0], third, tow.copepoda, False)
    rank_disagreement(project=tow.project, object_ids=[tow.objects[0].pk])
    assert RankedObject.objects.count() == 7
    archive(models[0], settings.ARCHIVED_PREDICTION_DAYS + 1)
    remove_archived_predictions()
    assert list(RankedObject.objects.values_list("object", flat=True)) == [tow.objects[0].pk]


def test_undoing_puts_back_what_an_archived_model_said(client, tow, alice, models, settings):
    older, newer = models
    created = tow.objects[0]
    batch = Batch.objects.create(
        project=tow.project, kind=BatchKind.PREDICTION, user=alice, model_id=newer.pk
    )
    Prediction.objects.filter(object=created, model=newer).update(batch_id=batch.pk)
    FormerPrediction.objects.create(
        batch_id=batch.pk,
        object=created,
        model_id=older.pk,
        taxa=[tow.copepoda],
        scores=[0.9],
        created=timezone.now(),
    )
    archive(older, settings.ARCHIVED_PREDICTION_DAYS + 1)
    assert remove_archived_predictions() == 7
    client.force_login(alice)
    assert client.post(f"/api/v1/batches/{batch.pk}/undo/").status_code == 200
    current = Prediction.objects.get(object=created, is_current=True)
    assert (current.model_id, current.taxa) == (older.pk, [tow.copepoda])


def test_the_model_page_says_until_when(client, tow, alice, models, settings):
    older, _ = models
    older.projects.add(tow.project)
    archive(older, 0)
    client.force_login(alice)
    until = timezone.now() + timedelta(days=settings.ARCHIVED_PREDICTION_DAYS)
    page = client.get(f"/models/{older.pk}/").content.decode()
    assert f"another model’s prediction is kept until {until:%Y-%m-%d}" in page
