"""The job of segmentation: objects of a drawn scan, whatever befalls the worker, and the same scan a second time."""

import io
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image as Picture

from annotations.deletions.models import ObjectDeletion
from annotations.deletions.object_actions import start_restoring
from annotations.deletions.restoring import put_back
from annotations.jobs.errors import ClaimLost
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.pictures.store import read_picture
from annotations.projects.access import open_project
from annotations.samples.columns import positions_of
from annotations.samples.models import Image, Object, ObjectFields, State
from annotations.scans.models import Outline
from annotations.scans.segmentation.models import SegmentationRun, SegmentedTile
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmentation.replacing import in_words
from annotations.scans.segmentation.starting import apply_run, start_segmentation
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from classifier.segmentation.tiles import tiles_of
from tests.scans.drawn import DISCS, GROUND, make_scan
from tests.worker.runs import Killed, die_at, run
from tests.worlds import shared_rows
from worker.segmentation import run as segment_run
from worker.segmentation.estimates import CONTRAST
from worker.segmentation.job import segment
from worker.segmentation.rows import SegmentWriter

pytestmark = pytest.mark.django_db(transaction=True)
PLAIN = {"background": "none", "threshold": "fixed", "level": 50.0, "least_area_px": 20}


class Ended(Exception):
    """The work came to its end."""


@shared_rows
def scan(project):
    return make_scan(project)


def recipe_of(project, alice, name="discs", **settings):
    return save_recipe(project=project, user=alice, name=name, settings={**PLAIN, **settings})


def segmented(project, alice, scan, replace=False, **settings) -> Job:
    recipe = recipe_of(project, alice, **settings)
    job = start_segmentation(user=alice, project=project, scans=[scan], recipe=recipe, replace=replace)
    return run(job, segment)


def numbers_of(project, name: str) -> list[float]:
    """In the order of the objects' names."""
    place = positions_of(project)[name]
    return [wide.values[place] for wide in ObjectFields.objects.filter(project=project).order_by("object_id")]


def test_the_page_says_how_many_rims_were_passed_over(project, alice, client):
    dish = (210, 200, 190), (210, 200, 180, GROUND), (150, 200, 12), (270, 200, 12)
    segmented(project, alice, make_scan(project, dish, "dish.png"))
    run = SegmentationRun.objects.get()
    assert (run.written, run.figures["frames"]) == (2, 1)
    client.force_login(alice)
    page = client.get(f"/projects/{project.pk}/segmentations/{run.pk}/").content.decode()
    assert "1 rim of a dish or frame was passed over" in page


def test_each_disc_becomes_an_object_with_place_size_and_outline(project, alice, scan):
    job = segmented(project, alice, scan)
    assert (job.state, job.message) == ("done", "5 new objects on 1 scan.")
    names = ObjectFields.objects.filter(project=project).order_by("object_id")
    assert [wide.original_id for wide in names] == [f"tray_{n}" for n in range(1, 6)]
    by_place = sorted(DISCS, key=lambda disc: disc[1] - disc[2])
    assert numbers_of(project, "scan_by") == [y - radius for _, y, radius in by_place]
    assert numbers_of(project, "scan_x") == pytest.approx([x for x, _, _ in by_place], abs=1)
    assert numbers_of(project, "region_esd_mm") == pytest.approx(
        [2 * r / 100 for *_, r in by_place], rel=0.03
    )
    assert numbers_of(project, "area") == numbers_of(project, "region_area")
    first = Object.objects.filter(project=project).order_by("pk").first()
    assert (first.latitude, first.depth_max, first.state) == (43.7, 75, State.UNCLASSIFIED)
    assert f"{first.taken_at:%Y-%m-%d %H:%M}" == "2026-04-30 21:30"
    image, outline = first.images.get(), first.outline
    assert (image.region_x, image.region_y) == (outline.x - 10, outline.y - 10)
    assert (outline.width, outline.source, image.parent_id) == (41, "recipe", scan.pk)


@pytest.mark.parametrize("is_written", [False, True], ids=["before", "after"])
def test_a_killed_worker_ends_the_same(project, alice, scan, monkeypatch, is_written):
    """Killed at its first write, taken up again and killed at its second, and so on."""
    monkeypatch.setattr(segment_run, "tiles_of", lambda width, height: tiles_of(width, height, 250))
    monkeypatch.setattr(segment_run, "CHUNK", 2)
    job = start_segmentation(user=alice, project=project, scans=[scan], recipe=recipe_of(project, alice))
    fenced, attempt = Progress.fenced, iter(range(1, 100))

    def work(claimed, progress):
        left = next(attempt)

        @contextmanager
        def dying():
            nonlocal left
            left -= 1
            if not left and not is_written:
                raise Killed
            with fenced(progress):
                yield
            if not left:
                raise Killed

        progress.fenced = dying
        segment(claimed, progress)
        raise Ended

    with pytest.raises(Ended):
        while True:
            die_at(job, work)
    assert next(attempt) > 5
    names = ObjectFields.objects.filter(project=project).order_by("original_id")
    assert [wide.original_id for wide in names] == [f"tray_{n}" for n in range(1, 6)]
    assert Outline.objects.count() == Image.objects.count() == 5
    assert SegmentationRun.objects.get().tiles.get().number == CONTRAST  # for whoever corrects outlines


def test_a_second_run_waits_until_a_person_has_seen_what_would_go(project, alice, bob, scan):
    segmented(project, alice, scan)
    (taxon,) = ensure_taxa([TaxonName("Copepoda")]).values()
    labelled = Object.objects.filter(project=project).order_by("pk")[1]
    copepoda = Taxon.objects.get(pk=taxon)
    label_objects(project=project, user=bob, targets=[Target(labelled.pk, labelled.version)], taxon=copepoda)
    before = Object.objects.get(pk=labelled.pk)
    job = segmented(project, alice, scan, name="others", margin=3)
    later = SegmentationRun.objects.first()
    assert "look at what would go" in job.message
    assert Object.objects.filter(project=project).count() == 5
    assert in_words(later) == (
        "4 objects of earlier runs would go into the bin, 1 that people labelled, corrected or drew stays, "
        "about 4 new would come. 1 overlaps one that stays and is left out."
    )
    done = run(apply_run(user=alice, run=later), segment)
    later.refresh_from_db()
    assert done.message == "4 new objects on 1 scan."
    assert (later.new, later.left_out, later.stayed, later.replaced) == (4, 1, 1, 4)
    names = (
        ObjectFields.objects.filter(project=project)
        .order_by("object_id")
        .values_list("original_id", flat=True)
    )
    assert list(names) == ["tray_2", "tray_6", "tray_7", "tray_8", "tray_9"]
    same = Object.objects.get(pk=labelled.pk)
    assert (same.taxon_id, same.state, same.version) == (before.taxon_id, before.state, before.version)
    deletion = ObjectDeletion.objects.get()
    assert deletion.objects_then == 4
    opened = open_project(alice, project.pk)
    back = run(start_restoring(project=opened, user=alice, deletion_id=deletion.pk), put_back)
    assert back.state == "done", back.message
    assert Outline.objects.filter(parent=scan.pk, object__project=project).count() == 9


def test_what_a_person_labels_while_the_new_ones_are_made_stays(project, alice, bob, scan, monkeypatch):
    segmented(project, alice, scan)
    (taxon,) = ensure_taxa([TaxonName("Copepoda")]).values()
    first = Object.objects.filter(project=project).order_by("pk")[0]
    copepoda, write = Taxon.objects.get(pk=taxon), SegmentWriter.write

    def write_meanwhile(writer, rows):
        write(writer, rows)
        targets = [Target(first.pk, first.version)]
        label_objects(project=project, user=bob, targets=targets, taxon=copepoda)

    monkeypatch.setattr(SegmentWriter, "write", write_meanwhile)
    segmented(project, alice, scan, name="others", replace=True, margin=3)
    assert Object.objects.get(pk=first.pk).project_id == project.pk
    latest = SegmentationRun.objects.first()
    assert (latest.replaced, latest.stayed) == (4, 1)


def test_what_a_person_drew_stays(project, alice, scan):
    segmented(project, alice, scan)
    drawn = Object.objects.filter(project=project).order_by("pk")[0]
    Outline.objects.filter(object=drawn).update(source="drawn")
    segmented(project, alice, scan, name="again", replace=True, margin=1)
    assert Outline.objects.filter(object=drawn, object__project=project).exists()
    assert Object.objects.filter(project=project).count() == 5


def test_what_people_drew_while_a_run_stood_still_is_not_made_again(project, alice, scan, monkeypatch):
    monkeypatch.setattr(segment_run, "CHUNK", 2)
    segmented(project, alice, scan)
    last = Object.objects.filter(project=project).order_by("pk").last()
    recipe, write, stops = (
        recipe_of(project, alice, name="others", margin=3),
        SegmentWriter.write,
        iter((0, 1)),
    )
    job = start_segmentation(user=alice, project=project, scans=[scan], recipe=recipe, replace=True)

    def write_once(writer, rows):
        if next(stops):
            raise Killed
        return write(writer, rows)

    def go_on(claimed, progress):
        segment(claimed, progress)
        raise Ended

    with monkeypatch.context() as patched:
        patched.setattr(SegmentWriter, "write", write_once)
        die_at(job, segment)
    Outline.objects.filter(object=last).update(source="drawn")
    with pytest.raises(Ended):
        die_at(job, go_on)
    assert Outline.objects.filter(object=last, object__project=project).exists()
    assert Object.objects.filter(project=project).count() == 5
    latest = SegmentationRun.objects.first()
    assert (latest.new, latest.written, latest.left_out, latest.stayed) == (4, 4, 1, 1)


def test_of_a_run_that_stopped_half_way_no_tiles_stay_for_ever(project, alice, scan):
    segmented(project, alice, scan)
    stopped = SegmentationRun.objects.get()
    stopped.tiles.create(number=CONTRAST + 1, content=b"")
    SegmentationRun.objects.update(applied=None, plan={"left_out": [], "goes": []})
    segmented(project, alice, scan, name="again", replace=True)
    latest = SegmentationRun.objects.latest("pk")
    assert list(SegmentedTile.objects.values_list("run", "number")) == [(latest.pk, CONTRAST)]


def test_an_overtaken_worker_leaves_nothing(project, alice, scan):
    job = start_segmentation(user=alice, project=project, scans=[scan], recipe=recipe_of(project, alice))
    Job.objects.filter(pk=job.pk).update(state="running", attempt=7)
    with pytest.raises(ClaimLost), Progress(job) as progress:
        segment(job, progress)
    assert not Object.objects.filter(project=project).exists()
    assert not SegmentationRun.objects.get().tiles.exists()


def test_a_scan_without_anything_ends_well(project, alice):
    job = segmented(project, alice, make_scan(project, discs=()))
    assert (job.state, job.message) == ("done", "0 new objects on 1 scan.")


def test_the_vignette_shows_the_object_alone(project, alice, scan):
    segmented(project, alice, scan)
    image = Image.objects.order_by("object_id").first()
    pixels = np.asarray(Picture.open(io.BytesIO(read_picture(image.key))))
    assert set(np.unique(pixels)) == {60, 230}
    assert pixels.shape == (61, 61)


def test_a_scale_bar_is_on_a_picture_of_its_own(project, alice, scan):
    segmented(project, alice, scan, scale_bar=True, margin=2)
    plain, barred = Image.objects.filter(object=Object.objects.order_by("pk").first()).order_by("rank")
    assert (plain.width, plain.height, plain.region_width) == (45, 45, 45)
    assert barred.height > plain.height and barred.parent is None


def test_a_scan_that_cannot_be_read_is_named_and_the_others_go_on(project, alice, scan):
    torn = make_scan(project, name="torn.png")
    type(torn.parent).objects.filter(pk=torn.pk).update(key="v/00/00/none.png")
    recipe = recipe_of(project, alice)
    job = run(start_segmentation(user=alice, project=project, scans=[torn, scan], recipe=recipe), segment)
    assert (job.state, job.message) == ("done", "5 new objects on 1 scan. 1 scan could not be read.")
    assert [error["file"] for error in job.errors] == ["torn.png"]
