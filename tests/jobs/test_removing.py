"""Jobs that have ended are removed by who asked for them, with their files; but not what is a log."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.jobs.artefacts import artefact_key, upload_of
from annotations.jobs.models import Job
from annotations.jobs.removing import remove_job
from annotations.pictures.artefacts import own_path


@pytest.fixture
def export(project, bob) -> Job:
    job = Job.objects.create(
        kind="export_project", owner=bob, project=project, state="done", params={"images": False}
    )
    own_path(artefact_key(job)).parent.mkdir(parents=True, exist_ok=True)
    own_path(artefact_key(job)).write_text("a package")
    return job


def test_ones_own_job_goes_with_its_file(client, export, bob, django_capture_on_commit_callbacks):
    client.force_login(bob)
    assert f'aria-label="Remove Export {export.pk}"' in client.get("/jobs/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(f"/jobs/{export.pk}/remove/", follow=True).content.decode()
    assert f"Export {export.pk} is removed" in page
    assert not Job.objects.exists() and not own_path(artefact_key(export)).exists()


def test_others_jobs_stay_but_for_administrators(client, export, alice, root):
    client.force_login(alice)
    assert "Remove Export" not in client.get("/jobs/").content.decode()
    assert client.post(f"/jobs/{export.pk}/remove/").status_code == 403
    client.force_login(root)
    assert client.post(f"/jobs/{export.pk}/remove/").status_code == 302
    assert not Job.objects.exists()


def test_what_runs_is_cancelled_first(client, export, bob):
    Job.objects.update(state="running")
    client.force_login(bob)
    page = client.post(f"/jobs/{export.pk}/remove/", follow=True).content.decode()
    assert "has not ended yet" in page and Job.objects.exists()


def test_a_deletion_stays_because_it_is_the_log(client, export, bob):
    Job.objects.update(kind="delete_objects")
    client.force_login(bob)
    assert "Remove</button>" not in client.get(f"/jobs/{export.pk}/").content.decode()
    page = client.post(f"/jobs/{export.pk}/remove/", follow=True).content.decode()
    assert "the only record of who deleted what" in page and Job.objects.exists()


def test_an_upload_that_another_job_works_on_stays(client, export, bob, django_capture_on_commit_callbacks):
    """`import_again` hands the package on: the earlier job's time is over then."""
    upload = own_path("uploads/tow.zip")
    upload.parent.mkdir(parents=True, exist_ok=True)
    upload.write_text("a package")
    Job.objects.update(kind="import_package", params={"path": "uploads/tow.zip"}, expires=None)
    client.force_login(bob)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/jobs/{export.pk}/remove/")
    assert upload.exists() and not Job.objects.exists()


def test_an_upload_that_goes_to_another_import_meanwhile_stays(
    bob, project, django_capture_on_commit_callbacks
):
    """The page was read before `import_again` handed the package on."""
    upload = own_path("uploads/tow.zip")
    upload.parent.mkdir(parents=True, exist_ok=True)
    upload.write_text("a package")
    job = Job.objects.create(
        kind="import_package",
        owner=bob,
        project=project,
        state="done",
        params={"path": str(upload), "name": "tow.zip"},
        expires=timezone.now() + timedelta(days=1),
    )
    assert upload_of(job) == upload
    Job.objects.filter(pk=job.pk).update(expires=None)
    with django_capture_on_commit_callbacks(execute=True):
        remove_job(user=bob, job=job)
    assert upload.exists() and not Job.objects.exists()


def test_who_exported_exports_again(client, export, bob):
    client.force_login(bob)
    assert f'action="/jobs/{export.pk}/again/"' in client.get(f"/jobs/{export.pk}/").content.decode()
    client.post(f"/jobs/{export.pk}/again/")
    again = Job.objects.exclude(pk=export.pk).get()
    assert (again.kind, again.owner, again.params["images"], again.state) == (
        "export_project",
        bob,
        "none",
        "queued",
    )
