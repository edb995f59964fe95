"""One writer of labels: conflicts, undo, and what a model may not do."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.labels.actions import label_objects, write_predictions
from annotations.labels.models import Batch, BatchKind, Change
from annotations.labels.queries import history
from annotations.labels.tally import project_counts
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.projects.actions import create_project
from annotations.projects.models import Role
from annotations.samples.models import Object, State
from annotations.taxonomy.models import Taxon
from tests.plankton import tow

__all__ = ["tow"]


def targets(objects: list[Object]) -> list[Target]:
    return [Target(o.pk, o.version) for o in objects]


def taxon_of(taxon: int | Taxon) -> Taxon:
    return taxon if isinstance(taxon, Taxon) else Taxon.objects.get(pk=taxon)


def grouped(project_id: int) -> dict:
    """What the tally should say, counted the slow way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT taxon_id, state, count(*) FROM samples_object WHERE project_id = %s GROUP BY 1, 2",
            [project_id],
        )
        return {(taxon, state): count for taxon, state, count in cursor.fetchall()}


def tallied(project_id: int) -> dict:
    return {(taxon, state): count for taxon, state, count in project_counts(project_id)}


def test_a_taxon_validates_and_says_who_and_when(tow, bob):
    outcome = label_objects(
        project=tow.project, user=bob, targets=targets(tow.objects[7:]), taxon=taxon_of(tow.appendicularia)
    )
    assert (outcome.changed, outcome.conflicts) == (3, [])
    labelled = Object.objects.get(pk=tow.objects[8].pk)
    assert (labelled.state, labelled.taxon_id, labelled.annotator, labelled.version) == (
        State.VALIDATED,
        tow.appendicularia,
        bob,
        2,
    )
    newest = history(labelled.pk)[0]
    assert newest["user"] == "Bob"
    assert newest["from"] == {"taxon": None, "state": "unclassified"}
    assert newest["to"]["state"] == "validated"


def test_one_statement_locks_labels_logs_and_counts(tow, bob):
    taxon, seen = taxon_of(tow.appendicularia), targets(tow.objects[7:])
    with CaptureQueriesContext(connection) as queries:
        outcome = label_objects(project=tow.project, user=bob, targets=seen, taxon=taxon)
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 1
    batch = Batch.objects.get(pk=outcome.batch)
    assert (batch.changed, batch.user, batch.details) == (3, bob, {"taxon": taxon.pk, "state": "V"})
    assert batch.changes.count() == 3


def test_where_nothing_is_free_no_batch_stays(tow, bob, carla):
    seen = targets(tow.objects[:1])
    label_objects(project=tow.project, user=bob, targets=seen, taxon=taxon_of(tow.appendicularia))
    outcome = label_objects(project=tow.project, user=carla, targets=seen, state=State.DUBIOUS)
    assert (outcome.batch, outcome.changed, len(outcome.conflicts)) == (None, 0, 1)
    assert not Batch.objects.filter(user=carla).exists()


def test_the_second_is_told_and_nothing_is_overwritten(tow, bob, carla):
    seen_by_both = targets(tow.objects[:2])
    label_objects(project=tow.project, user=bob, targets=seen_by_both[:1], taxon=taxon_of(tow.appendicularia))
    outcome = label_objects(project=tow.project, user=carla, targets=seen_by_both, state=State.DUBIOUS)
    assert outcome.changed == 1
    assert outcome.conflicts == [
        {
            "id": tow.objects[0].pk,
            "version": 2,
            "taxon": {"id": tow.appendicularia, "name": "Appendicularia"},
            "state": "validated",
            "annotator": "Bob",
        }
    ]
    assert Object.objects.get(pk=tow.objects[0].pk).annotator == bob


def test_objects_of_another_project_are_out_of_reach(tow, alice):
    elsewhere = create_project(title="Elsewhere", owner=alice)
    outcome = label_objects(
        project=elsewhere, user=alice, targets=targets(tow.objects), state=State.UNCLASSIFIED
    )
    assert (outcome.batch, outcome.changed, outcome.conflicts) == (None, 0, [])


def predict(tow, taxon: int) -> None:
    """A model says something anew of all that nobody has settled: their versions rise."""
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION)
    write_predictions(batch=batch, rows=[(each.pk, taxon, 0.7, 0.2, 0.1) for each in tow.objects])


def test_who_names_what_a_model_has_predicted_anew_meanwhile_is_heard(tow, bob):
    stale = targets(tow.objects[:4])
    predict(tow, tow.appendicularia)
    outcome = label_objects(project=tow.project, user=bob, targets=stale, taxon=taxon_of(tow.copepoda))
    assert (outcome.changed, outcome.conflicts) == (4, [])


def test_who_accepts_what_a_model_has_renamed_meanwhile_is_not(tow, bob):
    stale = targets(tow.objects[:4])
    predict(tow, tow.appendicularia)
    outcome = label_objects(project=tow.project, user=bob, targets=stale, state=State.VALIDATED)
    assert (outcome.changed, len(outcome.conflicts)) == (0, 4)


def test_who_accepts_what_a_model_has_only_scored_anew_is_heard(tow, bob):
    stale = targets(tow.objects[:4])
    predict(tow, tow.copepoda)
    outcome = label_objects(project=tow.project, user=bob, targets=stale, state=State.VALIDATED)
    assert (outcome.changed, outcome.conflicts) == (4, [])


def test_a_person_who_took_the_taxon_away_meanwhile_stands(tow, bob, carla):
    stale = targets(tow.objects[:4])
    label_objects(project=tow.project, user=carla, targets=stale, state=State.UNCLASSIFIED)
    outcome = label_objects(project=tow.project, user=bob, targets=stale, taxon=taxon_of(tow.copepoda))
    assert (outcome.changed, len(outcome.conflicts)) == (0, 4)


def test_a_state_needs_a_taxon(tow, bob):
    with pytest.raises(ValidationError, match="3 of these objects have no taxon yet"):
        label_objects(project=tow.project, user=bob, targets=targets(tow.objects), state=State.VALIDATED)
    assert Change.objects.count() == 0


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({}, "Say what the objects should become"),
        ({"state": State.PREDICTED}, "Only a model predicts"),
    ],
)
def test_senseless_wishes_are_refused(tow, bob, wish, sentence):
    with pytest.raises(ValidationError, match=sentence):
        label_objects(project=tow.project, user=bob, targets=targets(tow.objects), **wish)


def test_all_that_match_a_condition(tow, bob):
    outcome = label_objects(
        project=tow.project, user=bob, where=("o.state = %s", ["P"]), taxon=taxon_of(tow.appendicularia)
    )
    assert outcome.changed == 4
    assert tallied(tow.project.pk)[tow.appendicularia, "V"] == 4


def test_undo_puts_everything_back_and_undoing_it_redoes(tow, bob):
    before = list(Object.objects.order_by("id").values("state", "taxon", "score", "annotator", "labelled_at"))
    done = label_objects(
        project=tow.project, user=bob, targets=targets(tow.objects), taxon=taxon_of(tow.copepoda)
    )
    undone = undo_batch(batch=Batch.objects.get(pk=done.batch), user=bob, role=Role.ANNOTATOR)
    assert undone.changed == 10
    assert (
        list(Object.objects.order_by("id").values("state", "taxon", "score", "annotator", "labelled_at"))
        == before
    )
    undo_batch(batch=Batch.objects.get(pk=undone.batch), user=bob, role=Role.ANNOTATOR)
    assert Object.objects.filter(state=State.VALIDATED, taxon=tow.copepoda, annotator=bob).count() == 10


def test_undo_leaves_what_somebody_changed_since(tow, bob, carla):
    done = label_objects(project=tow.project, user=bob, targets=targets(tow.objects[:2]), state=State.DUBIOUS)
    label_objects(
        project=tow.project, user=carla, targets=[Target(tow.objects[0].pk, 2)], state=State.VALIDATED
    )
    outcome = undo_batch(batch=Batch.objects.get(pk=done.batch), user=bob, role=Role.ANNOTATOR)
    assert outcome.changed == 1
    assert [(c["id"], c["annotator"]) for c in outcome.conflicts] == [(tow.objects[0].pk, "Carla")]


def test_who_may_undo(tow, bob, alice, carla):
    done = label_objects(
        project=tow.project, user=alice, targets=targets(tow.objects[:1]), state=State.DUBIOUS
    )
    batch = Batch.objects.get(pk=done.batch)
    with pytest.raises(PermissionDenied):
        undo_batch(batch=batch, user=bob, role=Role.ANNOTATOR)
    assert undo_batch(batch=batch, user=carla, role=Role.EXPERT).changed == 1
    with pytest.raises(ValidationError, match="undone already"):
        undo_batch(batch=batch, user=alice, role=Role.MANAGER)


def test_a_model_never_overwrites_a_person(tow):
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION, model_id=1)
    rows = [(o.pk, tow.appendicularia, 0.9, 0.5, 0.2) for o in tow.objects]
    assert write_predictions(batch=batch, rows=rows) == 7
    assert Object.objects.filter(state="V", taxon=tow.copepoda).count() == 2
    assert Object.objects.filter(state="D", taxon=tow.appendicularia).count() == 1
    assert Object.objects.filter(state="P", taxon=tow.appendicularia, score=0.9).count() == 7


def test_undo_brings_back_how_sure_the_model_was(tow, bob):
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION, model_id=1)
    write_predictions(batch=batch, rows=[(tow.objects[0].pk, tow.copepoda, 0.9, 0.5, 0.2)])

    def surety() -> tuple:
        result = Object.objects.get(pk=tow.objects[0].pk)
        return result.state, result.score, result.margin, result.entropy

    predicted = Object.objects.get(pk=tow.objects[0].pk)
    done = label_objects(project=tow.project, user=bob, targets=targets([predicted]), state=State.VALIDATED)
    assert surety() == ("V", None, None, None)
    undo_batch(batch=Batch.objects.get(pk=done.batch), user=bob, role=Role.ANNOTATOR)
    assert surety() == ("P", 0.9, 0.5, 0.2)
