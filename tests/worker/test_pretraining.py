"""Pretraining as a job: what it keeps, what a killed worker leaves, how it says no, what starts from it."""

import tarfile
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command
from safetensors.numpy import load_file

from annotations.jobs.models import Job, JobState
from annotations.learning.actions import new_model
from annotations.learning.backbones.actions import new_backbone
from annotations.learning.files import backbone_folder, model_folder
from annotations.learning.models import Backbone
from annotations.pictures.artefacts import artefact_storage
from annotations.samples.models import Image, Object
from classifier.pretraining.folder import FILES
from tests.worker.runs import Killed, die_at, run
from worker.learning import pretraining
from worker.learning.job import train_model
from worker.learning.pretraining import pretrain_backbone
from worker.learning.run import LearningRun

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"epochs": 3, "image_size": 32, "batch_size": 16}


@pytest.fixture(autouse=True)
def fixed_threads(monkeypatch):
    monkeypatch.setattr(pretraining, "pretrain", _with_one_thread(pretraining.pretrain))


def _with_one_thread(pretrain):
    return lambda request, *rest: pretrain(replace(request, threads=1, device="cpu"), *rest)


def new_pretraining(lake, **more) -> tuple[Backbone, Job]:
    backbone = new_backbone(projects=[lake.project], settings={**SMALL, **more.pop("settings", {})}, **more)
    params = {"backbone": backbone.pk}
    return backbone, Job.objects.create(kind="pretrain", project=lake.project, params=params)


def weights(backbone: Backbone) -> dict[str, np.ndarray]:
    return load_file(backbone_folder(backbone) / "model.safetensors")


def equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture
def pretrained(lake) -> Backbone:
    backbone, job = new_pretraining(lake)
    job = run(job, pretrain_backbone)
    assert job.state == JobState.DONE, job.message
    backbone.refresh_from_db()
    return backbone


def test_it_learns_from_all_images_and_tells_what_labelled_ones_say(lake, pretrained):
    """37 objects have an image; those that people have not named are learnt from, too."""
    metrics = pretrained.metrics
    assert pretrained.is_ready
    assert metrics["images"] + metrics["held_out"] <= 37
    assert metrics["images"] > 24
    assert 0 <= metrics["knn_accuracy"] <= 1
    assert [entry["epoch"] for entry in pretrained.history] == [1, 2, 3]
    assert "Learnt from" in pretrained.job.message
    left = {path.name for path in backbone_folder(pretrained).iterdir()}
    assert left == {*FILES, "made.txt"}, "what names objects is of no use when it is done"
    assert not list(settings.MODELS_FOLDER.glob(".pretraining*"))


def test_a_killed_pretraining_goes_on_at_its_last_epoch_and_ends_in_the_same_weights(
    lake, pretrained, monkeypatch
):
    backbone, job = new_pretraining(lake)
    report, epochs = LearningRun.report, []

    def killed_in_the_third_epoch(self, step):
        report(self, step)
        if len(step.get("history", [])) == 2:
            raise Killed

    def watched(self, step):
        epochs.append(len(step.get("history", [])))
        report(self, step)

    monkeypatch.setattr(LearningRun, "report", killed_in_the_third_epoch)
    die_at(job, pretrain_backbone)
    monkeypatch.setattr(LearningRun, "report", watched)
    Object.objects.filter(pk=lake.unsettled[0].pk).delete()  # comes too late for this one
    job = run(job, pretrain_backbone)
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    assert set(epochs[1:]) <= {2, 3}, "what was learnt is not learnt again"
    backbone.refresh_from_db()
    assert equal(weights(backbone), weights(pretrained))


def test_a_worker_killed_at_the_very_end_does_not_learn_again(lake, monkeypatch):
    backbone, job = new_pretraining(lake, settings={"epochs": 1})

    def killed(*arguments):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(pretraining, "_keep_result", killed)
        die_at(job, pretrain_backbone)
    monkeypatch.setattr(pretraining, "pretrain", killed)
    assert run(job, pretrain_backbone).state == JobState.DONE
    backbone.refresh_from_db()
    assert backbone.is_ready


def test_the_bucket_gets_the_backbone_and_nothing_that_names_objects(bucket, lake):
    """Of the pictures only those are fetched that it is to learn from."""
    backbone, job = new_pretraining(lake, settings={"epochs": 1, "most_images": 30})
    fetched, fetch = [], pretraining.local_paths
    with mock.patch.object(
        pretraining, "local_paths", lambda keys, folder: fetch(fetched.extend(keys) or keys, folder)
    ):
        job = run(job, pretrain_backbone)
    assert job.state == JobState.DONE, job.message
    backbone.refresh_from_db()
    with artefact_storage().open(backbone.artefact) as packed, tarfile.open(fileobj=packed) as archive:
        assert set(archive.getnames()) == {*FILES, "made.txt"}
    assert len(fetched) == 30


def test_it_learns_from_what_its_filter_matches(lake):
    backbone, job = new_pretraining(lake, filter_json={"state": "validated"}, settings={"epochs": 1})
    assert run(job, pretrain_backbone).state == JobState.DONE
    backbone.refresh_from_db()
    assert backbone.metrics["images"] + backbone.metrics["held_out"] == 25


def test_without_images_it_says_so(lake):
    Image.objects.all().delete()
    _, job = new_pretraining(lake)
    job = run(job, pretrain_backbone)
    assert (job.state, job.message) == (
        JobState.FAILED,
        "None of these objects has an image to learn from. Import the images first.",
    )


def test_where_nothing_matches_its_filter_it_says_so(lake):
    _, job = new_pretraining(lake, filter_json={"state": "machine-validated"})
    job = run(job, pretrain_backbone)
    assert (job.state, job.message) == (
        JobState.FAILED,
        "No object with an image matches the filter of this backbone: choose others, or pretrain on all.",
    )


def test_what_is_cancelled_stops(lake, monkeypatch):
    backbone, job = new_pretraining(lake)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    assert run(job, pretrain_backbone).state == JobState.CANCELLED
    backbone.refresh_from_db()
    assert not backbone.is_ready


def test_a_model_is_trained_from_it(lake, pretrained):
    model, params = new_model(projects=[lake.project], start_backbone=pretrained, method="features")
    assert (model.settings["backbone"], model.settings["image_size"]) == ("compact_resnet", 32)
    job = Job.objects.create(kind="train", project=lake.project, params=params)
    job = run(job, train_model)
    assert job.state == JobState.DONE, job.message
    stem = load_file(model_folder(model) / "model.safetensors")["extractor.stem.0.weight"]
    assert np.array_equal(stem, weights(pretrained)["features.stem.0.weight"])


def test_the_command_pretrains_here_and_now(lake, capsys):
    call_command("pretrain", project=[lake.project.title], epochs=1, image_size=32, batch_size=16)
    assert "knn_accuracy" in capsys.readouterr().out
    assert Backbone.objects.get().is_ready
