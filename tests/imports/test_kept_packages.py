"""A package that was only checked, or whose import asked something, can be imported without being sent again."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from annotations.imports.actions import start_import
from annotations.imports.import_options import ImportOptions
from annotations.imports.origins.places import Incoming
from annotations.imports.rerunning import import_again
from annotations.jobs.models import Job
from annotations.jobs.sweeping import sweep
from annotations.samples.models import Acquisition, Object
from tests.imports.packages import package, row
from tests.jobs.test_expiry import made
from tests.run_jobs import work

pytestmark = pytest.mark.django_db
ASKS = {"process_id": "p", "process_pixel": "0.5"}  # µm, or mm?


@pytest.fixture
def alices(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def send(alices, project, tmp_path):
    """Sends a package with those columns on the page; returns the job when it has ended."""

    def send_and_work(columns: dict[str, str], **form: str) -> Job:
        file = SimpleUploadedFile("tow.zip", package(tmp_path / "tow.zip", [row(1, **columns)]).read_bytes())
        return followed(alices.post(f"/projects/{project.pk}/import/", {"package": file, **form}))

    return send_and_work


def followed(answer) -> Job:
    """The job that the answer leads to, when it has ended."""
    assert answer.status_code == 302, answer.content.decode()
    return work(Job.objects.get(pk=answer.url.split("/")[-2]))


def uploads(settings) -> list[Path]:
    return list(settings.UPLOADS_FOLDER.iterdir())


def again(job: Job) -> str:
    return f"/projects/{job.project_id}/import/{job.pk}/"


def test_after_a_check_it_is_imported_with_one_click(alices, send, settings):
    checked = send({}, dry_run="on")
    days = (checked.expires - timezone.now()) / timedelta(days=1)
    assert (checked.state, days) == ("done", pytest.approx(settings.UPLOAD_DAYS, abs=0.01))
    page = alices.get(f"/jobs/{checked.pk}/").content.decode()
    assert f"The package is kept until {checked.expires:%Y-%m-%d %H:%M} UTC" in page
    assert "Import it now" in page and again(checked) in page
    done = followed(alices.post(again(checked)))
    assert (done.state, done.params["name"], done.result["objects"]) == ("done", "tow.zip", 1)
    assert uploads(settings) == []


def test_a_question_is_answered_without_sending_it_again(alices, send, settings):
    asks = send(ASKS)
    assert (asks.state, Object.objects.exists()) == ("failed", False)
    assert asks.message.startswith("The package leaves a question open; nothing was changed.")
    assert "Answer and import" in alices.get(f"/jobs/{asks.pk}/").content.decode()
    unanswered = followed(alices.post(again(asks)))
    assert unanswered.state == "failed"
    done = followed(alices.post(again(unanswered), {"pixel_unit": "um"}))
    assert (done.state, Acquisition.objects.get().pixel_um) == ("done", 0.5)
    assert uploads(settings) == []


def test_what_no_answer_mends_is_not_kept(alices, send, settings):
    broken = send({**ASKS, "object_lat": "north"})
    assert (broken.state, broken.expires, uploads(settings)) == ("failed", None, [])
    assert again(broken) not in alices.get(f"/jobs/{broken.pk}/").content.decode()
    page = alices.post(again(broken), follow=True)
    assert page.redirect_chain[-1] == (f"/projects/{broken.project_id}/import/", 302)
    assert "send it again" in page.content.decode()


def test_it_is_imported_once(alices, send):
    checked = send({}, dry_run="on")
    alices.post(again(checked))
    assert "send it again" in alices.post(again(checked), follow=True).content.decode()
    assert again(checked) not in alices.get(f"/jobs/{checked.pk}/").content.decode()
    assert Job.objects.count() == 2


def test_only_who_sent_it_may(client, send, alice, root, project):
    checked = send({}, dry_run="on")
    project.memberships.create(user=root, role="manager")
    client.force_login(root)
    assert client.post(again(checked)).status_code == 403
    page = client.get(f"/jobs/{checked.pk}/").content.decode()
    assert again(checked) not in page and "for who sent it" in page


def test_the_api_imports_it_as_well(alices, send, settings):
    asks = send(ASKS)
    url = f"/api/v1/projects/{asks.project_id}/imports/"
    started = alices.post(url, {"job": asks.pk, "pixel_unit": "mm", "dry_run": True})
    assert started.status_code == 202, started.content
    checked = work(Job.objects.get(pk=started.json()["id"]))
    assert (checked.state, Object.objects.exists()) == ("done", False)
    started = alices.post(url, {"job": checked.pk, "pixel_unit": "mm"})
    assert work(Job.objects.get(pk=started.json()["id"])).result["objects"] == 1
    assert Acquisition.objects.get().pixel_um == 500
    refused = alices.post(url, {"job": checked.pk})
    assert (refused.status_code, "send it again" in refused.json()["detail"]) == (400, True)
    assert alices.post(url, {"job": 999_999}).status_code == 404
    assert alices.post(url, {"job": checked.pk, "source": "/tow.zip"}).status_code == 400


def test_it_is_swept_when_its_time_is_over(alices, send, settings):
    checked = send({}, dry_run="on")
    made(uploads(settings)[0], days=2)
    assert (sweep(), len(uploads(settings))) == (0, 1)
    Job.objects.update(expires=timezone.now() - timedelta(minutes=1))
    assert (sweep(), uploads(settings)) == (1, [])
    page = alices.get(f"/jobs/{checked.pk}/").content.decode()
    assert "and is removed. Send it again" in page and again(checked) not in page
    assert "send it again" in alices.post(again(checked), follow=True).content.decode()
    assert Job.objects.count() == 1


def test_the_import_that_goes_on_holds_it_while_it_lives(send, alice, settings):
    checked = send({}, dry_run="on")
    import_again(job=checked, user=alice)
    made(uploads(settings)[0], days=9)
    assert (sweep(), len(uploads(settings))) == (0, 1)


def test_a_file_of_the_servers_own_is_neither_kept_nor_removed(project, root, tmp_path):
    path = package(tmp_path / "mine.zip", [row(1)])
    checked = work(
        start_import(
            project=project,
            user=root,
            incoming=Incoming(path, "mine.zip"),
            options=ImportOptions(dry_run=True),
        )
    )
    assert (checked.state, checked.expires, path.exists()) == ("done", None, True)
