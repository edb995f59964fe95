"""The tree of taxa by the API: what administrators change, what experts note, what managers choose."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.jobs.models import Job
from annotations.samples.models import Object
from annotations.taxon_matching.merging import relabel_merged, unlabel_merged
from annotations.taxonomy.imports import import_taxa
from annotations.taxonomy.models import Taxon
from worker.runner import run_job

WORK = {"merge_taxa": relabel_merged, "undo_merge": unlabel_merged, "import_taxa": import_taxa}


@pytest.fixture
def roots(client_of, root):
    return client_of(root)


def followed(answer) -> Job:
    assert answer.status_code == 202, answer.content
    job = Job.objects.get(pk=answer.json()["id"])
    run_job(job.pk, WORK[job.kind])
    job.refresh_from_db()
    return job


def test_a_taxon_is_described_and_deprecated(roots, bobs, tow):
    url = f"/api/v1/taxa/{tow.copepoda}/"
    body = {"rank": "Subclass", "aphia_id": 1080, "note": "Two antennae.", "parent": tow.appendicularia}
    assert roots.patch(url, body).status_code == 200
    detail = bobs.get(url).json()
    assert {key: detail[key] for key in body} == body
    assert detail["path"] == [tow.appendicularia, tow.copepoda]
    circle = roots.patch(f"/api/v1/taxa/{tow.appendicularia}/", {"parent": tow.copepoda})
    assert circle.status_code == 400 and "below" in circle.json()["detail"]
    deprecated = roots.patch(url, {"status": "deprecated", "replaced_by": tow.appendicularia}).json()
    assert (deprecated["status"], deprecated["replaced_by"]) == ("deprecated", tow.appendicularia)
    label = {"objects": [{"id": tow.objects[9].pk, "version": 1}], "taxon": tow.copepoda}
    outcome = bobs.post(f"/api/v1/projects/{tow.project.pk}/annotations/", label).json()
    assert outcome["changed"] == 1 and outcome["replaced"]["by"] == {
        "id": tow.appendicularia,
        "name": "Appendicularia",
    }
    assert roots.patch(url, {"status": "active"}).json()["replaced_by"] is None
    assert bobs.get("/api/v1/taxa/999999/").status_code == 404


def test_synonyms(alices, bobs, tow):
    url = f"/api/v1/taxa/{tow.copepoda}/synonyms/"
    made = alices.post(url, {"name": "Copepods"})
    assert made.status_code == 201
    assert bobs.get(url).json() == [{"id": made.json()["id"], "name": "Copepods"}]
    assert bobs.get("/api/v1/taxa/?q=copepods").json()[0]["synonym"] == "Copepods"
    assert bobs.get(f"/api/v1/taxa/{tow.copepoda}/").json()["synonyms"] == ["Copepods"]
    assert alices.delete(f"/api/v1/taxa/synonyms/{made.json()['id']}/").status_code == 204
    assert bobs.get(url).json() == []


def test_a_merge_and_its_undoing(roots, tow):
    merge = f"/api/v1/taxa/{tow.copepoda}/merge/"
    assert followed(roots.post(merge, {"into": tow.appendicularia})).result["changed"] == 6
    assert not Object.objects.filter(taxon=tow.copepoda).exists()
    (made,) = roots.get("/api/v1/taxa/merges/").json()
    undo = f"/api/v1/taxa/merges/{made['id']}/undo/"
    assert followed(roots.post(undo)).result["changed"] == 6
    assert Object.objects.filter(taxon=tow.copepoda).count() == 6
    assert "already" in roots.post(undo).json()["detail"]


def test_a_table_of_taxa(roots, db):
    def bring(content: bytes) -> Job:
        table = SimpleUploadedFile("taxa.tsv", content)
        return followed(roots.post("/api/v1/taxa/imports/", {"table": table}, format="multipart"))

    assert bring(b"id\tparent_id\tname\n1\t\tliving\n2\t1\tCopepoda\n").state == "done"
    assert Taxon.objects.count() == 2
    failed = bring(b"id\tparent_id\tname\n3\t9\tLost\n")
    assert (failed.state, failed.errors[0]["line"], failed.errors[0]["column"]) == ("failed", 2, "parent_id")


def test_presets_of_a_project(alices, bobs, tow):
    url = f"/api/v1/projects/{tow.project.pk}/presets/"
    body = {
        "favourites": [tow.appendicularia, tow.copepoda],
        "training_rules": [{"taxon": tow.copepoda, "into": None}],
    }
    assert alices.put(url, body).json() == body == bobs.get(url).json()
    assert alices.put(url, {"favourites": []}).json() == {**body, "favourites": []}
    assert alices.put(url, {"favourites": [999_999]}).status_code == 400
