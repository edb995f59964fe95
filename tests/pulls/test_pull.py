"""What comes over from an EcoTaxa server by its API, and what a second pull brings."""

from datetime import UTC, datetime

import pytest

from annotations.labels.actions import label_objects
from annotations.labels.queries import history
from annotations.labels.targets import Target
from annotations.projects.models import ImportedAnnotator
from annotations.pulls.models import PullToken
from annotations.samples.models import Acquisition, Image, Object, Sample, State
from annotations.taxonomy.models import Taxon
from tests.pulls.remote import TOKEN, predicted, remote_object, validated
from tests.pulls.run_pulls import pull

pytestmark = pytest.mark.django_db
BEFORE = {"objid": 1, "classif_type": "A", "user_name": None, "taxon_name": "Penilia", "classif_who": None}
EARLIER = {**BEFORE, "classif_id": 82399, "classif_qual": "P", "classif_score": 0.08}


@pytest.fixture
def stocked(remote):
    """Four objects of two samples: validated with a past, predicted with three pictures, none, and one of an egg."""
    remote.add(
        validated(1, history=[{**EARLIER, "classif_date": "2021-09-21T14:59:01"}]),
        predicted(2, images=[(20, 1), (21, 0), (22, 2)]),
        remote_object(3, images=[]),
        validated(4, taxon=30000, who=8, sample=101, acquisid=1001),
    )
    return remote


def the_object(name: str) -> Object:
    return Object.objects.select_related("taxon", "annotator").get(wide__original_id=name)


def test_all_of_a_project_comes_over(stocked, project, alice):
    fetching, imported = pull(stocked, project, alice)
    assert fetching.message.startswith("Fetched 4 objects with 5 pictures that were not here yet.")
    assert imported.state == "done", imported.errors
    assert {(each.original_id, each.fields["ship"]) for each in Sample.objects.all()} == {
        ("tow1", "Tara"),
        ("tow2", "Sagitta"),
    }
    acquisition = Acquisition.objects.get(original_id="a1")
    assert (acquisition.instrument, acquisition.fields, acquisition.process_original_id) == (
        "zooscan",
        {"sub_part": "4"},
        "p1",
    )
    assert acquisition.pixel_um == pytest.approx(10.6)
    first = the_object("o1")
    assert (first.state, first.taxon.name, first.annotator.display_name) == ("V", "Copepoda", "Ann Lee")
    assert first.labelled_at == datetime(2021, 9, 29, 8, 25, 37, 968095, tzinfo=UTC)
    assert (first.latitude, first.longitude, first.depth_max) == (43.5, 7.25, 50)
    assert first.taken_at == datetime(2020, 5, 13, 8, 59, 48, tzinfo=UTC)
    assert (first.wide.values, first.wide.texts) == ([10.0], {"label": "L1"})
    second = the_object("o2")
    assert (second.state, second.taxon.name, second.score, second.annotator) == ("P", "Penilia", 0.25, None)
    assert the_object("o3").state == "U"
    assert the_object("o4").taxon.display_name == "egg<Copepoda"
    assert ImportedAnnotator.objects.get(name="Bo Ek").email == "bo@lab.example"


def test_pictures_come_with_their_ranks_and_names(stocked, project, alice):
    pull(stocked, project, alice)
    names = list(
        Image.objects.filter(object=the_object("o2")).order_by("rank").values_list("rank", "file_name")
    )
    assert names == [(0, "00000/21_o21.png"), (1, "00000/20_o20.png"), (2, "00000/22_o22.png")]
    assert not Image.objects.filter(object=the_object("o3")).exists()


def test_earlier_labels_are_in_the_history(stocked, project, alice):
    pull(stocked, project, alice)
    entries = [
        (row["to"]["taxon"]["name"], row["to"]["state"], row["user"]) for row in history(the_object("o1").pk)
    ]
    assert entries == [("Copepoda", "validated", "Ann Lee"), ("Penilia", "predicted", None)]


def test_without_history_no_object_is_asked_for_it(stocked, project, alice):
    pull(stocked, project, alice, history=False)
    assert not [path for path in stocked.paths("/api/object/") if path.endswith("/history")]
    assert len(history(the_object("o1").pk)) == 1


def test_a_taxon_with_the_aphia_id_of_one_here_is_that_one(stocked, project, alice):
    here = Taxon.objects.create(name="Copépodes", display_name="Copépodes", aphia_id=1080)
    pull(stocked, project, alice)
    assert the_object("o1").taxon == here


def test_who_is_asked_and_how(stocked, project, alice):
    pull(stocked, project, alice)
    assert {headers["User-Agent"] for *_, headers in stocked.requests} == {
        "Seston (moves projects out of EcoTaxa)"
    }


def test_no_secret_is_left(stocked, project, alice):
    fetching, imported = pull(stocked, project, alice)
    for job in (fetching, imported):
        assert TOKEN not in f"{job.params} {job.checkpoint} {job.result} {job.log} {job.message}"
    assert not PullToken.objects.exists()


# --- Again ------------------------------------------------------------------------------------------------------------


def test_a_second_pull_brings_only_what_is_new(stocked, project, alice):
    pull(stocked, project, alice)
    stocked.add(validated(5))
    stocked.objects[2]["images"].append((23, 3))
    stocked.requests.clear()
    _, imported = pull(stocked, project, alice)
    assert sorted(stocked.paths("/vault/")) == ["/vault/0000/0023.png", "/vault/0000/0050.png"]
    assert [path for path in stocked.paths("/api/object/") if path.endswith("/history")] == [
        "/api/object/5/history"
    ]
    assert (imported.result["objects"], imported.result["images"]) == (1, 2)
    assert Object.objects.count() == 5


def test_a_second_pull_updates_values_that_changed(stocked, project, alice):
    pull(stocked, project, alice)
    stocked.objects[1]["free"]["area"] = 77.0
    pull(stocked, project, alice)
    assert the_object("o1").wide.values == [77.0]


def test_a_second_pull_brings_labels_that_changed(stocked, project, alice):
    pull(stocked, project, alice)
    changed = {"classif_id": 82399, "classif_who": 8, "classif_when": "2022-02-02T10:00:00"}
    stocked.objects[1].update(changed)
    stocked.objects[4].update(changed)
    assert the_object("o1").taxon.name == "Copepoda"
    person = the_object("o4")
    label_objects(
        project=project, user=alice, targets=[Target(person.pk, person.version)], state=State.DUBIOUS
    )
    pull(stocked, project, alice)
    assert (the_object("o1").taxon.name, the_object("o1").annotator.display_name) == ("Penilia", "Bo Ek")
    assert (the_object("o4").state, the_object("o4").annotator) == ("D", alice)


def test_a_preview_changes_nothing(stocked, project, alice):
    _, imported = pull(stocked, project, alice, dry_run=True)
    assert imported.state == "done"
    assert not Object.objects.exists()
    assert imported.message.startswith("EcoTaxa project 42 can be imported: 6 lines, no error. 4 new")
