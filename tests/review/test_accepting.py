"""Accepting by a rule: what a model calls a taxon with at least some score, in one action, looked at by nobody."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.history.queries import ActionFilter, actions
from annotations.history.wording import lines
from annotations.jobs.errors import JobCancelled
from annotations.jobs.models import JobState
from annotations.labels.actions import label_objects, reset_to_predicted, write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.labels.tally import project_counts
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Model, Prediction
from annotations.projects.models import Role
from annotations.review import accepting
from annotations.review.accepting import accept_above
from annotations.review.machine_validating import machine_validate
from annotations.review.models import SetAside
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from tests.run_jobs import work

NOTHING = (
    "SELECT NULL::bigint object_id, NULL::bigint taxon_id, NULL::float8 score, NULL::float8 margin LIMIT 0"
)


def accept(tow, user, threshold: float, expected: int, **more):
    taxon = Taxon.objects.get(pk=tow.copepoda)
    return accept_above(
        project=tow.project, user=user, taxon=taxon, threshold=threshold, expected=expected, **more
    )


def labels(tow) -> list[tuple]:
    return list(Object.objects.order_by("id").values_list("taxon", "state", "score", "annotator"))


def target(tow, n: int) -> Target:
    return Target(tow.objects[n].pk, tow.objects[n].version)


def test_all_from_the_threshold_on_and_nothing_else(tow, bob):
    before = labels(tow)
    outcome = accept(tow, bob, 0.6, 3)
    assert outcome.changed == 3
    machine = [(taxon, "M", score, None) for taxon, _, score, _ in before[1:4]]
    assert labels(tow) == [before[0], *machine, *before[4:]], "taxon and score stay, nobody is the annotator"
    batch = Batch.objects.get(pk=outcome.batch)
    assert (batch.kind, batch.user, batch.changed) == (BatchKind.RULE, bob, 3)
    assert (tow.copepoda, "M", 3) in project_counts(tow.project.pk)


def test_another_number_than_was_seen_changes_nothing(tow, bob):
    before = labels(tow)
    with pytest.raises(
        ValidationError, match=r"3 objects are predicted as Copepoda .* 0.6 or more by now, not 4"
    ):
        accept(tow, bob, 0.6, 4)
    assert labels(tow) == before
    assert not Batch.objects.exists()


@pytest.mark.parametrize("threshold", [-0.1, 1.5])
def test_a_threshold_that_is_no_score(tow, bob, threshold):
    with pytest.raises(ValidationError, match="between 0 and 1"):
        accept(tow, bob, threshold, 4)


def test_what_somebody_took_out_of_a_page_is_not_accepted(tow, bob, carla):
    SetAside.objects.create(object=tow.objects[2], taxon_id=tow.copepoda, user=carla)
    assert accept(tow, bob, 0.6, 2).changed == 2
    assert Object.objects.get(pk=tow.objects[2].pk).state == State.PREDICTED


def test_what_is_unlike_anything_learnt_is_not_accepted(tow, bob):
    """As the review doesn't offer it among the pages of the taxon."""
    model = Model.objects.create(name="Bay", classes=[tow.copepoda])
    for each, novelty in zip(tow.objects[1:4], (None, 0.995, 0.2), strict=True):
        Prediction.objects.create(
            object=each, model=model, taxa=[tow.copepoda], scores=[0.9], novelty=novelty
        )
    assert accept(tow, bob, 0.6, 2).changed == 2
    assert [state for _, state, *_ in labels(tow)][:4] == ["P", "M", "P", "M"]


def test_only_within_the_filter(tow, bob):
    within = Filter.parse({"score_max": "0.75"})
    assert accept(tow, bob, 0.6, 2, criteria=within).changed == 2
    assert [state for _, state, *_ in labels(tow)][:4] == ["P", "M", "M", "P"]


def test_it_is_undone_as_one_action_and_redone(tow, bob):
    before = labels(tow)
    batch = Batch.objects.get(pk=accept(tow, bob, 0.6, 3).batch)
    undo = undo_batch(batch=batch, user=bob, role=Role.ANNOTATOR)
    assert (undo.changed, labels(tow)) == (3, before)
    undo_batch(batch=Batch.objects.get(pk=undo.batch), user=bob, role=Role.ANNOTATOR)
    assert [state for _, state, *_ in labels(tow)][:4] == ["P", "M", "M", "M"]


def test_the_list_of_actions_says_the_rule(tow, bob):
    accept(tow, bob, 0.6, 3)
    page, _ = actions(tow.project.pk, ActionFilter())
    (line,) = lines(page, bob, Role.ANNOTATOR)
    assert (line.what, line.why_not) == ("Machine-validated: Copepoda, scores from 0.6 on", None)


def test_no_model_overwrites_it(tow, bob):
    accept(tow, bob, 0.6, 3)
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION)
    rows = [(each.pk, tow.appendicularia, 0.99, 0.9, 0.1) for each in tow.objects]
    write_predictions(batch=batch, rows=rows)
    assert [label[:3] for label in labels(tow)[:4]] == [
        (tow.appendicularia, "P", 0.99),
        *((tow.copepoda, "M", 0.5 + n / 10) for n in (1, 2, 3)),
    ]


def test_a_person_who_saw_the_prediction_labels_it_all_the_same(tow, bob, carla):
    accept(tow, bob, 0.6, 3)
    taxon = Taxon.objects.get(pk=tow.appendicularia)
    named = label_objects(project=tow.project, user=carla, targets=[target(tow, 1)], taxon=taxon)
    accepted = label_objects(project=tow.project, user=carla, targets=[target(tow, 2)], state=State.VALIDATED)
    assert [named.conflicts, accepted.conflicts] == [[], []]
    assert labels(tow)[1] == (tow.appendicularia, "V", None, carla.pk)
    assert labels(tow)[2] == (tow.copepoda, "V", None, carla.pk)
    undone = undo_batch(batch=Batch.objects.get(kind=BatchKind.RULE), user=bob, role=Role.ANNOTATOR)
    assert (undone.changed, len(undone.conflicts)) == (1, 2), "what people have said since stays"


def test_no_person_gives_the_state_by_hand(tow, bob):
    with pytest.raises(ValidationError, match="Only a rule"):
        label_objects(project=tow.project, user=bob, targets=[target(tow, 0)], state=State.MACHINE_VALIDATED)


def test_reset_to_predicted_it_keeps_its_score(tow, bob):
    before = labels(tow)
    accept(tow, bob, 0.6, 3)
    machine = (f"o.state = '{State.MACHINE_VALIDATED.value}'", [])
    outcome = reset_to_predicted(
        project=tow.project, user=bob, predictions=NOTHING, where=machine, expected=3
    )
    assert (outcome.changed, labels(tow)) == (3, before)


# --- As a job ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def chunked(monkeypatch) -> None:
    monkeypatch.setattr(accepting, "MOST_AT_ONCE", 1)
    monkeypatch.setattr("annotations.review.machine_validating.CHUNK", 2)


def test_many_are_a_job_and_one_batch(tow, bob, chunked):
    job = work(accept(tow, bob, 0.6, 3), machine_validate)
    assert (job.state, job.message) == (JobState.DONE, "3 objects are machine-validated.")
    batch = Batch.objects.get()
    assert (batch.kind, batch.user, batch.changed) == (BatchKind.RULE, bob, 3)
    assert (job.result["batch"], job.result["changed"]) == (batch.pk, 3)
    assert [state for _, state, *_ in labels(tow)][:4] == ["P", "M", "M", "M"]


def test_taken_up_again_it_goes_on_in_the_same_batch(tow, bob, chunked, monkeypatch):
    job = accept(tow, bob, 0.5, 4)
    chunks = []

    def dies_in_the_second(**chunk):
        chunks.append(chunk)
        if len(chunks) == 2:
            raise SystemExit
        return real(**chunk)

    real = accepting.machine_validate_some
    monkeypatch.setattr("annotations.review.machine_validating.machine_validate_some", dies_in_the_second)
    with pytest.raises(SystemExit):
        work(job, machine_validate)
    type(job).objects.filter(pk=job.pk).update(heartbeat="2026-01-01T00:00Z")
    job = work(job, machine_validate)
    assert (job.state, job.attempt, job.result["changed"]) == (JobState.DONE, 2, 4)
    assert Batch.objects.get().changed == 4


def test_what_a_model_says_anew_meanwhile_is_not_what_the_person_saw(tow, bob, chunked):
    job = accept(tow, bob, 0.5, 4)
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION)
    write_predictions(batch=batch, rows=[(tow.objects[9].pk, tow.copepoda, 0.99, 0.9, 0.1)])
    # to the database a test is one moment
    Object.objects.filter(pk=tow.objects[9].pk).update(labelled_at=timezone.now())
    assert work(job, machine_validate).result["changed"] == 4
    assert labels(tow)[9][1] == "P"


def test_taken_back_while_it_runs_it_stops(tow, bob, chunked, monkeypatch):
    before, job = labels(tow), accept(tow, bob, 0.5, 4)
    progress_of = []

    def undone_after_the_first(self, done, total, message=""):
        if not progress_of:
            undo_batch(batch=Batch.objects.get(kind=BatchKind.RULE), user=bob, role=Role.ANNOTATOR)
        progress_of.append(message)

    monkeypatch.setattr("annotations.jobs.progress.Progress.update", undone_after_the_first)
    job = work(job, machine_validate)
    assert progress_of == ["2 of 4 are machine-validated"]
    assert (
        job.message
        == "2 objects are machine-validated. 2 are not: they were changed, or this was taken back, meanwhile."
    )
    assert labels(tow) == before


def test_a_rule_that_finds_nothing_any_more_is_no_action(tow, bob, chunked):
    job = accept(tow, bob, 0.6, 3)
    label_objects(
        project=tow.project,
        user=bob,
        targets=[target(tow, n) for n in (1, 2, 3)],
        state=State.VALIDATED,
    )
    job = work(job, machine_validate)
    assert (job.state, job.result["batch"], job.result["changed"]) == (JobState.DONE, None, 0)
    assert not Batch.objects.filter(kind=BatchKind.RULE).exists()


def test_cancelled_before_the_first_it_is_no_action(tow, bob, chunked, monkeypatch):
    job = accept(tow, bob, 0.6, 3)

    def cancelled(**chunk):
        raise JobCancelled

    monkeypatch.setattr("annotations.review.machine_validating.machine_validate_some", cancelled)
    assert work(job, machine_validate).state == JobState.CANCELLED
    assert not Batch.objects.exists()


def test_where_others_were_faster_it_is_no_action(tow, bob, monkeypatch):
    """Between the count and the change, which a test is too slow for."""
    monkeypatch.setattr(accepting, "machine_validate_some", lambda **chunk: (0, 0))
    outcome = accept(tow, bob, 0.6, 3)
    assert (outcome.batch, outcome.changed) == (None, 0)
    assert not Batch.objects.exists()


def test_cancelled_it_leaves_what_it_has_done_to_be_undone(tow, bob, chunked, monkeypatch):
    before, job = labels(tow), accept(tow, bob, 0.5, 4)

    def cancelled_after_the_first(self, done, total, message=""):
        raise JobCancelled

    monkeypatch.setattr("annotations.jobs.progress.Progress.update", cancelled_after_the_first)
    assert work(job, machine_validate).state == JobState.CANCELLED
    batch = Batch.objects.get(kind=BatchKind.RULE)
    assert (batch.changed, [state for _, state, *_ in labels(tow)][:4]) == (2, ["M", "M", "P", "P"])
    undo_batch(batch=batch, user=bob, role=Role.ANNOTATOR)
    assert labels(tow) == before
