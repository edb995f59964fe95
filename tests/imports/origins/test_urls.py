"""A package at an address: fetched by a worker, goes on where it broke off, and never from inside."""

from random import Random

import pytest

from annotations.imports.actions import import_package
from annotations.imports.origins import reporting
from annotations.imports.origins.fetching import staging_folder
from annotations.imports.origins.reporting import FetchReport
from annotations.jobs.errors import ClaimLost
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.sweeping import sweep
from annotations.samples.models import Object
from tests.imports.packages import package, row
from tests.run_jobs import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(file_server, tmp_path) -> str:
    """The address of a package of one object."""
    content = package(
        tmp_path / "tow.zip", [row(1)], **{"noise.bin": Random(1).randbytes(10**6)}
    ).read_bytes()
    file_server.files["/data/tow%201.zip?key=1"] = content
    return f"{file_server.address}/data/tow%201.zip?key=1"


@pytest.fixture
def start(alices, project):
    """Starts the import of an address on its page; the job has not begun."""

    def start(url: str, **form: str) -> Job:
        answer = alices.post(f"/projects/{project.pk}/import/url/", {"url": url, **form})
        assert answer.status_code == 302, answer.content.decode()
        return Job.objects.get(pk=answer.url.split("/")[-2])

    return start


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())


def uploads(settings) -> list[str]:
    return sorted(path.name for path in settings.UPLOADS_FOLDER.iterdir())


def test_a_package_is_fetched_and_imported(start, served, settings):
    job = work(start(served))
    assert (job.state, Object.objects.count()) == ("done", 1), job.message
    assert job.params["name"] == "tow 1.zip"
    assert uploads(settings) == [], "nothing of it is left"


def test_what_was_only_checked_is_not_fetched_again(start, served, alices, project, file_server):
    checked = work(start(served, dry_run="on"))
    requests = len(file_server.requests)
    answer = alices.post(f"/projects/{project.pk}/import/{checked.pk}/", {})
    assert work(Job.objects.get(pk=answer.url.split("/")[-2])).state == "done"
    assert Object.objects.count() == 1 and len(file_server.requests) == requests


def test_a_worker_that_was_killed_left_what_it_had(start, served, file_server, monkeypatch):
    job = start(served)

    def dies(self: Progress, done: int, total: int, message: str = "") -> None:
        if done > 300:
            raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "update", dies)
        with pytest.raises(SystemExit):
            import_package(job, Progress(job))
    here = (staging_folder(job) / "package.zip").stat().st_size
    assert here > 0
    assert work(job).state == "done"
    assert [headers.get("Range") for _, _, headers in file_server.requests] == [None, f"bytes={here}-"]
    assert Object.objects.count() == 1


def test_a_worker_that_was_overtaken_writes_nothing_more(start, served, monkeypatch):
    job = start(served)
    monkeypatch.setattr(Progress, "update", lambda self, *step: self._overtaken.set() or self.check())
    with pytest.raises(ClaimLost):
        import_package(job, Progress(job))
    assert (staging_folder(job) / "package.zip").stat().st_size == 0


def test_a_server_that_is_away_in_the_middle_is_tried_again_later(start, served, file_server):
    file_server.breaks_after, file_server.statuses = [300_000], [0, *[503] * 5]
    job = work(start(served))
    assert job.state == "queued" and "127.0.0.1 could not answer now (503); goes on in 5 s" in job.message
    Job.objects.filter(pk=job.pk).update(not_before=None)
    assert (work(job).state, Object.objects.count()) == ("done", 1)
    assert file_server.requests[-1][2]["Range"] == "bytes=300000-"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1/tow.zip", "127.0.0.1 is an address inside a private network"),
        (
            "http://169.254.169.254/latest/meta-data/",
            "169.254.169.254 is an address inside a private network",
        ),
        ("http://[::1]:8000/tow.zip", "::1 is an address inside a private network"),
        ("file:///etc/passwd", "no address that begins with https"),
        ("https://bob:secret@data.example/tow.zip", "name or password"),
    ],
)
def test_addresses_inside_are_refused_at_once(alices, project, url, words):
    page = alices.post(f"/projects/{project.pk}/import/url/", {"url": url, "create_taxa": "on"})
    text = page.content.decode()
    assert page.status_code == 400 and words in text
    assert 'name="create_taxa" id="id_create_taxa" checked' in " ".join(text.split()), "the answers stay"
    api = alices.post(f"/api/v1/projects/{project.pk}/imports/", {"url": url})
    assert api.status_code == 400 and words in api.content.decode()
    assert not Job.objects.exists()


def test_a_redirect_inside_is_refused_by_the_worker(start, file_server, settings):
    file_server.redirects["/tow.zip"] = "http://10.0.0.1/tow.zip"
    job = work(start(f"{file_server.address}/tow.zip"))
    assert job.state == "failed" and "10.0.0.1 is an address inside a private network" in job.message
    assert uploads(settings) == []


@pytest.mark.parametrize(
    ("status", "words"), [(404, "nothing at this address (404)"), (403, "does not let the site in (403)")]
)
def test_what_the_server_refuses_is_said(start, file_server, status, words):
    file_server.statuses = [status]
    job = work(start(f"{file_server.address}/tow.zip"))
    assert job.state == "failed" and words in job.message


def test_a_server_that_never_answered_is_said_at_once(start, file_server):
    file_server.statuses = [503] * 20
    job = work(start(f"{file_server.address}/tow.zip"))
    assert job.state == "failed" and "could not answer now (503). Check the address" in job.message


def test_what_is_too_large_is_refused(start, served, settings):
    settings.FETCH_MAX_BYTES = 1000
    job = work(start(served))
    assert job.state == "failed" and "SESTON_FETCH_MAX_BYTES" in job.message
    assert uploads(settings) == []


def test_what_is_no_zip_is_said(start, file_server):
    file_server.files["/"] = b"<html>sign in"
    job = work(start(file_server.address))
    assert job.state == "failed" and "127.0.0.1 is no zip file" in job.message


@pytest.mark.parametrize("name", ["vera", "bob", "carla", "dan"])
def test_only_managers_import_from_an_address(client, request, project, dan, served, name):
    client.force_login(request.getfixturevalue(name))
    status = 404 if name == "dan" else 403
    assert client.get(f"/projects/{project.pk}/import/url/").status_code == status
    assert client.post(f"/projects/{project.pk}/import/url/", {"url": served}).status_code == status
    assert client.post(f"/api/v1/projects/{project.pk}/imports/", {"url": served}).status_code == status


def test_only_bytes_that_no_claim_brought_before_are_a_gain(start, served, monkeypatch):
    monkeypatch.setattr(reporting, "CHECKPOINT_BYTES", 100)
    job = start(served)
    FetchReport(Progress(job), "tow").step(150, None)
    Job.objects.filter(pk=job.pk).update(delays=3, deaths=2)
    FetchReport(Progress(Job.objects.get(pk=job.pk)), "tow").step(150, None)
    job.refresh_from_db()
    assert (job.delays, job.deaths) == (3, 2), "else a server that brings nothing new is asked for ever"


def test_a_sweep_leaves_what_a_living_job_has_fetched(start, served, settings, monkeypatch):
    job = start(served)
    staging_folder(job).mkdir(parents=True)
    monkeypatch.setattr("annotations.jobs.sweeping._is_old", lambda written: True)
    sweep()
    assert uploads(settings) == [staging_folder(job).name]
    Job.objects.filter(pk=job.pk).update(state="failed")
    sweep()
    assert uploads(settings) == []
