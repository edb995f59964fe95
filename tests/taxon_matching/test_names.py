"""Names that a package brings and the site does not know wait, with their labels, until a manager settles them."""

from datetime import UTC, datetime

import pytest

from annotations.exports.actions import export_project
from annotations.imports.actions import import_package
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch, Change
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Project, Role
from annotations.samples.models import Object
from annotations.taxon_matching.actions import create_name, map_name, refuse_name
from annotations.taxon_matching.labelling import settle_name
from annotations.taxon_matching.models import PendingLabel, PendingName
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.imports.packages import import_job, package, row
from worker.runner import run_job

pytestmark = pytest.mark.django_db
WHEN = {"object_annotation_date": "20240102", "object_annotation_time": "030405"}


def labelled(number: int, category: str, status: str = "validated", **more: object) -> dict:
    who = {} if status == "predicted" else {"object_annotation_person_name": "bob"}
    return row(
        number, object_annotation_category=category, object_annotation_status=status, **who, **WHEN, **more
    )


@pytest.fixture
def bring(project, alice, tmp_path):
    """Imports a package without creating taxa."""

    def bring(rows: list[dict], **more: object) -> dict:
        job = import_job(project, package(tmp_path / "p.zip", rows), alice)
        job.params |= {"create_taxa": False, **more}
        return import_package(job, Progress(job))

    return bring


def the_object(name: str = "o1") -> Object:
    return Object.objects.get(wide__original_id=name)


def work(job: Job) -> Job:
    run_job(job.pk, settle_name)
    job.refresh_from_db()
    assert job.state == "done", job.message
    return job


def test_unknown_names_wait_with_their_labels(bring, project):
    ensure_taxa([TaxonName("Copepoda")])
    result = bring(
        [labelled(1, "Copepoda"), labelled(2, "Calanus"), labelled(3, "calanus", "predicted"), row(4)]
    )
    assert result["waiting"] == 2 and "2 objects wait" in result["message"]
    assert [t.name for t in Taxon.objects.all()] == ["Copepoda"], "nothing was created"
    assert [o.state for o in Object.objects.order_by("id")] == ["V", "U", "U", "U"]
    assert the_object("o2").annotator is None
    assert PendingName.objects.get().name == "Calanus", "whatever the case"
    assert Change.objects.count() == 1, "what waits is not logged yet"


def test_a_mapped_name_labels_with_the_original_annotator_and_date(bring, alice, bob):
    bring([labelled(1, "Calanus"), labelled(2, "Calanus", "predicted", object_seston_score=0.75)])
    (taxon,) = ensure_taxa([TaxonName("Calanidae")]).values()
    job = map_name(pending=PendingName.objects.get(), taxon=Taxon.objects.get(pk=taxon), user=alice)
    assert "2 objects" in work(job).message
    first, second = the_object("o1"), the_object("o2")
    assert (first.taxon_id, first.state, str(first.annotator)) == (taxon, "V", "bob")
    assert first.annotator != bob, "a name in a package is nobody's account"
    assert first.labelled_at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (second.state, second.score, second.annotator) == ("P", 0.75, None)
    batch = Batch.objects.get(kind="remap")
    assert (batch.user, batch.changed) == (alice, 2)
    undo_batch(batch=batch, user=alice, role=Role.MANAGER)
    assert the_object("o1").state == "U"
    work(map_name(pending=PendingName.objects.get(), taxon=Taxon.objects.get(pk=taxon), user=alice))
    assert the_object("o1").annotator == first.annotator, "what was undone can be mapped anew"


def test_what_a_person_said_meanwhile_stays(bring, project, alice, carla):
    bring([labelled(1, "Calanus"), labelled(2, "Calanus")])
    ids = ensure_taxa([TaxonName("Oithona"), TaxonName("Calanidae")])
    oithona, calanidae = (Taxon.objects.get(pk=number) for number in ids.values())
    first = the_object("o1")
    targets = [Target(first.pk, first.version)]
    label_objects(project=project, user=carla, targets=targets, taxon=oithona)
    work(map_name(pending=PendingName.objects.get(), taxon=calanidae, user=alice))
    assert [the_object(o).taxon for o in ("o1", "o2")] == [oithona, calanidae]


def test_a_settled_name_is_known_to_the_next_package(bring, alice):
    bring([labelled(1, "Calanus")])
    (taxon,) = ensure_taxa([TaxonName("Calanidae")]).values()
    work(map_name(pending=PendingName.objects.get(), taxon=Taxon.objects.get(pk=taxon), user=alice))
    assert bring([labelled(1, "Calanus"), labelled(2, "Calanus")])["waiting"] == 0
    assert the_object("o2").taxon_id == taxon
    assert PendingLabel.objects.count() == 1


def test_a_killed_worker_leaves_no_object_behind(bring, alice, monkeypatch):
    monkeypatch.setattr("annotations.taxon_matching.labelling.CHUNK", 1)
    bring([labelled(n, "Calanus") for n in (1, 2, 3)])
    (taxon,) = ensure_taxa([TaxonName("Calanidae")]).values()
    job = map_name(pending=PendingName.objects.get(), taxon=Taxon.objects.get(pk=taxon), user=alice)

    class Killed(Progress):
        def update(self, done: int, total: int, message: str = "") -> None:
            if done == 2:
                raise KeyboardInterrupt

    Job.objects.filter(pk=job.pk).update(state="running")
    job.refresh_from_db()
    with pytest.raises(KeyboardInterrupt):
        settle_name(job, Killed(job))
    assert Object.objects.filter(state="V").count() == 2
    job.refresh_from_db()
    assert settle_name(job, Progress(job))["message"] == "3 objects are Calanidae now."
    assert Batch.objects.filter(kind="remap").count() == 1


def test_two_eggs_wait_beside_each_other_and_each_gets_its_own_parent(bring, project, alice):
    crabella = {"object_seston_lineage": "living>Crabella"}
    fishella = {"object_seston_lineage": "living>Fishella"}
    ensure_taxa([TaxonName("egg", ("living", "Crabella"))])
    bring([labelled(1, "egg", **crabella), labelled(2, "egg", **fishella), labelled(3, "egg", **fishella)])
    assert str(the_object("o1").taxon) == "egg", "the one that is known is given"
    name = PendingName.objects.get()
    assert (name.lineage, name.labels.count()) == (["living", "Fishella"], 2)
    work(create_name(pending=name, parent=None, user=alice))
    assert [str(the_object(o).taxon) for o in ("o1", "o2", "o3")] == [
        "egg<Crabella",
        "egg<Fishella",
        "egg<Fishella",
    ]
    assert the_object("o2").taxon.parent.name == "Fishella"


def test_a_name_that_several_may_mean_waits_also_where_taxa_are_made(bring, project):
    ensure_taxa([TaxonName("egg", ("living", "Crabella")), TaxonName("egg", ("living", "Fishella"))])
    result = bring([labelled(1, "egg"), labelled(2, "Calanus")], create_taxa=True)
    assert (result["waiting"], result["unknown_names"], result["made_taxa"]) == (1, ["egg"], 1)
    assert Taxon.objects.filter(name="egg").count() == 2


def test_creating_a_name_that_nothing_places_asks_before_it_makes_a_root(client, bring, project, alice):
    bring([labelled(1, "Calanus"), labelled(2, "egg", object_seston_lineage="living>Crabella")])
    client.force_login(alice)
    page = f"/projects/{project.pk}/names/"
    for name, root in (("Calanus", "Calanus"), ("egg", "living")):
        url = f"{page}{PendingName.objects.get(name=name).pk}/"
        html = client.post(url, {"act": "create"}, follow=True).content.decode()
        assert f"{root} would become a root of the whole site" in html and "Make it a root" in html
        assert (
            PendingName.objects.get(name=name).state == "waiting"
            and not Taxon.objects.filter(name=name).exists()
        )
        client.post(url, {"act": "create", "root": "1"})
        assert Taxon.objects.filter(name=name).exists()
    assert Taxon.objects.get(name="egg").parent.name == "Crabella"


def test_a_manager_settles_names_on_the_page(client, bring, project, alice):
    ensure_taxa([TaxonName("Copepoda"), TaxonName("Calanidae")])
    bring([labelled(1, "Calanus"), labelled(2, "Oithonna"), labelled(3, "Rubbish")])
    client.force_login(alice)
    page = f"/projects/{project.pk}/names/"
    assert "Oithonna" in client.get(page).content.decode()
    names = {name.name: name for name in PendingName.objects.all()}

    def settle(name: str, **body: str) -> str:
        return client.post(f"{page}{names[name].pk}/", body, follow=True).content.decode()

    assert "There is no taxon" in settle("Calanus", act="map", taxon="Nothing")
    assert "Name a taxon" in settle("Calanus", act="map", taxon="")
    assert "labels its objects" in settle("Calanus", act="map", taxon="calanidae")
    assert "is made" in settle("Oithonna", act="create", taxon="Copepoda")
    assert "is refused" in settle("Rubbish", act="refuse")
    for job in Job.objects.filter(kind="settle_name"):
        work(job)
    assert [(o.state, str(o.taxon)) for o in Object.objects.order_by("id")] == [
        ("V", "Calanidae"),
        ("V", "Oithonna"),
        ("U", "None"),
    ]
    assert Taxon.objects.get(name="Oithonna").parent.name == "Copepoda"
    assert "No name waits" in client.get(page).content.decode()


def test_a_deprecated_taxon_takes_no_labels(client, bring, project, alice, bob):
    ensure_taxa([TaxonName("Oldname")])
    Taxon.objects.update(status="D")
    bring([labelled(1, "Calanus")])
    client.force_login(alice)
    body = {"act": "map", "taxon": "Oldname"}
    answer = client.post(f"/projects/{project.pk}/names/{PendingName.objects.get().pk}/", body, follow=True)
    assert "Oldname is deprecated" in answer.content.decode()


def test_names_by_the_api(client, bring, project, alice):
    bring([labelled(1, "Calanus"), labelled(2, "Rubbish")])
    client.force_login(alice)
    url = f"/api/v1/projects/{project.pk}/pending-names/"
    names = {name["name"]: name for name in client.get(url).json()}
    assert names["Calanus"]["state"] == "waiting" and names["Calanus"]["objects_with_it"] == 1

    def settle(name: str, **body: object):
        return client.post(f"{url}{names[name]['id']}/", body, content_type="application/json")

    assert settle("Calanus", act="map").status_code == 400
    assert settle("Rubbish", act="refuse").status_code == 204
    refused = settle("Calanus", act="create")
    assert refused.status_code == 400 and "root of the whole site's tree" in refused.json()["detail"]
    assert not Taxon.objects.exists()
    answer = settle("Calanus", act="create", root=True)
    assert answer.status_code == 202
    work(Job.objects.get(pk=answer.json()["id"]))
    assert str(the_object("o1").taxon) == "Calanus"
    assert settle("Calanus", act="refuse").status_code == 400


def test_labels_that_wait_go_out_as_they_came_in(bring, project, alice, tmp_path):
    copepod = {"object_annotation_category_id": 61, "object_annotation_hierarchy": "Copepoda>Calanus"}
    bring(
        [
            labelled(1, "Calanus", **copepod),
            labelled(2, "Calanus", "predicted", object_seston_score=0.75, **copepod),
            labelled(3, "detritus"),
            row(4),
        ]
    )
    refuse_name(pending=PendingName.objects.get(name="detritus"), user=alice)
    copy = exported_and_imported(project, alice, tmp_path)
    name = PendingName.objects.get(project=copy)
    assert (name.name, name.ecotaxa_id, name.lineage) == ("Calanus", 61, ["Copepoda", "Calanus"])
    assert pending_labels_of(copy) == pending_labels_of(project)[:2], (
        "and what was refused is no label any more"
    )


def test_a_label_that_waits_goes_out_though_a_model_has_predicted_its_object(bring, project, alice, tmp_path):
    (copepoda,) = ensure_taxa([TaxonName("Copepoda")]).values()
    bring([labelled(1, "Calanus"), labelled(2, "Calanus", "predicted")])
    Object.objects.filter(project=project).update(
        taxon_id=copepoda, state="P", score=0.9, margin=0.8, entropy=0.1
    )

    copy = exported_and_imported(project, alice, tmp_path)
    assert pending_labels_of(copy) == pending_labels_of(project)[:1], (
        "nothing of the model's at the person's label"
    )
    newer = Object.objects.get(project=copy, wide__original_id="o2")
    assert (newer.taxon_id, newer.state, newer.score) == (copepoda, "P", 0.9), (
        "one prediction gives way to another"
    )


def exported_and_imported(project: Project, alice, tmp_path) -> Project:
    """A project that holds what the export of another gives, names that wait still waiting."""
    out = Job(kind="export_project", project=project, owner=alice)
    out.params = {"images": True, "filter": {}, "out": str(tmp_path / "out.zip")}
    out.save()
    export_project(out, Progress(out))
    copy = Project.objects.create(title="copy")
    job = import_job(copy, tmp_path / "out.zip", alice)
    job.params |= {"create_taxa": False}
    import_package(job, Progress(job))
    return copy


def pending_labels_of(project: Project) -> list[tuple]:
    pending = PendingLabel.objects.filter(object__project=project).order_by("object")
    who = "annotator__first_name"  # in each project it is an annotator of its own
    return list(pending.values_list("pending__name", "state", "score", who, "labelled_at"))
