"""Settled objects become predicted again: as their model named them, or else as they are called."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from annotations.history.sitting import Stack, steps
from annotations.labels.models import Batch, BatchKind, Change
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Model, Prediction
from annotations.learning.resetting import reset_objects
from annotations.projects.models import Role
from annotations.samples.models import Object, State
from annotations.search.filter import Filter
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.plankton import machine_validated, tow
from tests.worlds import shared_rows

__all__ = ["tow"]
pytestmark = pytest.mark.django_db
VALIDATED, OTHER, DUBIOUS = 4, 5, 6  # places in the tow
ALL = Filter()


def say(made: Object, best: list[int], label: int | None, score: float = 0.7, **more: bool) -> None:
    """What a model said of an object before it was settled, as the worker writes it; None: left for people."""
    model = Model.objects.create(name="m")
    batch = Batch.objects.create(project=made.project, kind=BatchKind.PREDICTION, model_id=model.pk)
    Prediction.objects.create(
        object=made, model=model, taxa=best, scores=[0.7, 0.2], batch_id=batch.pk, **more
    )
    if label is not None:
        Change.objects.create(
            batch=batch,
            object=made,
            version=0,
            from_state="U",
            to_taxon_id=label,
            to_state="P",
            to_score=score,
        )


@shared_rows
def predicted_tow(tow):
    """A model said that the first validated copepod is an appendicularian; an older one is not heard any more."""
    chosen = tow.objects[VALIDATED]
    say(chosen, [tow.copepoda, tow.appendicularia], tow.copepoda, is_current=False)
    say(chosen, [tow.appendicularia, tow.copepoda], tow.appendicularia)
    return tow


def now(made: Object) -> tuple:
    made.refresh_from_db()
    return made.taxon_id, made.state, made.score, made.annotator_id


def reset_all(tow, user, **more):
    return reset_objects(project=tow.project, user=user, where=ALL.where(tow.project.pk), **more)


def test_each_gets_what_its_model_says_or_keeps_its_taxon(predicted_tow, carla):
    outcome = reset_all(predicted_tow, carla, expected=3)
    assert outcome.changed == 3
    assert now(predicted_tow.objects[VALIDATED]) == (predicted_tow.appendicularia, State.PREDICTED, 0.7, None)
    assert predicted_tow.objects[VALIDATED].margin == pytest.approx(0.5)
    assert now(predicted_tow.objects[OTHER]) == (predicted_tow.copepoda, State.PREDICTED, None, None)
    assert now(predicted_tow.objects[DUBIOUS]) == (predicted_tow.appendicularia, State.PREDICTED, None, None)


def test_at_a_wanted_precision_it_is_the_ancestor_that_the_model_named(tow, carla):
    """Its surest taxon is another one, at a score that was not enough."""
    acartia = ensure_taxa([TaxonName("Acartia")]).popitem()[1]
    say(tow.objects[DUBIOUS], [acartia, tow.appendicularia], tow.copepoda, score=0.95)
    reset_all(tow, carla)
    assert now(tow.objects[DUBIOUS]) == (tow.copepoda, State.PREDICTED, 0.95, None)


def test_what_the_model_left_for_people_keeps_its_taxon_without_a_score(tow, carla):
    say(tow.objects[VALIDATED], [tow.appendicularia, tow.copepoda], None)
    reset_all(tow, carla)
    assert now(tow.objects[VALIDATED]) == (tow.copepoda, State.PREDICTED, None, None)


def test_what_is_predicted_or_unclassified_stays(predicted_tow, carla):
    before = {each.pk: each.version for each in (*predicted_tow.objects[:4], *predicted_tow.objects[7:])}
    reset_all(predicted_tow, carla)
    assert dict(Object.objects.filter(pk__in=before).values_list("pk", "version")) == before


def test_one_undo_puts_all_of_it_back(predicted_tow, carla):
    before = [now(each) for each in predicted_tow.objects]
    batch = Batch.objects.get(pk=reset_all(predicted_tow, carla).batch)
    assert Change.objects.filter(batch=batch).count() == 3
    (step,), _ = steps(predicted_tow.project.pk, carla, Stack.DONE)
    assert (step.batch, step.changed) == (batch.pk, 3)
    assert undo_batch(batch=batch, user=carla, role=Role.EXPERT).changed == 3
    assert [now(each) for each in predicted_tow.objects] == before


def test_of_named_objects_one_that_was_changed_since_is_a_conflict(predicted_tow, carla):
    targets = [Target(predicted_tow.objects[VALIDATED].pk, 1), Target(predicted_tow.objects[OTHER].pk, 7)]
    outcome = reset_objects(project=predicted_tow.project, user=carla, targets=targets)
    assert outcome.changed == 1
    assert [conflict["id"] for conflict in outcome.conflicts] == [predicted_tow.objects[OTHER].pk]


def test_nothing_is_done_to_another_number_than_was_said(predicted_tow, carla):
    with pytest.raises(ValidationError, match="3 objects match by now, not 4"):
        reset_all(predicted_tow, carla, expected=4)
    assert now(predicted_tow.objects[DUBIOUS])[1] == State.DUBIOUS


@pytest.mark.parametrize("person", ["bob", "vera", "dan"])
def test_annotators_reset_nothing(request, predicted_tow, person):
    with pytest.raises(PermissionDenied):
        reset_all(predicted_tow, request.getfixturevalue(person))


def test_by_the_page_of_a_filter(client, predicted_tow, carla):
    client.force_login(carla)
    url = f"/projects/{predicted_tow.project.pk}/reset/?state=validated"
    page = client.get(url).content.decode()
    assert "2 validated and 0 dubious" in page and "Reset 2 objects to predicted" in page
    answer = client.post(url, {"expected": "2"}, follow=True)
    assert "2 objects are predicted again" in answer.content.decode()
    assert now(predicted_tow.objects[DUBIOUS])[1] == State.DUBIOUS
    actions = client.get(f"/projects/{predicted_tow.project.pk}/actions/").content.decode()
    assert "Reset to predicted" in actions


def test_by_the_api(client, predicted_tow, carla):
    client.force_login(carla)
    body = {"filter": {"state": ["dubious"]}, "state": "predicted", "expected": 1}
    url = f"/api/v1/projects/{predicted_tow.project.pk}/annotations/"
    assert client.post(url, body, content_type="application/json").json()["changed"] == 1
    assert now(predicted_tow.objects[DUBIOUS])[1] == State.PREDICTED
    refused = client.post(url, body | {"taxon": predicted_tow.copepoda}, content_type="application/json")
    assert refused.status_code == 400 and "Only a model predicts" in refused.content.decode()


def test_what_a_rule_labelled_is_reset_with_its_score(client, tow, carla):
    machine_validated(tow, 1)
    client.force_login(carla)
    url = f"/projects/{tow.project.pk}/reset/?state=machine-validated"
    page = client.get(url).content.decode()
    assert "0 validated, 1 machine-validated and 0 dubious" in page
    client.post(url, {"expected": "1"})
    assert now(tow.objects[1]) == (tow.copepoda, State.PREDICTED, 0.6, None)
