"""Who may import, and what becomes of an upload."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.jobs.models import Job
from annotations.samples.actions import ensure_sample
from annotations.samples.models import Object
from tests.imports.packages import package, png, row, write_zip
from tests.run_jobs import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch) -> list[Job]:
    """Jobs that went to the broker."""
    jobs: list[Job] = []
    monkeypatch.setattr("annotations.jobs.actions.dispatch", jobs.append)
    return jobs


def upload(tmp_path, rows) -> SimpleUploadedFile:
    return SimpleUploadedFile("tow.zip", package(tmp_path / "tow.zip", rows).read_bytes(), "application/zip")


def address(project) -> str:
    return f"/projects/{project.pk}/import/"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "status"), [("vera", 403), ("bob", 403), ("carla", 403), ("dan", 404)])
def test_only_managers_import(client, request, project, dan, method, name, status):
    client.force_login(request.getfixturevalue(name))
    assert getattr(client, method)(address(project)).status_code == status
    assert not Job.objects.exists()


def test_who_is_not_signed_in_is_asked_to(client, project):
    answer = client.post(address(project))
    assert answer.status_code == 302 and answer.url.startswith("/accounts/")


def test_several_packages_are_an_import_each(client, project, alice, tmp_path, sent):
    client.force_login(alice)
    packages = [upload(tmp_path, [row(number)]) for number in (1, 2)]
    packages[1].name = "other.zip"
    answer = client.post(address(project), {"package": packages, "dry_run": "on"})
    assert answer.url == "/jobs/"
    jobs = Job.objects.filter(kind="import_package").order_by("pk")
    assert [(job.params["name"], job.params["dry_run"]) for job in jobs] == [
        ("tow.zip", True),
        ("other.zip", True),
    ]


def test_a_manager_uploads_a_package_and_follows_its_job(
    client, project, alice, tmp_path, settings, sent, django_capture_on_commit_callbacks
):
    client.force_login(alice)
    assert "ecotaxa_" in client.get(address(project)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address(project), {"package": upload(tmp_path, [row(1)])})
    (job,) = sent
    assert answer.url == f"/jobs/{job.pk}/"
    assert (job.kind, job.owner, job.project, job.params["name"]) == (
        "import_package",
        alice,
        project,
        "tow.zip",
    )
    work(job)
    assert Object.objects.get(project=project).wide.original_id == "o1"
    assert not list(settings.UPLOADS_FOLDER.iterdir())


def test_only_checking(client, project, alice, tmp_path, sent, django_capture_on_commit_callbacks):
    client.force_login(alice)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(project), {"package": upload(tmp_path, [row(1)]), "dry_run": "on"})
    assert "can be imported" in work(sent[0]).message
    assert not Object.objects.exists()


def test_a_broken_upload_is_not_kept(
    client, project, alice, tmp_path, settings, sent, django_capture_on_commit_callbacks
):
    client.force_login(alice)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(project), {"package": upload(tmp_path, [row(1, object_lat="north")])})
    assert work(sent[0]).state == "failed"
    assert not list(settings.UPLOADS_FOLDER.iterdir())


def test_without_a_package_the_page_says_so(client, project, alice):
    client.force_login(alice)
    answer = client.post(address(project))
    assert answer.status_code == 400
    assert "Choose the package first" in answer.content.decode()


def test_the_page_lists_the_formats_and_what_each_asks(client, project, alice, tmp_path):
    client.force_login(alice)
    page = client.get(address(project)).content.decode()
    for words in ("EcoTaxa package", "Folders of classes", "validated: a person sorted them"):
        assert words in page
    sent_zip = write_zip(tmp_path / "tow12.zip", {"copepod/1.png": png()})
    file = SimpleUploadedFile("tow12.zip", sent_zip.read_bytes(), "application/zip")
    answer = client.post(address(project), {"package": file, "create_taxa": "on", "labels": "predicted"})
    assert work(Job.objects.get(pk=answer.url.split("/")[-2])).result["format"] == "folders"
    assert Object.objects.get().state == "P"
    assert client.post(address(project), {"package": file, "labels": "certain"}).status_code == 302
    assert Job.objects.filter(kind="import_package").count() == 1


def test_how_to_update_is_asked_where_something_is(client, project, alice):
    client.force_login(alice)
    assert "What is here already" not in client.get(address(project)).content.decode()
    ensure_sample(project=project, original_id="tow_1", fields={})
    assert "What is here already" in client.get(address(project)).content.decode()


def test_what_single_formats_ask_is_folded_away_behind_what_most_ask(client, project, alice):
    client.force_login(alice)
    page = client.get(f"/projects/{project.pk}/import/").content.decode()
    places = [
        page.index(words)
        for words in ("Most formats: choices", "Choices of single formats", "IFCB bins: choices")
    ]
    assert places == sorted(places)


def test_the_api_takes_the_formats(client, project, alice, tmp_path):
    client.force_login(alice)
    sent_zip = write_zip(tmp_path / "tow12.zip", {"copepod/1.png": png()})
    url = f"/api/v1/projects/{project.pk}/imports/"
    file = SimpleUploadedFile("tow12.zip", sent_zip.read_bytes(), "application/zip")
    answer = client.post(
        url, {"package": file, "format": "folders", "sample": "Station 7", "create_taxa": True}
    )
    assert work(Job.objects.get(pk=answer.json()["id"])).state == "done"
    assert Object.objects.get().wide.original_id == "Station 7/copepod/1.png"
    file.seek(0)
    assert client.post(url, {"package": file, "format": "netcdf"}).status_code == 400
