"""Taxa that a package brings and the site does not know: made, or kept waiting, but never in silence."""

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.imports import actions, taxa
from annotations.imports.actions import import_package
from annotations.jobs.models import Job
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.imports.packages import import_job, package, row
from tests.run_jobs import work
from tests.worker.runs import Killed

pytestmark = pytest.mark.django_db


def labelled(number: int, category: str, **more: object) -> dict:
    return row(number, object_annotation_category=category, object_annotation_status="validated", **more)


ROWS = [labelled(1, "Copepoda"), labelled(2, "egg<Copepoda"), labelled(3, "Oithona"), row(4)]


@pytest.fixture
def bring(project, alice, tmp_path):
    ensure_taxa([TaxonName("Copepoda")])

    def bring(rows: list[dict] = ROWS, files: dict | None = None, **params: object) -> Job:
        job = import_job(project, package(tmp_path / "p.zip", rows, **(files or {})), alice)
        job.params |= params
        job.state = "queued"
        job.save()
        work(job, import_package)
        assert job.state == "done", job.message
        return job

    return bring


def test_the_taxa_that_were_created_are_told(bring, client, alice, root):
    job = bring()
    assert job.message.endswith("2 taxa were created.")
    egg, oithona = (Taxon.objects.get(name=name) for name in ("egg", "Oithona"))
    assert (job.result["made_taxa"], job.result["unknown"]) == (2, 0)
    assert job.result["created_taxa"] == [
        {"id": egg.pk, "name": "egg<Copepoda", "below": "Copepoda"},
        {"id": oithona.pk, "name": "Oithona", "below": None},
    ]
    client.force_login(alice)
    html = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Taxa that were created" in html and "it stands at the root" in html
    link = f"/projects/{job.project_id}/taxa/{egg.pk}/"
    assert link in html and client.get(link).status_code == 200
    client.force_login(root)
    assert f'href="/taxa/{oithona.pk}/"' in client.get(f"/jobs/{job.pk}/").content.decode()
    assert bring().result["made_taxa"] == 0, "the second time the site knows them"


def test_a_dry_run_foretells_them_and_makes_none(bring, client, alice):
    job = bring(dry_run=True)
    assert "2 taxa would be created." in job.message
    assert [(each["id"], each["name"]) for each in job.result["created_taxa"]] == [
        (None, "egg<Copepoda"),
        (None, "Oithona"),
    ]
    assert Taxon.objects.count() == 1
    client.force_login(alice)
    assert "Taxa that would be created" in client.get(f"/jobs/{job.pk}/").content.decode()


def test_names_that_wait_are_told_too(bring, client, alice):
    planned = bring(dry_run=True, create_taxa=False)
    assert "2 names would wait to be settled." in planned.message
    job = bring(create_taxa=False)
    assert job.result["unknown_names"] == ["Oithona", "egg<Copepoda"]
    assert (job.result["made_taxa"], Taxon.objects.count()) == (0, 1)
    client.force_login(alice)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert f"/projects/{job.project_id}/names/" in page
    assert page.count("Oithona") == 1, "each name is listed once, below the message"


def test_waiting_names_that_are_spelt_alike_are_told_apart(bring):
    rows = [
        labelled(1, "egg", object_annotation_hierarchy="living>Crabella>egg"),
        labelled(2, "egg", object_annotation_hierarchy="living>Fishella>egg"),
    ]
    job = bring(rows, create_taxa=False)
    assert job.result["unknown_names"] == ["egg<Crabella", "egg<Fishella"]
    assert "2 names wait to be settled." in job.message


def test_lineages_and_where_traits_apply_make_taxa_too(bring):
    rows = [labelled(1, "Calanus", object_annotation_hierarchy="living>Crustacea>Calanus")]
    trait = {"key": "egg_sac", "name": "Egg sac", "kind": "flag", "applies_to": [7]}
    words = {"number": 1, "traits": [trait], "taxa": {"7": {"name": "Cyclopoida"}}}
    for dry_run in (True, False):
        job = bring(rows, {"vocabulary.json": orjson.dumps(words)}, dry_run=dry_run)
        created = [(each["name"], each["below"]) for each in job.result["created_taxa"]]
        assert created == [
            ("living", None),
            ("Crustacea", "living"),
            ("Calanus", "Crustacea"),
            ("Cyclopoida", None),
        ]


def test_of_many_the_first_are_named(bring, monkeypatch):
    monkeypatch.setattr(taxa, "MOST_LISTED", 12)
    job = bring([labelled(n, f"Species {n:02}") for n in range(15)])
    assert (job.result["made_taxa"], len(job.result["created_taxa"])) == (15, 12)
    assert "15 taxa were created" in job.message


def test_what_a_worker_made_that_died_is_told_by_the_next(bring, project, alice, tmp_path, monkeypatch):
    job = import_job(project, package(tmp_path / "q.zip", ROWS), alice)
    Job.objects.update(state="queued")

    def killed(*args, **more):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(actions, "place_samples", killed)
        with pytest.raises(Killed):
            work(job, import_package)
    assert Taxon.objects.filter(name="Oithona").exists()
    Job.objects.filter(pk=job.pk).update(state="queued")
    work(job, import_package)
    assert job.result["made_taxa"] == 2 and "were created" in job.message


@pytest.mark.parametrize("create_taxa", [None, True])
def test_by_the_api_names_wait_unless_taxa_are_to_be_created(client, project, alice, tmp_path, create_taxa):
    ensure_taxa([TaxonName("Copepoda")])
    client.force_login(alice)
    upload = SimpleUploadedFile("tow.zip", package(tmp_path / "tow.zip", ROWS).read_bytes())
    body = {"package": upload} | ({"create_taxa": "true"} if create_taxa else {})
    started = client.post(f"/api/v1/projects/{project.pk}/imports/", body).json()
    work(Job.objects.get(pk=started["id"]), import_package)
    result = client.get(f"/api/v1/jobs/{started['id']}/").json()["result"]
    if create_taxa:
        assert {each["name"] for each in result["created_taxa"]} == {"egg<Copepoda", "Oithona"}
    else:
        assert result["unknown_names"] == ["Oithona", "egg<Copepoda"] and result["made_taxa"] == 0
        assert Taxon.objects.count() == 1
