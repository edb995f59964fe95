"""Imports, exports, training and predictions by the API: each answers 202 with a job that can be followed."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.exports.actions import export_project
from annotations.imports.actions import import_package
from annotations.jobs.models import Job, JobState
from annotations.learning.models import Model
from tests.imports.packages import png, row, table
from worker.runner import run_job

JOB = {
    "id", "kind", "project", "state", "done", "total", "message", "errors", "result", "created",
    "started", "finished", "warnings", "expires", "undo_until",
}  # fmt: skip
WORK = {"import_package": import_package, "export_project": export_project}


def packed(rows: list[dict]) -> bytes:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("ecotaxa_tow.tsv", table(rows, {"object_area": "f"}))
        for n in range(1, len(rows) + 1):
            archive.writestr(f"o{n}.png", png(n))
    return buffer.getvalue()


def followed(client, started) -> dict:
    """The job as the API tells it once its work is done."""
    assert started.status_code == 202, started.content
    job = started.json()
    assert set(job) == JOB and job["state"] == "queued"
    assert started["Location"] == f"/api/v1/jobs/{job['id']}/"
    run_job(job["id"], WORK[job["kind"]])
    return client.get(f"/api/v1/jobs/{job['id']}/").json()


def upload(client, project, content: bytes, **more):
    file = SimpleUploadedFile("tow.zip", content)
    return client.post(
        f"/api/v1/projects/{project.pk}/imports/", {"package": file, **more}, format="multipart"
    )


def test_import_then_export(alices, project):
    done = followed(alices, upload(alices, project, packed([row(1, object_area=3.5), row(2, object_area=4)])))
    assert done["state"] == "done", done
    assert done["result"]["objects"] == 2
    assert len(alices.get(f"/api/v1/projects/{project.pk}/objects/").json()["results"]) == 2
    export = followed(alices, alices.post(f"/api/v1/projects/{project.pk}/exports/", {"images": False}))
    assert (export["state"], export["result"]["rows"]) == ("done", 2)
    assert export["result"]["url"].startswith("/")


def test_a_dry_run_changes_nothing(alices, project):
    done = followed(alices, upload(alices, project, packed([row(1)]), dry_run=True))
    assert done["state"] == "done"
    assert alices.get(f"/api/v1/projects/{project.pk}/objects/").json()["results"] == []


def test_a_broken_package_tells_file_line_and_column(alices, project):
    done = followed(alices, upload(alices, project, packed([row(1), row(2, img_file_name="lost.png")])))
    assert done["state"] == "failed"
    error = done["errors"][0]
    assert set(error) >= {"file", "line", "column", "message"}
    assert (error["line"], error["column"]) == (4, "img_file_name")
    assert alices.get(f"/api/v1/projects/{project.pk}/objects/").json()["results"] == []


def test_warnings_stand_beside_the_errors(alices, project):
    rows = [row(1, img_file_name="O1.PNG"), row(2, object_lat="north")]
    failed = followed(alices, upload(alices, project, packed(rows)))
    assert [error["line"] for error in failed["errors"]] == [4]
    assert [(w["file"], w["line"], w["column"]) for w in failed["warnings"]] == [
        ("ecotaxa_tow.tsv", 3, "img_file_name")
    ]
    done = followed(alices, upload(alices, project, packed(rows[:1])))
    assert (done["state"], done["errors"]) == ("done", [])
    assert "found as o1.png" in done["warnings"][0]["message"]


def test_only_administrators_import_from_the_server(alices, client_of, root, project, tmp_path):
    (tmp_path / "tow.zip").write_bytes(packed([row(1)]))
    url, body = f"/api/v1/projects/{project.pk}/imports/", {"source": str(tmp_path / "tow.zip")}
    assert alices.post(url, body).status_code == 403
    assert followed(client_of(root), client_of(root).post(url, body))["result"]["objects"] == 1
    missing = client_of(root).post(url, {"source": str(tmp_path / "nothing.zip")})
    assert missing.status_code == 400 and "nothing.zip" in missing.json()["detail"]


def test_cancel_and_who_may(alices, bobs, client_of, dan, project):
    job = alices.post(f"/api/v1/projects/{project.pk}/exports/", {}).json()
    url = f"/api/v1/jobs/{job['id']}/cancel/"
    assert client_of(dan).post(url).status_code == 404
    assert bobs.post(url).status_code == 403
    assert alices.post(url).json()["state"] == "cancelled"
    assert alices.post(url).json()["state"] == "cancelled"


def test_training_makes_a_model_and_takes_only_ones_own_projects(alices, bobs, client_of, dan, project):
    assert bobs.post("/api/v1/training-runs/", {"projects": [project.pk]}).status_code == 403
    assert client_of(dan).post("/api/v1/training-runs/", {"projects": [project.pk]}).status_code == 404
    started = alices.post("/api/v1/training-runs/", {"projects": [project.pk], "name": "Nets", "epochs": 3})
    assert started.status_code == 202 and set(started.json()) == JOB
    (model,) = alices.get("/api/v1/models/").json()
    assert (model["name"], model["projects"], model["job"]) == ("Nets", [project.pk], started.json()["id"])
    assert model["settings"]["epochs"] == 3 and model["is_ready"] is False
    assert client_of(dan).get("/api/v1/models/").json() == []


@pytest.mark.parametrize(
    "body",
    [{}, {"projects": []}, {"projects": "x"}, {"epochs": -1}, {"backbone": "alexandria"}, {"image_size": 9}],
)
def test_training_refuses_what_it_cannot_do(alices, project, body):
    whole = body if body == {} or "projects" in body else {"projects": [project.pk], **body}
    answer = alices.post("/api/v1/training-runs/", whole)
    assert answer.status_code == 400 and answer.json()["detail"]
    assert not Model.objects.exists()


def test_prediction_with_a_model_of_strangers_is_not_found(client_of, dan, project):
    dans = client_of(dan)
    own = dans.post("/api/v1/projects/", {"title": "Dan's"}).json()
    model = Model.objects.create(
        name="m", is_ready=True, job=Job.objects.create(kind="train", state=JobState.DONE)
    )
    model.projects.add(project)
    answer = dans.post(f"/api/v1/projects/{own['id']}/predictions/", {"model": model.pk})
    assert answer.status_code == 404


def test_models_have_their_metrics_and_taxa(bobs, tow):
    per_taxon = [{"taxon": tow.copepoda, "precision": 1.0, "recall": 0.5, "f1": 0.67, "support": 2}]
    metrics = {
        "accuracy": 0.5,
        "per_taxon": per_taxon,
        "confusion": {"labels": [tow.copepoda], "counts": [[1]]},
    }
    model = Model.objects.create(name="m", is_ready=True, classes=[tow.copepoda], metrics=metrics)
    model.projects.add(tow.project)
    result = bobs.get(f"/api/v1/models/{model.pk}/").json()
    copepoda = {"id": tow.copepoda, "name": "Copepoda"}
    assert result["taxa"] == [copepoda]
    assert result["metrics"]["accuracy"] == 0.5
    assert result["metrics"]["per_taxon"][0]["taxon"] == copepoda
