"""Detectors among the segmenters: trained on boxes, applied as a segmentation run whose objects have no outlines."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file

from annotations.samples.models import FreeColumn, Image, Object
from annotations.scans.models import Outline, Scan
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmentation.replacing import in_words
from annotations.scans.segmentation.starting import apply_run, start_segmentation
from annotations.scans.segmenters.files import segmenter_folder
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.starting import start_training
from annotations.taxonomy.models import Taxon
from classifier.contract.segmentation import SegmentedObject
from tests.scans.drawn import DISCS, make_scan
from tests.scans.outlined import OTHER_DISCS, outlined_scan, ready_segmenter
from tests.worker.runs import Killed, die_at, run
from worker.learning.run import LearningRun
from worker.segmentation.job import segment
from worker.segmenters import detector, kinds
from worker.segmenters.training import train_segmenter

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"epochs": 1, "steps": 4, "batch_size": 2, "patch": 64, "width": 8}
COPEPODA = "Copepoda"
BOXES = [(x - radius, y - radius, 2 * radius + 1, 2 * radius + 1) for x, y, radius in DISCS]


class BoxFinder:
    """Finds the boxes of what was drawn, all of them Copepoda."""

    def load(self, folder) -> "BoxFinder":
        return self

    tiles = 1

    def look_at(self, path, pixel_um) -> "BoxFinder":
        return self

    def tile(self, place) -> bytes:
        return b""

    def objects(self, tiles, recipe, pixel_um):
        for x, y, width, height in BOXES:
            yield SegmentedObject(x, y, np.ones((height, width), bool)), COPEPODA, 0.75


@pytest.fixture
def one_thread(monkeypatch):
    learn = detector.train_detector
    monkeypatch.setattr(
        detector,
        "train_detector",
        lambda request, *rest: learn(replace(request, threads=1, device="cpu"), *rest),
    )


def boxed_scan(project, alice) -> Scan:
    """Outlined but for the first two, of which only the regions of their vignettes are known."""
    scan = outlined_scan(project, DISCS, "tray.png", validated_by=alice)
    for outline in Outline.objects.filter(parent=scan.parent).order_by("pk")[:2]:
        region = {f"region_{side}": getattr(outline, side) for side in ("x", "y", "width", "height")}
        about = {"key": scan.parent.key, "width": outline.width, "height": outline.height}
        Image.objects.create(object=outline.object, parent=scan.parent, file_name="a.png", **region, **about)
        outline.delete()
    return scan


def test_it_learns_boxes_of_outlines_and_of_vignettes_and_finds_boxes(project, alice, one_thread):
    scans = [
        boxed_scan(project, alice),
        outlined_scan(project, OTHER_DISCS, "other.png", validated_by=alice),
    ]
    job = start_training(
        user=alice, project=project, scans=scans, kind="detector", least_per_taxon=1, settings=SMALL
    )
    job = run(job, train_segmenter)
    assert job.state == "done", job.message
    trained = Segmenter.objects.get()
    assert trained.is_ready and trained.scans[0]["objects"] == len(DISCS)
    assert trained.metrics["organisms"] == len(DISCS)
    assert trained.metrics["held_out"]["objects"]["drawn"] == len(OTHER_DISCS)
    assert list(trained.metrics["held_out"]["objects"]["classes"]) == [COPEPODA]
    assert len(trained.history) == 1 and "held_out_loss" in trained.history[0]
    assert trained.examples[0]["drawn"], "boxes that people drew stand beside its own"
    assert run(segmentation(project, alice, trained), segment).state == "done"
    assert not Outline.objects.filter(source="model").exists()


def test_a_killed_detector_goes_on_at_its_last_epoch_and_ends_in_the_same_weights(
    project, alice, one_thread, monkeypatch
):
    scans = [outlined_scan(project, DISCS, "tray.png"), outlined_scan(project, OTHER_DISCS, "other.png")]
    whole, killed = (
        start_training(
            user=alice, project=project, scans=scans, kind="detector", settings=SMALL | {"epochs": 2}
        )
        for _ in range(2)
    )
    assert run(whole, train_segmenter).state == "done"
    report = LearningRun.report

    def killed_after_an_epoch(self, step):
        report(self, step)
        if step.get("history"):
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(LearningRun, "report", killed_after_an_epoch)
        die_at(killed, train_segmenter)
    assert run(killed, train_segmenter).state == "done"
    one, other = (
        load_file(segmenter_folder(Segmenter.objects.get(job=job)) / "model.safetensors")
        for job in (whole, killed)
    )
    assert all(np.array_equal(one[name], other[name]) for name in one)


def segmentation(project, alice, segmenter, scan=None):
    recipe = save_recipe(project=project, user=alice, name="Tray", settings={"background": "none"})
    scans = [scan or make_scan(project, name="next.png")]
    return start_segmentation(user=alice, project=project, scans=scans, recipe=recipe, segmenter=segmenter)


@pytest.fixture
def ready(project, monkeypatch) -> Segmenter:
    monkeypatch.setitem(kinds.LEARNERS, "detector", BoxFinder())
    taxon = Taxon.objects.create(name=COPEPODA, display_name=COPEPODA)
    return ready_segmenter(project, kind="detector", taxa={COPEPODA: taxon.pk})


def test_boxes_become_objects_with_vignettes_and_predictions_but_no_outlines(project, alice, ready):
    job = run(segmentation(project, alice, ready), segment)
    assert (job.state, job.message) == ("done", "5 new objects on 1 scan.")
    objects = Object.objects.filter(project=project).order_by("pk")
    assert [(str(one.state), one.taxon.display_name, one.score) for one in objects] == [
        ("P", COPEPODA, 0.75)
    ] * len(DISCS)
    regions = Image.objects.order_by("object").values_list(
        *(f"region_{s}" for s in ("x", "y", "width", "height"))
    )
    assert list(regions) == BOXES
    assert not Outline.objects.exists()
    columns = set(FreeColumn.objects.filter(project=project, level="object").values_list("name", flat=True))
    assert columns == {"scan_bx", "scan_by", "scan_width", "scan_height"}, "a box is no organism's area"
    assert set(SegmentationRun.objects.get().figures) == {"segmenter", "has_outlines", "seconds"}


def test_boxes_that_nobody_touched_go_when_the_scan_is_segmented_again(project, alice, ready):
    scan = make_scan(project)
    run(segmentation(project, alice, ready, scan), segment)
    first = list(Object.objects.filter(project=project).order_by("pk"))
    Object.objects.filter(pk=first[0].pk).update(state="V")
    run(segmentation(project, alice, ready, scan), segment)
    waiting = SegmentationRun.objects.get(applied=None)
    assert in_words(waiting).startswith("4 objects of earlier runs would go into the bin, 1 that people")
    run(apply_run(user=alice, run=waiting), segment)
    left = Object.objects.filter(project=project)
    assert (left.count(), left.filter(pk__in=[one.pk for one in first]).get()) == (5, first[0])
