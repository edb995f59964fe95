"""A preview: what models would say of random objects, of which nothing is written."""

from types import SimpleNamespace

import pytest

from annotations.jobs.models import Job, JobState
from annotations.labels.models import Change
from annotations.learning.models import Model, Prediction, PredictionPreview
from annotations.learning.previews import PreviewedObjects, preview_as_json
from annotations.samples.models import Image, Object, State
from tests.lake import UNSETTLED
from tests.worker.oracle import make_oracle, speak_for
from tests.worker.runs import Killed, die_at, run
from worker.prediction import previewing
from worker.prediction.previewing import preview_prediction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def modelled_lake(lake, monkeypatch) -> SimpleNamespace:
    """Half of the unsettled are predicted to be discs; the model calls the odd ones bars, and is surer of the first."""
    lake.model, lake.oracle = make_oracle(lake.project, lake.disc, lake.bar)
    for n, each in enumerate(lake.unsettled):
        lake.oracle.says[each.pk] = {"best": str(lake.bar if n % 2 else lake.disc), "score": 0.9 - n / 100}
    speak_for(lake.oracle, monkeypatch, previewing)
    return lake


def new_preview(lake, *models: Model, objects: int = 500, precision: float | None = None, **criteria) -> Job:
    numbers = [model.pk for model in models or (lake.model,)]
    params = {"models": numbers, "filter_json": criteria, "precision": precision, "objects": objects}
    return Job.objects.create(kind="preview_prediction", project=lake.project, params=params)


def previewed(job: Job) -> PreviewedObjects:
    job = run(job, preview_prediction)
    assert job.state == JobState.DONE, job.message
    return PreviewedObjects(PredictionPreview.objects.get(job=job))


def test_it_says_what_would_change_and_changes_nothing(modelled_lake):
    before = list(Object.objects.order_by("pk").values())
    job = new_preview(modelled_lake)
    preview = previewed(job)
    assert sorted(preview.objects) == [each.pk for each in modelled_lake.unsettled]
    assert preview.named(0).count == UNSETTLED
    assert preview.expected_right(0) == pytest.approx(
        sum(0.9 - n / 100 for n in range(UNSETTLED)) / UNSETTLED
    )
    predicted = [n for n, each in enumerate(modelled_lake.unsettled) if each.state == State.PREDICTED]
    renamed = [modelled_lake.unsettled[n].pk for n in predicted if n % 2]
    assert (preview.renamed(0).count, len(renamed)) == (2, 2)
    changes = {(change.before, change.after): change for change in preview.changes(0)}
    disc, bar = modelled_lake.disc, modelled_lake.bar
    assert {pair: change.count for pair, change in changes.items()} == {
        (disc, bar): 2,
        (None, disc): 3,
        (None, bar): 3,
    }
    assert changes[(disc, bar)].objects == renamed
    assert list(Object.objects.order_by("pk").values()) == before
    assert not Change.objects.exists()
    assert not Prediction.objects.exists()
    job.refresh_from_db()
    assert job.message == "Looked at 10 of 10 objects; nothing was changed."


def test_two_models_are_asked_about_the_same_objects(modelled_lake, monkeypatch):
    other, oracle = make_oracle(modelled_lake.project, modelled_lake.disc, modelled_lake.bar)
    for created in modelled_lake.unsettled:
        oracle.says[created.pk] = {"best": str(modelled_lake.bar)}
    both = {str(modelled_lake.model.pk): modelled_lake.oracle, str(other.pk): oracle}
    monkeypatch.setattr(previewing, "load_model", lambda folder, device: both[folder.rsplit("/", 1)[-1]])
    monkeypatch.setattr(
        previewing,
        "predict_chunks",
        lambda folder, rows, *a, **more: both[folder.rsplit("/", 1)[-1]].predict_chunks(
            folder, rows, *a, **more
        ),
    )
    job = new_preview(modelled_lake, modelled_lake.model, other)
    preview = previewed(job)
    assert (preview.agreed().count, preview.agreed().share) == (5, 0.5)
    (difference,) = preview.differences()
    assert (difference.before, difference.after, difference.count) == (
        modelled_lake.disc,
        modelled_lake.bar,
        5,
    )
    out = preview_as_json(PredictionPreview.objects.get(job=job))
    assert [each["model"] for each in out["models"]] == [modelled_lake.model.pk, other.pk]
    assert out["agreed"]["share"] == 0.5
    assert out["differences"][0]["before"]["name"] == "Noctiluca"


def test_only_so_many_of_those_that_match_are_looked_at(modelled_lake):
    first = previewed(new_preview(modelled_lake, objects=2, state=["unclassified"]))
    job = new_preview(modelled_lake, objects=2, state=["unclassified"])
    again = previewed(job)
    unclassified = {each.pk for each in modelled_lake.unsettled if each.state == State.UNCLASSIFIED}
    assert len(first.objects) == 2
    assert set(first.objects) < unclassified
    assert again.objects == first.objects, "another model is asked about the same ones"
    assert PredictionPreview.objects.get(job=job).waiting == len(unclassified)


def test_a_picture_that_cannot_be_read_has_no_name(modelled_lake):
    Image.objects.filter(object=modelled_lake.unsettled[0]).update(key="gone.png")
    assert previewed(new_preview(modelled_lake)).named(0).count == UNSETTLED - 1


def test_after_a_kill_it_begins_anew(modelled_lake, monkeypatch):
    job = new_preview(modelled_lake)
    read = previewing.read_table

    def killed(*table):
        raise Killed

    monkeypatch.setattr(previewing, "read_table", killed)
    die_at(job, preview_prediction)
    assert not PredictionPreview.objects.exists()
    monkeypatch.setattr(previewing, "read_table", read)
    assert previewed(job).named(0).count == UNSETTLED
