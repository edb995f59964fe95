"""Exports and uploads lie where every machine of the site finds them; a browser fetches them from the bucket."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from annotations.exports.actions import start_export
from annotations.jobs.models import Job
from annotations.jobs.sweeping import sweep
from annotations.pictures.artefacts import delete, exists, local_path, own_path, save, stored_in
from annotations.samples.models import Object
from tests.imports.packages import package, row, run_import
from tests.run_jobs import work

KEY = "exports/7.zip"


@pytest.fixture
def content(tmp_path) -> Path:
    path = tmp_path / "draft.zip"
    path.write_bytes(b"a package")
    return path


def test_what_is_saved_is_there_until_it_is_deleted(storage, content):
    save(KEY, content)
    assert (content.exists(), exists(KEY)) == (False, True)
    assert local_path(KEY).read_bytes() == b"a package"
    ((key, written),) = stored_in("exports")
    assert key == KEY and timezone.now() - written < timedelta(minutes=1)
    delete(KEY)
    assert (exists(KEY), own_path(KEY).exists(), list(stored_in("exports"))) == (False, False, [])


def test_another_machine_fetches_it_whole(bucket, content, settings, tmp_path):
    save(KEY, content)
    settings.ARTEFACTS_FOLDER = tmp_path / "elsewhere"
    assert local_path(KEY).read_bytes() == b"a package"
    assert [path.name for path in (tmp_path / "elsewhere/exports").iterdir()] == ["7.zip"], "no draft is left"
    with pytest.raises(FileNotFoundError):
        local_path("exports/8.zip")
    assert [path.name for path in (tmp_path / "elsewhere/exports").iterdir()] == ["7.zip"]


@pytest.mark.django_db
def test_an_export_is_downloaded_from_the_bucket_by_who_may(
    bucket, s3_address, client, project, bob, dan, tmp_path
):
    run_import(project, package(tmp_path / "tow.zip", [row(1)]))
    job = work(start_export(project=project, user=bob))
    assert not own_path(f"exports/{job.pk}.zip").exists(), "the worker keeps no copy"
    client.force_login(bob)
    answer = client.get(job.result["url"])
    assert answer.status_code == 302
    assert answer["location"].startswith(f"{s3_address}/{bucket}/artefacts/exports/{job.pk}.zip?")
    with urlopen(answer["location"]) as response:
        body = response.read()
        assert response.headers["content-disposition"] == (
            f'attachment; filename="seston_project_{project.pk}_ecotaxa_{job.finished:%Y%m%d_%H%M}.zip"'
        )
    assert len(body) == job.result["bytes"]
    assert any(name.endswith(".tsv") for name in zipfile.ZipFile(io.BytesIO(body)).namelist())
    client.force_login(dan)
    assert client.get(job.result["url"]).status_code == 404, "rights come before the address"


@pytest.mark.django_db
def test_where_browsers_cannot_reach_the_bucket_the_site_sends_the_export(
    bucket, client, project, bob, tmp_path, settings
):
    settings.S3_PRESIGNED = False
    run_import(project, package(tmp_path / "tow.zip", [row(1)]))
    job = work(start_export(project=project, user=bob))
    client.force_login(bob)
    answer = client.get(job.result["url"])
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) == job.result["bytes"]


@pytest.mark.django_db
def test_an_upload_is_imported_by_a_worker_elsewhere(bucket, client, project, alice, settings, tmp_path):
    path = package(tmp_path / "tow.zip", [row(1), row(2)])
    client.force_login(alice)
    upload = SimpleUploadedFile("tow.zip", path.read_bytes(), "application/zip")
    client.post(f"/projects/{project.pk}/import/", {"package": upload})
    assert [key for key, _ in stored_in("uploads")] != []
    settings.ARTEFACTS_FOLDER = tmp_path / "elsewhere"
    job = work(Job.objects.get(kind="import_package"))
    assert (job.state, Object.objects.filter(project=project).count()) == ("done", 2)
    assert list(stored_in("uploads")) == [], "it goes when its job has ended"
    assert not list((tmp_path / "elsewhere/uploads").iterdir())


@pytest.mark.django_db
def test_expired_exports_leave_the_bucket(bucket, project, bob, tmp_path):
    run_import(project, package(tmp_path / "tow.zip", [row(1)]))
    job = work(start_export(project=project, user=bob))
    assert sweep() == 0 and exists(f"exports/{job.pk}.zip")
    Job.objects.filter(pk=job.pk).update(expires=timezone.now() - timedelta(minutes=1))
    assert sweep() == 1 and not exists(f"exports/{job.pk}.zip")
