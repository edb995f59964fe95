"""Outlines that people correct on the viewer: what becomes of objects, and that an undo leaves no trace."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from celery import current_app
from PIL import Image as Picture

from annotations.deletions.models import ObjectDeletion
from annotations.labels.actions import label_objects
from annotations.labels.chosen import Target
from annotations.labels.models import Batch
from annotations.labels.undoing import undo_batch
from annotations.learning import serving
from annotations.pictures.store import read_picture
from annotations.projects.models import Role
from annotations.samples.columns import positions_of
from annotations.samples.models import Object, ObjectFields
from annotations.scans.corrections.models import OutlineCorrection
from annotations.scans.corrections.preparing import TASK
from annotations.scans.models import Outline
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.scans.correcting import (
    correct,
    objects_in,
    pixels_of,
    revision_of,
    rows_of,
    segmented,
    undo,
)
from tests.scans.drawn import make_scan
from tests.scans.test_segmentation import Away
from worker import tasks

pytestmark = pytest.mark.django_db
ACROSS = [[200, 50], [200, 110]]  # the disc at (200, 80) of radius 12
RING = [[300, 20], [340, 20], [340, 60], [300, 60]]


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """The serving worker is this process."""
    assert tasks.prepare_outlines_task.name == TASK
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


@pytest.fixture
def scan(project, alice):
    scan = make_scan(project)
    assert segmented(project, alice, scan).state == "done"
    return scan


@pytest.fixture
def disc(scan, project) -> Object:
    return Object.objects.get(project=project, outline__x=188)


def taxon_called(name: str) -> Taxon:
    (number,) = ensure_taxa([TaxonName(name)]).values()
    return Taxon.objects.get(pk=number)


def label(project, user, one: Object, taxon: Taxon) -> int:
    one.refresh_from_db()
    return label_objects(project=project, user=user, targets=[Target(one.pk, one.version)], taxon=taxon).batch


def number(one_id: int, name: str) -> float:
    wide = ObjectFields.objects.get(object=one_id)
    return wide.values[positions_of(wide.project)[name]]


def test_a_cut_leaves_its_label_to_the_largest_part(client, project, bob, scan, disc):
    taxon = taxon_called("Copepoda")
    label(project, bob, disc, taxon)
    before = pixels_of(scan, [disc.pk])
    client.force_login(bob)
    answer = correct(client, project, scan, "cut", [disc], line=[[205, 50], [205, 110]])
    assert answer.status_code == 201, answer.content
    outcome = answer.json()
    assert outcome["words"] == "1 object cut into 2" and outcome["removed"] == []
    first, second = outcome["objects"]
    assert (first["id"], first["revision"], first["state"]) == (disc.pk, 2, "validated")
    assert (second["revision"], second["state"], second["original_id"]) == (1, "unclassified", "tray_6")
    assert pixels_of(scan, [first["id"], second["id"]]) == before
    assert number(first["id"], "region_area") + number(second["id"], "region_area") == len(before)
    assert number(second["id"], "scan_bx") == second["outline"]["box"][0] == 206
    new = Object.objects.get(pk=second["id"])
    assert (new.sample_id, new.latitude, new.taken_at) == (disc.sample_id, disc.latitude, disc.taken_at)
    assert set(Outline.objects.filter(object__in=[first["id"], new.pk]).values_list("source", flat=True)) == {
        "drawn"
    }
    image = new.images.get()
    pixels = np.asarray(Picture.open(io.BytesIO(read_picture(image.key))))
    assert pixels.shape == (image.height, image.width) and 60 in pixels and image.parent_id == scan.pk


def test_a_merge_of_a_cut_is_what_there_was(client, project, bob, scan, disc):
    client.force_login(bob)
    before, measured = pixels_of(scan, [disc.pk]), number(disc.pk, "region_feret")
    parts = correct(client, project, scan, "cut", [disc], line=ACROSS).json()["objects"]
    both = [Object.objects.get(pk=part["id"]) for part in parts]
    outcome = correct(client, project, scan, "merge", both).json()
    assert outcome["words"] == "2 objects merged into 1" and outcome["removed"] == [parts[1]["id"]]
    assert pixels_of(scan, [disc.pk]) == before and number(disc.pk, "region_feret") == measured
    assert objects_in(project)[-1].pk < parts[1]["id"] and revision_of(disc) == 3


def test_what_is_drawn_is_an_object_of_the_person(client, project, bob, scan):
    client.force_login(bob)
    taxon = taxon_called("Copepoda")
    outcome = correct(client, project, scan, "draw", line=RING, taxon=taxon.pk).json()
    (shape,) = outcome["objects"]
    new = Object.objects.get(pk=shape["id"])
    assert (new.taxon_id, new.state, new.annotator, shape["original_id"]) == (taxon.pk, "V", bob, "tray_6")
    assert (shape["outline"]["box"], new.depth_max) == ([300, 20, 40, 40], 75)
    assert number(new.pk, "region_area") == 1600 and number(new.pk, "area") == 1600


def test_a_new_ring_moves_the_outline_and_keeps_the_label(client, project, bob, scan, disc):
    label(project, bob, disc, taxon_called("Copepoda"))
    client.force_login(bob)
    (shape,) = correct(client, project, scan, "reshape", [disc], line=RING).json()["objects"]
    assert (shape["id"], shape["state"], shape["outline"]["box"]) == (
        disc.pk,
        "validated",
        [300, 20, 40, 40],
    )
    image = disc.images.get()
    assert (image.region_x, image.region_width, image.file_name) == (290, 60, "tray_2.png")


def test_what_is_deleted_waits_in_the_bin(client, project, bob, scan, disc):
    client.force_login(bob)
    outcome = correct(client, project, scan, "delete", [disc]).json()
    assert (outcome["words"], outcome["removed"], outcome["objects"]) == ("1 object deleted", [disc.pk], [])
    assert disc not in objects_in(project)
    assert ObjectDeletion.objects.get().deleted_by == bob


@pytest.mark.parametrize("kind", ["cut", "merge", "delete", "reshape", "draw"])
def test_an_undo_leaves_no_trace(client, project, bob, scan, disc, kind):
    wide = ObjectFields.objects.get(object=disc)
    exact = wide.values[positions_of(project)["region_esd"]]
    wide.values[positions_of(project)["region_esd"]] = np.nextafter(exact, 0)
    wide.save()
    other = objects_in(project)[0]
    objects = {"merge": [disc, other], "delete": [other, disc], "draw": []}.get(kind, [disc])
    line = {"cut": ACROSS, "reshape": RING, "draw": RING}.get(kind, [])
    before = rows_of(project)
    client.force_login(bob)
    outcome = correct(client, project, scan, kind, objects, line=line).json()
    assert rows_of(project) != before
    undone = undo(client, project, scan, outcome["id"])
    assert undone.status_code == 200, undone.content
    assert rows_of(project) == before
    assert undone.json()["removed"] == [
        shape["id"] for shape in outcome["objects"] if shape["id"] not in {one.pk for one in objects}
    ]
    again = undo(client, project, scan, outcome["id"])
    assert again.status_code == 409 and "undone already" in again.json()["detail"]


def test_who_saw_another_outline_changes_nothing(client, project, bob, scan, disc):
    client.force_login(bob)
    correct(client, project, scan, "reshape", [disc], line=RING)
    before = rows_of(project)
    url = f"/api/v1/projects/{project.pk}/scans/{scan.pk}/corrections/"
    body = {"kind": "delete", "objects": [{"id": disc.pk, "revision": 1}]}
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 409 and "tray_2" in answer.json()["detail"]
    body["objects"] = [{"id": 9_999_999, "revision": 1}]
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 409 and "gone" in answer.json()["detail"]
    assert rows_of(project) == before


def test_who_was_quicker_while_the_worker_measured_wins(client, project, bob, scan, disc, monkeypatch):
    from annotations.scans.corrections import actions

    prepare = actions.prepare_outlines

    def slow(*args, **options):
        Outline.objects.filter(object=disc).update(revision=7)
        return prepare(*args, **options)

    monkeypatch.setattr(actions, "prepare_outlines", slow)
    client.force_login(bob)
    assert correct(client, project, scan, "cut", [disc], line=ACROSS).status_code == 409
    assert not OutlineCorrection.objects.exists() and len(objects_in(project)) == 5


@pytest.mark.parametrize(
    ("kind", "line", "sentence"),
    [
        ("cut", [[0, 0], [5, 5]], "from one side to the other"),
        ("cut", [[0, 0]], "2 points or more"),
        ("reshape", [[1, 1], [1, 1], [1, 1]], "No pixel"),
        ("reshape", [[-50, -50], [-10, -50], [-10, -10]], "No pixel"),
        ("merge", [], "2 to 50"),
        ("delete", ACROSS, "takes none"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(client, project, bob, scan, disc, kind, line, sentence):
    client.force_login(bob)
    answer = correct(client, project, scan, kind, [disc], line=line)
    assert answer.status_code == 400 and sentence in answer.json()["detail"]
    assert not OutlineCorrection.objects.exists()


def test_an_object_of_another_scan_is_refused(client, project, bob, scan, disc):
    elsewhere = make_scan(project, name="other.png")
    client.force_login(bob)
    answer = correct(client, project, elsewhere, "delete", [disc])
    assert answer.status_code == 400 and "does not lie on this scan" in answer.json()["detail"]


def test_without_a_serving_worker_nothing_is_changed(client, project, bob, scan, disc, monkeypatch, settings):
    settings.SERVE_SECONDS = 1
    away = type("NobodyServes", (), {"signature": staticmethod(lambda *args, **options: Away())})
    monkeypatch.setattr(serving, "current_app", away)
    client.force_login(bob)
    answer = correct(client, project, scan, "cut", [disc], line=ACROSS)
    assert answer.status_code == 503 and "serving worker" in answer.json()["detail"]


def test_what_was_corrected_or_labelled_since_is_not_undone(client, project, bob, scan, disc):
    client.force_login(bob)
    first = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    batch = label(project, bob, disc, taxon_called("Copepoda"))
    refused = undo(client, project, scan, first["id"])
    assert refused.status_code == 409 and "labelled since" in refused.json()["detail"]
    undo_batch(batch=Batch.objects.get(pk=batch), user=bob, role=Role.ANNOTATOR)
    second = correct(client, project, scan, "reshape", [disc], line=RING).json()
    refused = undo(client, project, scan, first["id"])
    assert refused.status_code == 409 and "corrected since" in refused.json()["detail"]
    assert undo(client, project, scan, second["id"]).status_code == 200
    assert revision_of(disc) == 4


def test_several_corrections_of_an_object_are_undone_one_after_the_other(client, project, bob, scan, disc):
    client.force_login(bob)
    before = rows_of(project)
    parts = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    both = [Object.objects.get(pk=shape["id"]) for shape in parts["objects"]]
    made = [parts["id"], correct(client, project, scan, "merge", both).json()["id"]]
    made.append(correct(client, project, scan, "reshape", [disc], line=RING).json()["id"])
    answers = [undo(client, project, scan, number) for number in reversed(made)]
    assert [answer.status_code for answer in answers] == [200, 200, 200], answers[-1].content
    assert rows_of(project) == before
    assert revision_of(disc) == 7  # never one that somebody has seen with another outline


def test_the_log_says_who_did_and_undid_what(client, project, alice, bob, scan, disc):
    client.force_login(bob)
    done = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    correct(client, project, scan, "draw", line=RING)
    client.force_login(alice)
    undo(client, project, scan, done["id"])
    url = f"/api/v1/projects/{project.pk}/scans/{scan.pk}/corrections/"
    page = client.get(url).json()
    drawn, cut = page["results"]
    assert (drawn["words"], drawn["undone"], page["next"]) == ("1 object drawn", None, None)
    assert (cut["author"], cut["undone"]["who"]) == (bob.display_name, alice.display_name)
    assert cut["objects"] == sorted(shape["id"] for shape in done["objects"])
    assert client.get(url, {"before": drawn["id"]}).json()["results"] == [cut]


def test_somebody_elses_correction_is_undone_by_an_expert(client, project, bob, alice, scan, disc):
    client.force_login(alice)
    done = correct(client, project, scan, "delete", [disc]).json()
    client.force_login(bob)
    assert undo(client, project, scan, done["id"]).status_code == 403


def test_the_panel_of_an_object_says_who_cut_it(client, project, bob, scan, disc):
    client.force_login(bob)
    done = correct(client, project, scan, "cut", [disc], line=ACROSS).json()
    panel = f"/projects/{project.pk}/vignettes/{disc.pk}/"
    assert b"Outline cut<br>" in client.get(panel).content
    undo(client, project, scan, done["id"])
    assert b"Outline cut, undone" in client.get(panel).content
