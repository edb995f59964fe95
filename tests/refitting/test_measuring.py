"""How learning while sorting does, on samples that it was not fitted to; what a full training would gain there."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job, JobState
from annotations.learning.common_objects import Common
from annotations.learning.models import HeldOut, Model, ProjectModel
from annotations.projects.models import Project
from annotations.refitting.actions import start_due_measurements
from annotations.refitting.held_out import is_held_out
from annotations.refitting.models import RefitMeasurement, Refitting
from annotations.refitting.status import Advice, refit_standing
from annotations.refitting.wording import (
    advice_in_words,
    comparison_in_words,
    points_in_words,
    standing_in_words,
)
from annotations.samples.models import Acquisition, Object, Sample, State
from annotations.similarity.actions import space_of
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from classifier.statistics.learning_gain import PairedDifference
from tests.learning.models import make_ready
from tests.refitting.conftest import embed
from tests.run_jobs import work
from tests.worlds import shared_rows
from worker.refitting import measuring as refit_measuring

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLES, EACH = 20, 8
CURVE = [(20, 0.2), (40, 0.6), (80, 0.8), (160, 0.9)]  # each doubling halves the error


@dataclass
class Sorted:
    """A project of twenty samples that is sorted but for an object of each."""

    project: Project
    objects: list[Object]
    taxa: list[int]

    def in_samples(self, samples: list[int]) -> list[Object]:
        """Settled ones."""
        return [
            one for n, one in enumerate(self.objects) if n // EACH in samples and one.state == State.VALIDATED
        ]

    def relabel(self, objects: list[Object]) -> None:
        """Each as the other taxon."""
        for one in objects:
            one.taxon_id = sum(self.taxa) - one.taxon_id
        Object.objects.bulk_update(objects, ["taxon"])

    def trained(self, tested: list[Object], right: int, curve: list | None = None) -> Model:
        """A model that was tested on these, and is right of so many."""
        model = make_ready(self.project, *self.taxa, name="Full")
        points = [{"objects": n, "accuracy": share, "macro_f1": share} for n, share in curve or []]
        Model.objects.filter(pk=model.pk).update(
            classes=self.taxa, metrics=model.metrics | {"learning_curve": {"points": points}}
        )
        model.learning_set.projects.set([self.project])
        model.learning_set.facts |= {"objects": 160}
        model.learning_set.save()
        HeldOut.objects.bulk_create(
            HeldOut(
                model=model,
                object=one,
                taxon_id=one.taxon_id,
                predicted_id=one.taxon_id if n < right else sum(self.taxa) - one.taxon_id,
                score=0.9,
            )
            for n, one in enumerate(tested)
        )
        return model

    def measured(self) -> RefitMeasurement:
        job = work(start_job(kind="measure_refit", owner=None, project=self.project))
        assert job.state == JobState.DONE, job.message
        return RefitMeasurement.objects.latest("created")


@shared_rows
def sorted_project(project: Project, carla: User) -> Sorted:
    taxa = list(ensure_taxa([TaxonName("Copepoda"), TaxonName("Chaetognatha")]).values())
    objects = []
    for k in range(SAMPLES):
        sample = Sample.objects.create(project=project, original_id=f"tow_{k}")
        tow = Acquisition.objects.create(sample=sample, original_id="acq")
        objects += [
            Object(
                project=project,
                sample=sample,
                acquisition=tow,
                taxon_id=taxa[n % 2] if n else None,
                state=State.VALIDATED if n else State.UNCLASSIFIED,
                annotator=carla if n else None,
                labelled_at=timezone.now() if n else None,
            )
            for n in range(EACH)
        ]
    objects = Object.objects.bulk_create(objects)
    space = EmbeddingSpace.objects.create(
        kind=EmbeddingSpace.Kind.MEASUREMENTS, name="Region measurements", project=project, dimensions=4
    )
    embed(space, objects)
    Refitting.objects.create(project=project, refitted=timezone.now(), labels=SAMPLES * (EACH - 1))
    return Sorted(project, objects, taxa)


# --- What is held out -------------------------------------------------------------------------------------------------


def test_until_a_model_is_trained_a_fifth_of_the_samples_is_held_out(sorted_project, monkeypatch):
    monkeypatch.setattr(refit_measuring, "FEW_OBJECTS", 20)
    numbers = np.array([one.sample_id for one in sorted_project.objects])
    held_out = is_held_out(numbers)
    samples = len(np.unique(numbers[held_out]))
    assert 3 <= samples <= 5
    sorted_project.relabel(
        [one for one, is_in in zip(sorted_project.objects, held_out, strict=True) if is_in and one.taxon_id]
    )
    measured = sorted_project.measured()
    assert (measured.model, measured.labels) == (None, 140)
    assert (measured.samples_tested, measured.objects_tested) == (samples, 7 * samples)
    assert measured.figures["accuracy"]["refit"] == 0, "it has not learnt from them"
    standing = refit_standing(sorted_project.project)
    assert (standing.advice, standing.gain) == (Advice.UNTRAINED, None)
    assert "none from this project’s labels" in advice_in_words(standing)


def test_of_many_numbers_a_fifth_is_held_out_and_always_the_same():
    numbers = np.arange(10_000)
    assert is_held_out(numbers).mean() == pytest.approx(0.2, abs=0.005)
    assert is_held_out(numbers[5000:]).tolist() == is_held_out(numbers)[5000:].tolist()


def test_beside_a_trained_model_both_name_what_that_was_tested_on(sorted_project):
    """Of 70 objects in ten samples the model names 56 rightly, the refit all: 20 points fewer."""
    tested = sorted_project.in_samples(list(range(10)))
    model = sorted_project.trained(tested, right=56)
    measured = sorted_project.measured()
    assert (measured.model, measured.objects_tested, measured.samples_tested) == (model, 70, 10)
    accuracy = measured.figures["accuracy"]
    assert (accuracy["refit"], accuracy["full"]) == (1.0, pytest.approx(0.8))
    assert accuracy["difference"] == pytest.approx(-0.2)
    low, high = accuracy["interval"]
    assert low < -0.2 < high < 0.1, "all of it in two samples of the ten"


def test_it_is_not_fitted_to_what_it_is_measured_on(sorted_project):
    """In 16 of 20 samples all labels are the wrong way round. Whoever learnt from them would name them as people did;
    who learnt from the four others alone names every one of them otherwise."""
    tested = sorted_project.in_samples(list(range(16)))
    sorted_project.relabel(tested)
    sorted_project.trained(tested, right=len(tested))
    assert sorted_project.measured().figures["accuracy"]["refit"] == 0


def test_the_last_head_which_has_learnt_from_them_is_no_beginning(sorted_project):
    tested = sorted_project.in_samples(list(range(16)))
    sorted_project.relabel(tested)
    sorted_project.trained(tested, right=len(tested))
    Refitting.objects.update(answered=None, requested=timezone.now() - timedelta(minutes=1))
    work(start_job(kind="refit", owner=None, project=sorted_project.project))
    assert Refitting.objects.get().heads, "the test must be able to tell"
    assert sorted_project.measured().figures["accuracy"]["refit"] == 0


def test_what_the_embeddings_have_learnt_from_is_not_measured_on(sorted_project):
    """They are of an earlier model, which was tested on three samples of those that the newer one was tested on."""
    earlier = sorted_project.trained(sorted_project.in_samples([0, 1, 2, 15]), right=20)
    embed(space_of(earlier, 4), sorted_project.objects)
    sorted_project.trained(sorted_project.in_samples(list(range(10))), right=60)
    measured = sorted_project.measured()
    assert measured.figures == {}, "21 objects are too few"
    HeldOut.objects.bulk_create(
        HeldOut(model=earlier, object=one, taxon_id=one.taxon_id, predicted_id=one.taxon_id, score=1)
        for one in sorted_project.in_samples([3, 4, 5, 6, 7])
    )
    assert sorted_project.measured().objects_tested == 8 * 7


def test_what_a_forebear_has_learnt_from_is_not_measured_on(sorted_project):
    """The embeddings are of a model that has not learnt here itself, but was started from one that has."""
    forebear = sorted_project.trained(sorted_project.in_samples(list(range(8))), right=50)
    child = make_ready(sorted_project.project, *sorted_project.taxa, name="Child")
    Model.objects.filter(pk=child.pk).update(parent=forebear, learning_set=None)
    embed(space_of(child, 4), sorted_project.objects)
    sorted_project.trained(sorted_project.in_samples(list(range(10))), right=60)
    assert sorted_project.measured().objects_tested == 8 * 7


def test_what_the_trained_model_was_started_from_has_not_learnt_from_them_either(sorted_project):
    forebear = sorted_project.trained(sorted_project.in_samples(list(range(8))), right=50)
    model = sorted_project.trained(sorted_project.in_samples(list(range(10))), right=60)
    Model.objects.filter(pk=model.pk).update(parent=forebear)
    assert sorted_project.measured().objects_tested == 8 * 7


def test_three_samples_that_agree_by_chance_promise_nothing(sorted_project):
    """Where both are equally right, in one case of four all three samples speak for the same one."""
    tested = sorted_project.in_samples([0, 1, 2])
    sample = np.array([one.sample_id for one in tested])
    labels = np.array([one.taxon_id for one in tested])
    full = np.where(np.isin(np.arange(21), [0, 7, 8, 14, 15, 16]), 0, labels)  # 1, 2 and 3 of 7 are wrong
    common = Common(np.arange(21), sample, labels, np.stack([labels, full], 1), np.zeros((21, 2)), 0)
    accuracy = refit_measuring.figures_of(common)["accuracy"]
    assert accuracy["difference"] == pytest.approx(-6 / 21)
    assert accuracy["interval"][0] < -6 / 21 < 0 < accuracy["interval"][1]


def test_what_is_labelled_otherwise_since_is_left_out(sorted_project):
    tested = sorted_project.in_samples(list(range(10)))
    sorted_project.trained(tested, right=70)
    sorted_project.relabel(tested[:5])
    assert sorted_project.measured().objects_tested == 65


def test_two_held_out_samples_say_too_little(sorted_project):
    sorted_project.trained(sorted_project.in_samples([0, 1]), right=14)
    measured = sorted_project.measured()
    assert (measured.figures, refit_standing(sorted_project.project).advice) == ({}, Advice.UNMEASURED)


# --- What a full training would gain ----------------------------------------------------------------------------------


def standing_with(sorted_project: Sorted, difference: tuple[float, float, float], curve: list) -> tuple:
    """As measured; the model was right of 0.8 and learnt from 160 objects, and 140 are settled since."""
    model = sorted_project.trained([], right=0, curve=curve)
    type(model.learning_set).objects.filter(pk=model.learning_set_id).update(
        created=timezone.now() - timedelta(days=2)
    )
    middle, low, high = difference
    accuracy = {"refit": 0.8 - middle, "refit_interval": [0.7, 0.9], "full": 0.8, "difference": middle}
    RefitMeasurement.objects.create(
        project=sorted_project.project,
        model=model,
        created=timezone.now(),
        labels=140,
        objects_tested=312,
        samples_tested=4,
        figures={"accuracy": accuracy | {"interval": [low, high]}},
    )
    standing = refit_standing(sorted_project.project)
    return standing, advice_in_words(standing)


def test_where_the_interval_leaves_nothing_out_it_pays(sorted_project):
    """From 160 to 300 labels an error of 0.2 falls to 0.107: 9 points besides the 2 that it leads by."""
    standing, words = standing_with(sorted_project, (0.02, 0.01, 0.03), CURVE)
    assert standing.gain.difference == pytest.approx(0.02 + 0.2 * (1 - 160 / 300))
    assert (standing.gain.low, standing.gain.high) == pytest.approx((0.1033, 0.1233), abs=1e-4)
    assert standing.pays
    assert words == "A full training from all labels would gain about 11 points (10 to 12)."


def test_where_it_may_gain_nothing_that_is_said(sorted_project):
    standing, words = standing_with(sorted_project, (-0.02, -0.2, 0.16), CURVE)
    assert standing.advice == Advice.UNSURE
    assert words == (
        "A full training from all labels may gain about 7 points (−11 to 25): too little is held out to be sure."
    )


def test_where_more_labels_bring_little_it_is_not_worth_it_yet(sorted_project):
    """By the power of 1/20, 300 instead of 160 labels take 3 of 100 errors away: 0.6 objects of a hundred."""
    flat = [(n, 1 - 0.2 * (n / 160) ** -0.05) for n, _ in CURVE]
    standing, words = standing_with(sorted_project, (0.0, -0.01, 0.01), flat)
    assert standing.advice == Advice.NOT_YET
    assert words == "A full training is not worth it yet: it would gain about 0.6 points (−0.4 to 1.6)."


def test_a_model_without_a_curve_says_nothing_of_more_labels(sorted_project):
    standing, words = standing_with(sorted_project, (0.1, 0.05, 0.15), [])
    assert (standing.gain, standing.advice) == (None, Advice.NO_CURVE)
    assert "came without a learning curve" in words


def test_before_anything_is_measured_it_says_what_it_takes(sorted_project):
    standing = refit_standing(sorted_project.project)
    assert standing.advice == Advice.UNMEASURED
    assert "50 settled objects in three samples" in standing_in_words(standing)
    assert advice_in_words(standing) == ""


def test_points_as_people_read_them():
    assert points_in_words(PairedDifference(0.031, 0.012, 0.049)) == "3 points (1 to 5)"
    assert points_in_words(PairedDifference(0.011, -0.002, 0.03)) == "1 point (0 to 3)"
    assert points_in_words(PairedDifference(-0.004, -0.02, 0.011)) == "−0.4 points (−2.0 to 1.1)"


# --- When it is measured ----------------------------------------------------------------------------------------------


def waiting() -> int:
    return Job.objects.filter(kind="measure_refit", state=JobState.QUEUED).count()


def test_it_is_measured_at_first_with_more_labels_and_beside_a_new_model(sorted_project):
    assert (start_due_measurements(), waiting()) == (1, 1)
    assert start_due_measurements() == 0, "it is on its way"
    work(Job.objects.get(kind="measure_refit"))
    assert start_due_measurements() == 0
    Refitting.objects.update(labels=170, refitted=timezone.now())
    assert start_due_measurements() == 1
    work(Job.objects.get(kind="measure_refit", state=JobState.QUEUED))
    Refitting.objects.update(labels=140)
    sorted_project.trained(sorted_project.in_samples(list(range(10))), right=60)
    assert start_due_measurements() == 1
    work(Job.objects.get(kind="measure_refit", state=JobState.QUEUED))
    assert start_due_measurements() == 0
    assert RefitMeasurement.objects.count() == 2
    assert Job.objects.filter(kind="measure_refit").count() == 1, "only the last is kept"


def test_where_fewer_labels_can_be_read_than_it_was_fitted_to_it_is_measured_once(sorted_project):
    """Its embeddings are gone since, and others cover less: else each minute would bring a job."""
    Refitting.objects.update(labels=1000)
    assert start_due_measurements() == 1
    work(Job.objects.get(kind="measure_refit"))
    assert start_due_measurements() == 0


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_what_ended_in_vain_waits_for_the_next_refit(sorted_project, state):
    assert start_due_measurements() == 1
    Job.objects.filter(kind="measure_refit").update(state=state)
    assert start_due_measurements() == 0
    Refitting.objects.update(refitted=timezone.now())
    assert start_due_measurements() == 1


def test_where_nothing_learns_nothing_is_measured(sorted_project, settings):
    Refitting.objects.update(is_on=False)
    assert start_due_measurements() == 0
    Refitting.objects.update(is_on=True, refitted=None)
    assert start_due_measurements() == 0
    Refitting.objects.update(refitted=timezone.now())
    settings.LEARN_WHILE_SORTING = False
    assert start_due_measurements() == 0


# --- Where it is seen -------------------------------------------------------------------------------------------------


def words_of(response) -> str:
    return " ".join(response.content.decode().replace("<wbr>", "").split())


@shared_rows
def paying(sorted_project) -> Sorted:
    standing_with(sorted_project, (0.02, 0.01, 0.03), CURVE)
    return sorted_project


PAYS = "A full training from all labels would gain about 11 points (10 to 12)."


def test_managers_see_it_while_they_sort_and_start_the_training(paying, client, alice):
    model = Model.objects.get(name="Full")
    ProjectModel.objects.create(project=paying.project, model=model)
    client.force_login(alice)
    for page in ("review", "retraining"):
        words = words_of(client.get(f"/projects/{paying.project.pk}/{page}/"))
        assert PAYS in words and words.count("Train anew now") == 1
    assert "Learning while sorting names 78 % rightly (70 to 90) of 312 held-out objects" in words
    answer = client.post(f"/projects/{paying.project.pk}/retraining/start/")
    job = Job.objects.get(kind="train", state=JobState.QUEUED)
    assert answer.url == f"/jobs/{job.pk}/"


def test_without_an_own_model_the_button_leads_to_the_form(paying, client, alice):
    client.force_login(alice)
    words = words_of(client.get(f"/projects/{paying.project.pk}/retraining/"))
    assert f'href="/models/new/?project={paying.project.pk}">Train a model' in words
    assert "Train anew now" not in words


def test_who_may_not_train_is_not_told_to(paying, client, bob):
    client.force_login(bob)
    words = words_of(client.get(f"/projects/{paying.project.pk}/review/"))
    assert "It learns from your answers" in words
    assert ", 78 % right</p>" in words and "full training" not in words
    assert client.post(f"/projects/{paying.project.pk}/retraining/start/").status_code == 403


def test_where_it_does_not_pay_there_is_no_button(sorted_project, client, alice):
    standing_with(sorted_project, (0.0, -0.01, 0.01), [(n, 0.79) for n, _ in CURVE])
    client.force_login(alice)
    words = words_of(client.get(f"/projects/{sorted_project.project.pk}/retraining/"))
    assert "A full training is not worth it yet" in words and "Train a model" not in words
    words = words_of(client.get(f"/projects/{sorted_project.project.pk}/review/"))
    assert f'<a href="/projects/{sorted_project.project.pk}/retraining/">80 % right</a>' in words
    assert "full training" not in words


def test_the_page_of_a_trained_model_compares_both(sorted_project, client, alice, dan):
    model = sorted_project.trained(sorted_project.in_samples(list(range(10))), right=56)
    measured = sorted_project.measured()
    client.force_login(alice)
    words = words_of(client.get(f"/models/{model.pk}/"))
    sentence = comparison_in_words(measured)
    assert sentence.startswith("On the same 70 held-out objects of 10 samples this model names 80 % rightly")
    assert "without those of these samples) 100 %: a difference of −20 points (" in sentence
    assert sentence in words and "Beside learning while sorting" in words


def test_the_api_has_all_of_it(paying, client, alice):
    client.force_login(alice)
    answer = client.get(f"/api/v1/projects/{paying.project.pk}/refit/").json()
    assert answer["advice"] == "pays"
    assert answer["gain"]["difference"] == pytest.approx(0.1133, abs=1e-4)
    assert (answer["measured"]["objects"], answer["measured"]["samples"]) == (312, 4)
    assert answer["measured"]["figures"]["accuracy"]["full"] == 0.8
