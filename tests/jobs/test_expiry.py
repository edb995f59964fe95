"""What jobs make is kept for a while that is shown, and then removed with what dead jobs left."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from annotations.exports.actions import export_path, start_export
from annotations.jobs.models import Job
from annotations.jobs.sweeping import sweep
from tests.imports.packages import package, row, run_import
from tests.run_jobs import work
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


def made(path: Path, days: float = 2) -> Path:
    """A file of that age, as an upload or a worker would leave it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"content")
    then = time.time() - days * 24 * 3600
    os.utime(path, (then, then))
    return path


@shared_rows
def export(project, bob, tmp_path) -> Job:
    run_import(project, package(tmp_path / "tow.zip", [row(1)]))
    return work(start_export(project=project, user=bob))


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(expires=timezone.now() - timedelta(minutes=1))


def test_an_export_says_until_when_it_is_kept(client, export, bob, settings):
    days = (export.expires - timezone.now()) / timedelta(days=1)
    assert days == pytest.approx(settings.EXPORT_DAYS, abs=0.01)
    client.force_login(bob)
    assert (
        f"kept until {export.expires:%Y-%m-%d %H:%M} UTC"
        in client.get(f"/jobs/{export.pk}/").content.decode()
    )
    assert (
        client.get(f"/api/v1/jobs/{export.pk}/")
        .json()["expires"]
        .startswith(f"{export.expires:%Y-%m-%dT%H:%M}")
    )
    assert sweep() == 0 and export_path(export).exists()


def test_when_its_time_is_over_it_is_removed_and_whoever_asks_is_told(client, export, bob):
    expire(export)
    client.force_login(bob)
    answer = client.get(export.result["url"])
    assert (answer.status_code, "export again" in answer.content.decode()) == (404, True)
    page = client.get(f"/jobs/{export.pk}/").content.decode()
    assert "Download the package" not in page and "Export again where you need it" in page
    assert sweep() == 1
    assert not export_path(export).exists()
    assert sweep() == 0


def test_what_a_command_wrote_is_the_persons_own(project, bob, tmp_path):
    params = {"images": False, "filter": {}, "out": str(tmp_path / "mine.zip")}
    job = work(Job.objects.create(kind="export_project", project=project, owner=bob, params=params))
    assert (job.state, job.expires) == ("done", None)


def test_exports_of_before_get_their_time_with_the_first_sweep(export, settings):
    Job.objects.filter(pk=export.pk).update(expires=None)
    assert sweep() == 0
    export.refresh_from_db()
    assert export.expires > timezone.now() + timedelta(days=settings.EXPORT_DAYS - 1)


def test_uploads_without_a_living_job_are_removed_after_a_day(project, settings):
    folder = settings.UPLOADS_FOLDER
    needed, new, of_a_dead_job, forgotten = (
        made(folder / name, days) for name, days in (("a.zip", 9), ("b.zip", 0.5), ("c.zip", 2), ("d.zip", 2))
    )
    Job.objects.create(kind="import_package", project=project, params={"path": str(needed)})
    Job.objects.create(kind="import_package", state="failed", params={"path": str(of_a_dead_job)})
    assert sweep() == 2
    assert (needed.exists(), new.exists(), of_a_dead_job.exists(), forgotten.exists()) == (
        True,
        True,
        False,
        False,
    )


def test_drafts_and_folders_of_dead_claims_are_removed(project, settings):
    living = Job.objects.create(kind="export_project", project=project, state="running")
    dead = Job.objects.create(kind="export_project", project=project, state="cancelled")
    files = [made(settings.EXPORTS_FOLDER / f".{job.pk}.zip.{job.pk}-1.part") for job in (living, dead)]
    folders = [settings.MODELS_FOLDER / f".training-{job.pk}-2" for job in (living, dead)]
    model = settings.MODELS_FOLDER / "7"
    for folder in (*folders, model):
        made(folder / "checkpoint.pt")
        os.utime(folder, (0, 0))
    nobodys = made(settings.EXPORTS_FOLDER / "999999.zip")
    assert sweep() == 3
    assert [path.exists() for path in (*files, *folders)] == [True, False, True, False]
    assert model.exists() and not nobodys.exists()
