"""Who may take a project out: its members, at the moment they download it."""

import io
import zipfile

import pytest

from annotations.exports.actions import export_path, export_project
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.projects.actions import remove_member
from tests.imports.packages import package, row, run_import
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def export(project, bob, tmp_path) -> Job:
    """A finished export that Bob asked for."""
    run_import(project, package(tmp_path / "tow.zip", [row(1)]))
    params = {"images": True, "emails": False, "filter": {}}
    job = Job.objects.create(
        kind="export_project", project=project, owner=bob, state="running", params=params
    )
    job.result = export_project(job, Progress(job))
    job.state, job.finished = "done", job.created
    job.save()
    return job


@pytest.fixture
def sent(monkeypatch) -> list[Job]:
    jobs: list[Job] = []
    monkeypatch.setattr("annotations.jobs.actions.dispatch", jobs.append)
    return jobs


@pytest.mark.parametrize("name", ["vera", "bob", "carla", "alice", "root"])
def test_members_download_it_whoever_asked_for_it(client, request, export, root, name):
    client.force_login(request.getfixturevalue(name))
    answer = client.get(export.result["url"])
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith(
        f'attachment; filename="seston_project_{export.project_id}_ecotaxa_'
    )
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as file:
        assert sorted(file.namelist()) == ["s1/ecotaxa_s1.tsv", "s1/o1.png"]


def test_a_stranger_is_told_that_there_is_none(client, export, dan):
    client.force_login(dan)
    assert client.get(export.result["url"]).status_code == 404


def test_who_is_not_signed_in_is_asked_to(client, export):
    assert client.get(export.result["url"], HTTP_ACCEPT="text/html").status_code == 302


def test_who_has_left_the_project_no_longer_gets_it(client, export, project, bob):
    remove_member(project=project, user=bob)
    client.force_login(bob)
    assert client.get(export.result["url"]).status_code == 404


def test_an_export_that_is_not_finished_or_gone(client, export, bob):
    client.force_login(bob)
    Job.objects.update(state="running")
    assert client.get(export.result["url"]).status_code == 404
    Job.objects.update(state="done")
    export_path(export).unlink()
    assert client.get(export.result["url"]).status_code == 404


def test_another_kind_of_job_gives_no_file(client, export, bob):
    client.force_login(bob)
    Job.objects.update(kind="import_package")
    assert client.get(export.result["url"]).status_code == 404


def test_any_member_starts_an_export_of_what_the_page_shows(
    client, project, vera, sent, django_capture_on_commit_callbacks
):
    client.force_login(vera)
    page = f"/projects/{project.pk}/export/"
    assert client.get(page).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{page}?state=validated", {"images": "first"})
    (job,) = sent
    assert answer.url == f"/jobs/{job.pk}/"
    assert job.params == {
        "format": "ecotaxa",
        "images": "first",
        "emails": False,
        "rendered": False,
        "options": {},
        "filter": {"state": ["validated"]},
    }


def test_a_filter_that_makes_no_sense_is_told(client, project, vera, sent):
    client.force_login(vera)
    page = f"/projects/{project.pk}/export/"
    answer = client.post(f"{page}?state=sleeping", follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "sleeping" in answer.content.decode()
    assert not Job.objects.exists()


def test_strangers_start_none(client, project, dan):
    client.force_login(dan)
    assert client.post(f"/projects/{project.pk}/export/").status_code == 404


def test_the_page_says_how_many_go_out_and_offers_nothing_of_nothing(client, project, vera, tmp_path):
    client.force_login(vera)
    assert "This project has no object: there is nothing to export." in page_of(client, project)
    run_import(project, package(tmp_path / "tow.zip", [row(1), row(2)]))
    assert ">Export 2 objects</button>" in page_of(client, project)
    page = page_of(client, project, "?state=dubious")
    assert "No object matches" in page and "</button>" not in page.split("<h1>")[1]


def page_of(client, project, query=""):
    return client.get(f"/projects/{project.pk}/export/{query}").content.decode()


@pytest.mark.parametrize(
    ("header", "part"),
    [("bytes=0-3", slice(0, 4)), ("bytes=7-", slice(7, None)), ("bytes=-5", slice(-5, None))],
)
def test_a_download_goes_on_where_it_stopped(client, export, bob, header, part):
    client.force_login(bob)
    whole = client.get(export.result["url"])
    content = whole.getvalue()
    assert (whole.status_code, whole["Accept-Ranges"]) == (200, "bytes")
    rest = client.get(export.result["url"], headers={"range": header, "if-range": whole["ETag"]})
    start, end, _ = part.indices(len(content))
    assert (rest.status_code, rest.getvalue()) == (206, content[part])
    assert rest["Content-Range"] == f"bytes {start}-{end - 1}/{len(content)}"
    assert rest["Content-Length"] == str(end - start)


def test_of_another_file_or_in_several_parts_all_of_it_comes(client, export, bob):
    client.force_login(bob)
    url = export.result["url"]
    for headers in ({"range": "bytes=7-", "if-range": '"old"'}, {"range": "bytes=0-1,5-6"}):
        assert client.get(url, headers=headers).status_code == 200
    behind = client.get(url, headers={"range": "bytes=99999999-"})
    assert behind.status_code == 416 and behind["Content-Range"].startswith("bytes */")


def test_a_stranger_gets_no_part_either(client, export, dan):
    client.force_login(dan)
    assert client.get(export.result["url"], headers={"range": "bytes=0-3"}).status_code == 404
