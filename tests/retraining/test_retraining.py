"""A project's own model trained anew: when it is time, as it was made, and replaced only by one that is better."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from annotations.jobs.models import Job, JobState
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.learning.models import HeldOut, LearningSet, Model, ProjectModel
from annotations.projects.actions import create_project
from annotations.retraining import actions
from annotations.retraining.actions import (
    decide_finished_retrainings,
    due_reason,
    set_plan,
    start_due_retrainings,
    start_retraining,
)
from annotations.retraining.models import Retraining, RetrainingPlan
from annotations.samples.models import Acquisition, Object, Sample
from annotations.taxonomy.models import Taxon
from tests.learning.models import make_ready
from tests.learning.test_comparing import called, held_out

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def own(project, taxa, objects) -> Model:
    """The project's own model, right of half of what it was tested on."""
    model = make_ready(project, *taxa[:2], name="Former")
    LearningSet.objects.filter(pk=model.learning_set_id).update(
        recipe={"projects": [{"project": project.pk}], "cap": 90}
    )
    model.learning_set.projects.set([project])
    Model.objects.filter(pk=model.pk).update(
        classes=taxa, method="features", settings={"backbone": "patches", "head": "linear"}
    )
    held_out(model, objects, called(objects, taxa, 0.5, seed=1))
    ProjectModel.objects.create(project=project, model=model)
    model.refresh_from_db()
    return model


def trained(project, objects, taxa, right: float, *, seed: int = 2) -> Model:
    """As the training would leave the new model."""
    model = Retraining.objects.get(outcome="").model
    assert model is not None
    Model.objects.filter(pk=model.pk).update(is_ready=True, classes=taxa)
    Job.objects.filter(pk=model.job_id).update(state=JobState.DONE)
    held_out(model, objects, called(objects, taxa, right, seed))
    return model


def own_model(project) -> Model:
    return ProjectModel.objects.get(project=project).model


def test_it_is_made_as_the_former_and_tested_on_the_same(own, project, alice):
    retraining = start_retraining(user=alice, project=project)
    model = retraining.model
    assert (model.method, model.settings["backbone"], model.settings["head"]) == (
        "features",
        "patches",
        "linear",
    )
    assert model.learning_set.recipe == {
        "projects": [{"project": project.pk}],
        "cap": 90,
        "tested_as": own.learning_set_id,
    }
    assert model.job.kind == "train"
    assert decide_finished_retrainings() == 0, "it is being trained"
    with pytest.raises(ValidationError, match="under way"):
        start_retraining(user=alice, project=project)


def test_one_that_is_certainly_better_takes_the_place(own, project, objects, taxa, alice):
    start_retraining(user=alice, project=project)
    model = trained(project, objects, taxa, 0.95)
    assert decide_finished_retrainings() == 1
    retraining = Retraining.objects.get()
    assert retraining.outcome == "adopted", retraining.words
    assert own_model(project) == model
    right = {
        number: sum(
            taxon == predicted
            for taxon, predicted in HeldOut.objects.filter(model=number).values_list("taxon", "predicted")
        )
        for number in (own.pk, model.pk)
    }
    difference = (right[model.pk] - right[own.pk]) / len(objects)
    assert retraining.figures["objects"] == len(objects)
    assert retraining.figures["accuracy"]["difference"] == pytest.approx(difference)
    assert retraining.figures["accuracy"]["interval"][0] > 0
    assert f"Accuracy +{difference:.3f}" in retraining.words
    assert decide_finished_retrainings() == 0


def test_one_that_may_be_better_by_chance_does_not(own, project, objects, taxa, alice):
    start_retraining(user=alice, project=project)
    trained(project, objects, taxa, 0.52)
    decide_finished_retrainings()
    retraining = Retraining.objects.get()
    assert retraining.outcome == "not_better"
    low, high = retraining.figures["accuracy"]["interval"]
    assert low <= 0 <= high
    assert own_model(project) == own


def test_one_that_gives_rare_taxa_away_does_not(own, project, objects, taxa, alice):
    HeldOut.objects.filter(model=own).delete()
    rare = [o.taxon_id == taxa[2] for o in objects]
    held_out(
        own,
        objects,
        [
            o.taxon_id if is_rare or n % 2 else taxa[3]
            for n, (o, is_rare) in enumerate(zip(objects, rare, strict=True))
        ],
    )
    start_retraining(user=alice, project=project)
    model = Retraining.objects.get().model
    Model.objects.filter(pk=model.pk).update(is_ready=True, classes=taxa)
    Job.objects.filter(pk=model.job_id).update(state=JobState.DONE)
    frequent = {taxa[0], taxa[1]}
    held_out(model, objects, [taxa[0] if o.taxon_id in frequent else taxa[3] for o in objects])
    decide_finished_retrainings()
    assert Retraining.objects.get().outcome == "not_better"
    assert own_model(project) == own


def test_too_few_in_common_decide_nothing(own, project, objects, taxa, alice):
    start_retraining(user=alice, project=project)
    trained(project, objects[:10], taxa, 1.0)
    decide_finished_retrainings()
    assert Retraining.objects.get().words == (
        "Both were tested on 10 of the same objects; it takes 50 to tell models apart."
    )
    assert own_model(project) == own


def test_a_training_that_fails_is_said_and_the_next_may_begin(own, project, alice):
    retraining = start_retraining(user=alice, project=project)
    Job.objects.filter(pk=retraining.model.job_id).update(state=JobState.FAILED, message="Too few samples.")
    decide_finished_retrainings()
    assert Retraining.objects.get().words == "The training did not end well. Too few samples."
    start_retraining(user=alice, project=project)


def test_whom_somebody_made_the_own_model_meanwhile_stays(own, project, objects, taxa, alice):
    start_retraining(user=alice, project=project)
    trained(project, objects, taxa, 1.0)
    other = make_ready(project, *taxa[:2], name="Chosen by hand")
    ProjectModel.objects.filter(project=project).update(model=other)
    decide_finished_retrainings()
    assert own_model(project) == other


def test_after_so_many_newly_validated_objects(own, project, objects, alice, carla, root):
    set_plan(user=root, project=project, every=50, hour=None)
    assert start_due_retrainings() == 0
    sample = Sample.objects.create(project=project, original_id="new")
    tow = Acquisition.objects.create(sample=sample, original_id="new")
    fresh = [Object.objects.create(project=project, sample=sample, acquisition=tow) for _ in range(50)]
    taxon = Taxon.objects.get(pk=objects[0].taxon_id)
    label_objects(project=project, user=carla, targets=[Target(o.pk, 1) for o in fresh[:49]], taxon=taxon)
    assert start_due_retrainings() == 0
    label_objects(project=project, user=carla, targets=[Target(fresh[49].pk, 1)], taxon=taxon)
    assert start_due_retrainings() == 1
    assert Retraining.objects.get().reason == "validated"
    assert Retraining.objects.get().model.job.owner == root
    assert start_due_retrainings() == 0, "one at a time"
    Retraining.objects.update(outcome="not_better")
    assert start_due_retrainings() == 0, "counted from there on"


def test_what_cannot_be_started_is_said_once(own, project, root):
    set_plan(user=root, project=project, every=50, hour=None)
    RetrainingPlan.objects.update(validated=-100)
    ProjectModel.objects.all().delete()
    assert start_due_retrainings() == 0
    assert start_due_retrainings() == 0
    retraining = Retraining.objects.get()
    assert (retraining.outcome, retraining.words) == ("failed", actions.NO_OWN_MODEL)


@pytest.mark.parametrize(
    ("now", "fresh", "last", "reason"),
    [
        (NOON, 1, None, None),  # the hour is two: it waits for the night
        (NOON.replace(hour=2, minute=20), 1, None, "nightly"),
        (NOON.replace(hour=2, minute=20), 0, None, None),  # nothing was validated
        (NOON.replace(hour=2, minute=20), 1, NOON.replace(hour=2, minute=1), None),  # tonight's has begun
        (NOON.replace(hour=2, minute=20), 1, NOON - timedelta(days=1), "nightly"),
        (NOON.replace(hour=3, minute=1), 1, None, None),
    ],
)
def test_nightly(now, fresh, last, reason):
    plan = RetrainingPlan(hour=2, last_started=last)
    assert due_reason(plan, fresh, now) == reason


def test_only_administrators_set_the_plan(own, project, alice, root):
    with pytest.raises(PermissionDenied):
        set_plan(user=alice, project=project, every=100, hour=None)
    with pytest.raises(ValidationError, match="takes 50 to 10,000,000"):
        set_plan(user=root, project=project, every=10, hour=None)
    set_plan(user=root, project=project, every=100, hour=3)
    set_plan(user=root, project=project, every=None, hour=None)
    assert not RetrainingPlan.objects.exists()


def test_without_an_own_model_there_is_nothing_to_train_anew(project, root, alice):
    with pytest.raises(ValidationError, match="no model of its own"):
        set_plan(user=root, project=project, every=100, hour=None)
    with pytest.raises(ValidationError, match="no model of its own"):
        start_retraining(user=alice, project=project)


def test_the_page_and_the_api_say_the_same(own, project, objects, taxa, client, alice, root):
    client.force_login(root)
    address = f"/api/v1/projects/{project.pk}/retraining/"
    plan = client.put(address, {"every": 100, "hour": 2}, content_type="application/json").json()["plan"]
    assert plan == {"every": 100, "hour": 2}
    client.force_login(alice)
    assert (
        client.put(address, {"every": 1000, "hour": None}, content_type="application/json").status_code == 403
    )
    assert client.post(address).status_code == 202
    trained(project, objects, taxa, 0.95)
    decide_finished_retrainings()
    (entry,) = client.get(address).json()["retrainings"]
    assert (entry["outcome"], entry["former"], entry["reason"]) == ("adopted", own.pk, "request")
    page = " ".join(client.get(f"/projects/{project.pk}/retraining/").content.decode().split())
    assert "After 100 newly validated objects, and every night at 02:00 UTC." in page
    assert "is the project’s own now" in page
    assert entry["words"] in page
    assert "Set it" not in page


def test_an_administrator_sets_the_plan_on_the_page(own, project, client, root):
    client.force_login(root)
    page = f"/projects/{project.pk}/retraining/"
    refused = client.post(page, {"every": "7", "hour": ""})
    assert refused.status_code == 400
    assert "A number of objects is 50 to 10,000,000" in refused.content.decode()
    client.post(page, {"every": "", "hour": "23"})
    assert RetrainingPlan.objects.get().hour == 23
    client.post(page, {"every": "", "hour": ""})
    assert not RetrainingPlan.objects.exists()


def test_what_was_settled_since_and_whether_it_would_pay(own, project, objects, client, alice, carla):
    own.metrics["learning_curve"] = {
        "points": [{"objects": 120, "macro_f1": 0.5, "accuracy": 0.6}],
        "doubled": {"objects": 240, "macro_f1": 0.6, "accuracy": 0.7},
    }
    own.save()
    LearningSet.objects.filter(pk=own.learning_set_id).update(
        facts=own.learning_set.facts | {"objects": 40}, created=timezone.now() - timedelta(days=1)
    )
    taxon = Taxon.objects.get(pk=objects[0].taxon_id)
    label_objects(project=project, user=carla, targets=[Target(o.pk, 1) for o in objects[:40]], taxon=taxon)
    client.force_login(alice)
    status = client.get(f"/api/v1/projects/{project.pk}/retraining/").json()
    assert (status["fresh"], status["expected_gain"]) == (40, pytest.approx(0.1))
    assert "it would pay" in client.get(f"/projects/{project.pk}/retraining/").content.decode()


def test_a_project_in_the_bin_is_not_trained(own, project, root):
    set_plan(user=root, project=project, every=50, hour=None)
    RetrainingPlan.objects.update(validated=-100)
    project.deleted = timezone.now()
    project.save()
    assert start_due_retrainings() == 0


def test_who_does_not_manage_all_that_was_learnt_from_starts_none(own, project, alice, dan, root):
    strange = create_project(title="A stranger's", owner=dan)
    own.learning_set.projects.add(strange)
    with pytest.raises(PermissionDenied):
        start_retraining(user=alice, project=project)
    set_plan(user=root, project=project, every=50, hour=None)
    RetrainingPlan.objects.update(validated=-100, set_by=alice)
    assert start_due_retrainings() == 0
    assert "Only a manager of A stranger" in Retraining.objects.get().words
    RetrainingPlan.objects.update(validated=-100, set_by=None)
    assert start_due_retrainings() == 0
    assert Retraining.objects.first().words == actions.NOBODYS_PLAN


def test_one_that_was_archived_meanwhile_is_not_adopted(own, project, objects, taxa, alice):
    start_retraining(user=alice, project=project)
    model = trained(project, objects, taxa, 0.95)
    Model.objects.filter(pk=model.pk).update(archived=timezone.now())
    decide_finished_retrainings()
    assert own_model(project) == own


def test_what_was_settled_on_the_day_of_training_is_not_new(own, project, objects, client, alice, carla):
    LearningSet.objects.filter(pk=own.learning_set_id).update(created=timezone.now())
    taxon = Taxon.objects.get(pk=objects[0].taxon_id)
    label_objects(project=project, user=carla, targets=[Target(o.pk, 1) for o in objects[:40]], taxon=taxon)
    client.force_login(alice)
    assert client.get(f"/api/v1/projects/{project.pk}/retraining/").json()["fresh"] == 0
