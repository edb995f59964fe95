"""Names of annotators go out with every package; their e-mail addresses only where a manager asks, and to managers."""

import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from annotations.exports.actions import export_project, start_export
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.projects.actions import remove_member
from annotations.projects.invitations import accept_invitation, create_invitation
from annotations.projects.models import Role
from annotations.samples.models import Object
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db
LABEL = {
    "object_annotation_status": "validated",
    "object_annotation_category": "Copepoda",
    "object_annotation_person_name": "Ada Storm",
    "object_annotation_person_email": "ada@example.org",
}


@pytest.fixture
def labelled(project, alice, tmp_path, monkeypatch):
    run_import(project, package(tmp_path / "tow.zip", [row(1, **LABEL)]))
    monkeypatch.setattr("annotations.jobs.actions.dispatch", lambda job: None)
    return project


def finished(job: Job) -> Job:
    job.result = export_project(job, Progress(job))
    job.state, job.finished = "done", job.created
    job.save()
    return job


def everything_in(path: Path) -> str:
    with zipfile.ZipFile(path) as file:
        return "".join(file.read(name).decode("utf-8-sig") for name in file.namelist() if name.endswith("sv"))


@pytest.mark.parametrize("name", ["vera", "bob", "carla"])
def test_who_is_no_manager_gets_names_alone(labelled, request, name, settings):
    person = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied, match="managers"):
        start_export(project=labelled, user=person, emails=True)
    job = finished(start_export(project=labelled, user=person))
    text = everything_in(settings.EXPORTS_FOLDER / f"{job.pk}.zip")
    assert "Ada Storm" in text and "@" not in text


def test_a_manager_who_asks_gets_them_and_nobody_else_downloads_that_package(
    labelled, alice, vera, bob, carla, client, settings
):
    job = finished(start_export(project=labelled, user=alice, emails=True))
    assert "ada@example.org" in everything_in(settings.EXPORTS_FOLDER / f"{job.pk}.zip")
    for person, status in [(vera, 403), (bob, 403), (carla, 403), (alice, 200)]:
        client.force_login(person)
        assert client.get(job.result["url"]).status_code == status


def test_a_package_of_an_earlier_version_holds_them_and_is_for_managers(labelled, alice, vera, client):
    job = finished(start_export(project=labelled, user=vera))
    del job.params["emails"]  # it did not ask, and wrote them
    job.save()
    for person, status in [(vera, 403), (alice, 200)]:
        client.force_login(person)
        assert client.get(job.result["url"]).status_code == status


def test_by_the_api(labelled, alice, vera, client):
    url = f"/api/v1/projects/{labelled.pk}/exports/"
    client.force_login(vera)
    assert client.post(url, {"emails": True}, "application/json").status_code == 403
    client.force_login(alice)
    client.post(url, {}, "application/json")
    client.post(url, {"emails": True}, "application/json")
    assert [job.params["emails"] for job in Job.objects.filter(kind="export_project").order_by("id")] == [
        False,
        True,
    ]


def test_only_managers_are_offered_them(labelled, alice, vera, client):
    page = f"/projects/{labelled.pk}/export/"
    client.force_login(vera)
    assert "e-mail" not in client.get(page).content.decode()
    client.force_login(alice)
    assert "e-mail addresses" in client.get(page).content.decode()


def test_a_member_who_was_added_by_name_keeps_their_address(labelled, alice, bob, carla, settings):
    """Else a manager would learn it by adding them, and exporting."""
    _, key = create_invitation(project=labelled, by=alice, role=Role.VIEWER)
    remove_member(project=labelled, user=carla)
    accept_invitation(key=key, user=carla)
    row_of = Object.objects.get(project=labelled)
    texts = []
    for person in (bob, carla):
        Object.objects.filter(pk=row_of.pk).update(annotator=person)
        job = finished(start_export(project=labelled, user=alice, emails=True))
        texts.append(everything_in(settings.EXPORTS_FOLDER / f"{job.pk}.zip"))
    assert "Bob" in texts[0] and "@" not in texts[0]
    assert "carla@example.org" in texts[1]


@pytest.mark.parametrize(
    ("name", "email"), [("ada@example.org", ""), ("", "ada@example.org"), ("Ada <ada@lab>", "a@example.org")]
)
def test_a_package_with_addresses_comes_back_as_it_was(
    project, alice, vera, tmp_path, monkeypatch, settings, name, email
):
    author = {"object_annotation_person_name": name, "object_annotation_person_email": email}
    run_import(project, package(tmp_path / "tow.zip", [row(1, **{**LABEL, **author})]))
    monkeypatch.setattr("annotations.jobs.actions.dispatch", lambda job: None)
    job = finished(start_export(project=project, user=alice, emails=True))
    text = everything_in(settings.EXPORTS_FOLDER / f"{job.pk}.zip")
    assert [f"\t{name}\t{email}\t" in text, "Annotator" in text] == [True, False]
    job = finished(start_export(project=project, user=vera))
    text = everything_in(settings.EXPORTS_FOLDER / f"{job.pk}.zip")
    assert "ada@" not in text and "example.org" not in text
