"""What people name is learnt from, and what the others are follows; nothing of theirs is overwritten."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.history.actions import take_back
from annotations.jobs.models import Job, JobState
from annotations.labels.models import Batch, BatchKind, Change
from annotations.learning.models import Model, Prediction
from annotations.projects.models import Role
from annotations.refitting import actions, priority
from annotations.refitting.actions import let_learn, start_due_refits
from annotations.refitting.models import Refitting
from annotations.refitting.queries import refit_status
from annotations.samples.models import Object, State
from tests.refitting.conftest import COUNT
from worker.refitting import job as refitting
from worker.refitting.heads import unpacked
from worker.refitting.job import refit_project
from worker.refitting.refit_data import FEWEST_LABELS
from worker.runner import run_job

pytestmark = pytest.mark.django_db(transaction=True)


def refit(project) -> Job:
    """Runs the refit that waits, whose pause is over."""
    job = Job.objects.get(kind="refit", project=project, state=JobState.QUEUED)
    Job.objects.filter(pk=job.pk).update(not_before=None)
    run_job(job.pk, refit_project)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    return job


def test_of_a_project_without_a_model_the_rest_follows_the_first_names(heaps, carla):
    assert refit_status(heaps.project).state == "waiting"
    heaps.name(carla, range(10))
    assert refit_status(heaps.project).state == "learning"
    job = refit(heaps.project)
    assert job.message == f"Learnt from 10 labels: {COUNT - 10} objects got another taxon or score."
    labels = heaps.labels()
    assert [state for _, state in labels] == ["V"] * 10 + ["P"] * (COUNT - 10)
    assert heaps.right() >= COUNT - 2
    status = refit_status(heaps.project)
    assert (status.state, status.labels, status.space) == ("ready", 10, "measurements")
    predictions = Prediction.objects.filter(is_current=True)
    assert predictions.count() == COUNT - 10
    assert all(
        0 <= each.novelty <= 1 and sum(each.scores) == pytest.approx(1, abs=1e-3) for each in predictions
    )


def test_a_burst_of_labels_is_one_job_and_its_row_the_only_one_that_stays(heaps, carla):
    heaps.name(carla, range(6))
    assert Job.objects.filter(kind="refit").count() == 1
    refit(heaps.project)
    heaps.name(carla, range(6, 8))
    refit(heaps.project)
    assert Job.objects.filter(kind="refit").count() == 1


def test_one_taxon_is_not_enough_without_a_model(heaps, carla):
    heaps.name(carla, [0, 2, 4])
    assert refit(heaps.project).message == refitting.NOTHING_YET
    assert not Batch.objects.filter(kind=BatchKind.PREDICTION).exists()


def test_the_first_names_alone_are_not_spread_over_a_project_without_a_model(heaps, carla, monkeypatch):
    monkeypatch.undo()
    heaps.name(carla, range(FEWEST_LABELS - 1))
    assert refit(heaps.project).message == refitting.NOTHING_YET
    assert {state for _, state in heaps.labels()[FEWEST_LABELS - 1 :]} == {"U"}
    heaps.name(carla, [FEWEST_LABELS - 1])
    refit(heaps.project)
    assert {state for _, state in heaps.labels()[FEWEST_LABELS:]} == {"P"}


def test_where_the_model_has_predicted_all_that_waits_it_says_what_would_teach(predicted, carla):
    """However many were named before: of these the model has said nothing."""
    Prediction.objects.filter(object=predicted.objects[0].pk).delete()
    predicted.name(carla, [0])
    assert refit(predicted.project).message == refitting.NONE_OF_MODEL


def test_where_nothing_waits_it_says_so(heaps, carla):
    Object.objects.exclude(pk=heaps.objects[0].pk).update(state=State.VALIDATED, taxon=heaps.worm)
    heaps.name(carla, [0])
    assert refit(heaps.project).message == refitting.NONE_WAITS


def test_what_changed_while_it_learnt_is_learnt_by_the_same_job(heaps, carla, monkeypatch):
    heaps.name(carla, range(4))
    read, labels = refitting.read_lesson, []

    def read_while_people_label(project, space):
        lesson = read(project, space)
        if not labels:
            heaps.name(carla, [4, 5])
        labels.append(len(lesson.labelled))
        return lesson

    monkeypatch.setattr(refitting, "read_lesson", read_while_people_label)
    refit(heaps.project)
    assert labels == [4, 6]
    assert refit_status(heaps.project).labels == 6


def test_labels_within_the_pause_ask_nothing_and_are_learnt_from(heaps, carla, monkeypatch):
    """As many as a person gives in a second cost one question; the last of them is none the less learnt from."""
    monkeypatch.setattr(actions, "PAUSE", timedelta(minutes=1))
    waited = []

    def wait(seconds):
        waited.append(seconds)
        heaps.name(carla, [7])

    monkeypatch.setattr(refitting, "sleep", wait)
    heaps.name(carla, [0])
    with CaptureQueriesContext(connection) as queries:
        heaps.name(carla, range(1, 7))
    assert not [each for each in queries.captured_queries if "refitting" in each["sql"]]
    assert refit(heaps.project).message.startswith("Learnt from 8 labels")
    assert 50 < waited[0] <= 60
    assert refit_status(heaps.project).state == "ready"


def test_switched_on_again_it_learns_from_what_was_named_meanwhile(heaps, alice, carla):
    let_learn(user=alice, project=heaps.project, is_on=False)
    heaps.name(carla, range(10))
    let_learn(user=alice, project=heaps.project, is_on=True)
    assert refit(heaps.project).message.startswith("Learnt from 10 labels")


def test_what_came_as_a_job_was_ending_is_found_by_the_watch(heaps, carla):
    heaps.name(carla, range(4))
    Job.objects.filter(kind="refit").delete()
    moment = Refitting.objects.get().requested
    Refitting.objects.update(requested=moment.replace(year=moment.year - 1))
    assert start_due_refits() == 1
    assert start_due_refits() == 0, "it is on its way"
    refit(heaps.project)
    assert start_due_refits() == 0


def test_only_what_changes_is_written(heaps, carla):
    heaps.name(carla, range(10))
    refit(heaps.project)
    changes = Change.objects.count()
    heaps.name(carla, [10, 11])
    job = refit(heaps.project)
    assert job.result["changed"] < COUNT // 2
    assert Change.objects.count() == changes + 2 + job.result["changed"]


def test_it_goes_on_from_what_a_model_said(predicted, carla):
    before = predicted.right()
    assert before == COUNT - COUNT // 6
    predicted.name(carla, [0])
    refit(predicted.project)
    assert predicted.right() >= before
    predicted.name(carla, [1, 3, 5, 7, 6, 12, 18, 24, 30, 2, 4, 8])
    refit(predicted.project)
    assert predicted.right() > before + 5
    assert refit_status(predicted.project).space == "A network"
    heads = unpacked(Refitting.objects.get(project=predicted.project).heads)
    assert set(heads) == {"earlier", "imitation"}, "the next one starts from both"


def test_predictions_that_came_with_a_package_are_gone_on_from(heaps, carla):
    batch = Batch.objects.create(project=heaps.project, kind=BatchKind.IMPORT)
    for place, each in enumerate(heaps.objects):
        taxon = heaps.truth(place + (place % 6 == 0))
        Object.objects.filter(pk=each.pk).update(taxon_id=taxon, state=State.PREDICTED, score=0.9)
        Change.objects.create(
            batch=batch, object=each, version=1, from_state="U", to_taxon_id=taxon, to_state="P", to_score=0.9
        )
    before = heaps.right()
    heaps.name(carla, [1])
    refit(heaps.project)
    assert heaps.right() >= before


def test_a_person_is_never_overwritten(heaps, carla):
    heaps.name(carla, range(10))
    heaps.name(carla, [20], heaps.worm)  # a mistake
    refit(heaps.project)
    assert heaps.labels()[20] == (heaps.worm, "V")


def test_it_can_be_taken_back(heaps, carla):
    heaps.name(carla, range(10))
    refit(heaps.project)
    batch = Batch.objects.get(kind=BatchKind.PREDICTION)
    jobs = Job.objects.count()
    take_back(batch=batch, user=carla, role=Role.MANAGER)
    assert heaps.labels()[10:] == [(None, "U")] * (COUNT - 10)
    assert not Prediction.objects.filter(is_current=True).exists()
    assert Job.objects.count() == jobs, "what a model said is taken back: nothing to learn from that"


def test_what_people_look_at_comes_first(heaps, carla, monkeypatch):
    watched = [heaps.objects[place].pk for place in (41, 57)]
    monkeypatch.setattr(priority, "_watched", [lambda project: watched])
    monkeypatch.setattr(refitting, "CHUNK", 7)
    heaps.name(carla, range(10))
    refit(heaps.project)
    batch = Batch.objects.get(kind=BatchKind.PREDICTION)
    order = list(Change.objects.filter(batch=batch).order_by("pk").values_list("object", flat=True))
    assert set(order[:2]) == set(watched)
    assert len(order) == COUNT - 10


def test_a_manager_may_switch_it_off(heaps, alice, carla):
    let_learn(user=alice, project=heaps.project, is_on=False)
    heaps.name(carla, range(10))
    assert not Job.objects.filter(kind="refit").exists()
    assert refit_status(heaps.project).state == "off"


def test_where_nothing_is_embedded_nothing_is_asked(project, carla, heaps):
    from annotations.similarity.models import EmbeddingSpace

    EmbeddingSpace.objects.all().delete()
    heaps.name(carla, range(4))
    assert not Job.objects.filter(kind="refit").exists()
    assert refit_status(project).state == "impossible"


def test_its_model_is_none_to_choose(heaps, carla, alice):
    from annotations.learning.queries import models_offered_in, registry

    heaps.name(carla, range(10))
    refit(heaps.project)
    model = Model.objects.get(method="refit")
    assert Prediction.objects.filter(model=model).exists()
    assert model not in registry(alice)
    assert model not in models_offered_in(alice, heaps.project)


def test_scores_follow_what_is_sure(heaps, carla):
    heaps.name(carla, range(20))
    refit(heaps.project)
    scores = np.array(Object.objects.filter(state="P").values_list("score", flat=True))
    assert scores.mean() > 0.8
