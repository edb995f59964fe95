"""Training a segmenter as a job: what it keeps, what a killed worker leaves, how it says no."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from safetensors.numpy import load_file

from annotations.jobs.models import Job
from annotations.pictures.store import read_picture
from annotations.samples.models import Object, State
from annotations.scans.models import Scan
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmenters.files import segmenter_folder
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.starting import start_training
from classifier.contract.segmentation import SegmentationRecipe
from classifier.inference.network_folder import FILES
from tests.scans.drawn import DISCS
from tests.scans.outlined import OTHER_DISCS, outlined_scan
from tests.worker.runs import Killed, die_at, run
from tests.worlds import shared_rows
from worker.learning.run import LearningRun
from worker.scans.scan_files import scan_file
from worker.segmenters import training, unet
from worker.segmenters.masks import learning_files
from worker.segmenters.training import train_segmenter

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"epochs": 2, "steps": 6, "batch_size": 4, "patch": 64, "width": 8, "levels": 3}


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    learn = unet.train_segmenter
    monkeypatch.setattr(
        unet,
        "train_segmenter",
        lambda request, *rest: learn(replace(request, threads=1, device="cpu"), *rest),
    )


@shared_rows
def scans(project, alice) -> list[Scan]:
    return [
        outlined_scan(project, DISCS, "tray.png", validated_by=alice),
        outlined_scan(project, OTHER_DISCS, "other.png", validated_by=alice),
    ]


def started(project, alice, scans, **chosen) -> Job:
    return start_training(user=alice, project=project, scans=scans, settings=SMALL, **chosen)


def weights(segmenter: Segmenter) -> dict[str, np.ndarray]:
    return load_file(segmenter_folder(segmenter) / "model.safetensors")


def test_it_learns_from_outlines_and_is_measured_and_compared_on_the_last_scan(project, alice, scans):
    recipe = save_recipe(project=project, user=alice, name="Tray", settings={"background": "none"})
    job = run(started(project, alice, scans, recipe=recipe), train_segmenter)
    assert job.state == "done", job.message
    segmenter = Segmenter.objects.get()
    assert segmenter.is_ready and len(segmenter.history) == 2
    assert segmenter.metrics["organisms"] == 5
    assert segmenter.metrics["held_out"]["scans"] == ["other.png"]
    assert segmenter.metrics["held_out"]["objects"]["drawn"] == 5
    assert "organisms on the held-out scan" in job.message
    left = {path.name for path in segmenter_folder(segmenter).iterdir()}
    assert left == {*FILES, "examples.json", "comparison.json", "made.txt"}, (
        "what names objects is of no use when it is done"
    )
    assert segmenter.examples and all(read_picture(one["key"]) for one in segmenter.examples)
    assert segmenter.examples[0]["drawn"]
    assert segmenter.recipe_figures["objects"]["f1"] == 1, "discs on even ground are a threshold's"
    network = unet.UnetLearner().load(segmenter_folder(segmenter))
    with scan_file(scans[1]) as path:
        look = network.look_at(Path(path), 10.0)
        detections = list(look.objects(map(look.tile, range(look.tiles)), SegmentationRecipe(), 10.0))
    assert {name for _, name, _ in detections} <= {"organism"}


def test_taxa_are_classes_where_they_are_asked_for(project, alice, scans):
    run(started(project, alice, scans, least_per_taxon=5), train_segmenter)
    segmenter = Segmenter.objects.get()
    assert list(segmenter.taxa) == ["Copepoda"]
    assert segmenter.metrics["held_out"]["objects"]["classes"]["Copepoda"]["drawn"] == 5


def test_what_loses_its_label_meanwhile_is_no_other_taxon(project, alice, scans, tmp_path):
    segmenter = Segmenter.objects.get(job=started(project, alice, scans, least_per_taxon=5))
    progress = Mock()
    of_the_second = Object.objects.filter(outline__parent=scans[1].pk)
    progress.update.side_effect = lambda done, *_: done and of_the_second.update(state=State.PREDICTED)
    with learning_files(segmenter, tmp_path, progress) as (_, learnt):
        first, second = (class_counts(json.loads(one.masks.read_text())) for one in learnt)
    assert first == {"Copepoda": 5}
    assert second == {"other organisms": 5}


def class_counts(content: dict) -> Counter:
    names = {one["id"]: one["name"] for one in content["categories"]}
    return Counter(names[one["category_id"]] for one in content["annotations"])


def test_a_killed_training_goes_on_at_its_last_epoch_and_ends_in_the_same_weights(
    project, alice, scans, monkeypatch
):
    run(started(project, alice, scans, name="whole"), train_segmenter)
    job, report = started(project, alice, scans, name="killed"), LearningRun.report

    def killed_after_an_epoch(self, step):
        report(self, step)
        if step.get("history"):
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(LearningRun, "report", killed_after_an_epoch)
        die_at(job, train_segmenter)
    Object.objects.filter(outline__parent=scans[0].pk).delete()  # comes too late for this one
    with monkeypatch.context() as patched:
        patched.setattr(training, "_keep_result", _killed)
        die_at(job, train_segmenter)
    monkeypatch.setattr(unet, "train_segmenter", _killed)  # what was learnt is not learnt again
    assert run(job, train_segmenter).state == "done"
    whole, killed = (weights(Segmenter.objects.get(name=name)) for name in ("whole", "killed"))
    assert all(np.array_equal(whole[name], killed[name]) for name in whole)


def _killed(*arguments):
    raise Killed


def test_a_scan_that_is_gone_is_named(project, alice, scans):
    job = started(project, alice, scans)
    Scan.objects.filter(pk=scans[0].pk).delete()
    job = run(job, train_segmenter)
    assert (job.state, job.message) == (
        "failed",
        "tray.png is not in the project any more: choose the scans again.",
    )


def test_what_is_cancelled_stops(project, alice, scans):
    job = started(project, alice, scans)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    assert run(job, train_segmenter).state == "cancelled"
    assert not Segmenter.objects.get().is_ready
