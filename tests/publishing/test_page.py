"""The page Results › Darwin Core: what is missing, what it would hold, and the job that writes it."""

import json
from pathlib import Path

import pytest

from annotations.exports.actions import export_path, export_project
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from tests.publishing.rules import ReadArchive, problems_of


@pytest.fixture
def page(client, vera, cruise):
    client.force_login(vera)
    cruise.address = f"/projects/{cruise.project.pk}/darwin-core/"
    return cruise


def text_of(client, address: str) -> str:
    return client.get(address).content.decode()


def test_it_says_what_would_be_in_it_with_a_row_of_each_table(client, page):
    text = text_of(client, page.address)
    assert "Ready to be written" in text
    assert "9 objects of 3 names of WoRMS in 2 samples." in text
    for column in ("samplingProtocol", "scientificNameID", "measurementTypeID"):
        assert f'<th scope="row">{column}</th>' in text
    assert "1 sample has no position and stays out: s3." in text


def test_what_is_missing_leads_to_where_it_is_mended_and_no_job_starts(client, page, alice):
    page.project.licence = ""
    page.project.save()
    settings = f'<a href="/projects/{page.project.pk}/settings/">Choose a licence</a>'
    text = text_of(client, page.address)
    assert "What is missing" in text and settings not in text, "only managers may open it"
    client.force_login(alice)
    assert settings in text_of(client, page.address)
    answer = client.post(page.address, {"events": "sample", "labels": "validated", "absent": "no"})
    assert (answer.status_code, Job.objects.count()) == (400, 0)
    assert "The project has no licence" in answer.content.decode()


def test_checking_keeps_the_choices_in_the_address(client, page):
    sent = {"events": "layer", "layer_m": "20", "institution": "Marine Station", "check": "1"}
    text = client.post(f"{page.address}?state=validated", sent, follow=True).content.decode()
    assert "By depth layer there are counts and sizes" in text
    assert 'value="Marine Station"' in text
    assert Job.objects.count() == 0


def written(job: Job) -> ReadArchive:
    export_project(job, Progress(job))
    archive = ReadArchive(Path(export_path(job)))
    assert problems_of(archive) == []
    return archive


@pytest.fixture
def sent_jobs(monkeypatch) -> list[Job]:
    jobs: list[Job] = []
    monkeypatch.setattr("annotations.jobs.actions.dispatch", jobs.append)
    return jobs


def test_the_job_writes_it_and_its_choices_are_there_the_next_time(client, page, sent_jobs):
    choices = {
        "events": "sample",
        "labels": "validated",
        "absent": "yes",
        "institution": "Marine Station",
        "creators": "Ada Lovelace; Jean Bee",
        "contact_email": "data@example.org",
    }
    client.post(f"{page.address}?sample={page.s2.pk}", choices)
    job = Job.objects.get()
    job.state = "running"
    job.save()
    archive = written(job)
    assert {row["institutionCode"] for row in archive.events.values()} == {"Marine Station"}
    assert [mail.text for mail in archive.eml.iter("electronicMailAddress")] == ["data@example.org"] * 2
    assert {row["scientificName"] for row in archive.occurrences} == {"Salpa", "Copepoda"}
    assert 'value="Ada Lovelace; Jean Bee"' in text_of(client, page.address)


def test_a_program_asks_for_it_by_its_format(client, page, sent_jobs):
    address = f"/api/v1/projects/{page.project.pk}/exports/"
    params = {"format": "dwca", "events": "acquisition"}
    answer = client.post(address, json.dumps(params), content_type="application/json")
    assert answer.status_code == 202, answer.content
    job = Job.objects.get()
    job.state = "running"
    job.save()
    assert {row["eventID"].rpartition(":")[2] for row in written(job).occurrences} == {
        "fine",
        "coarse",
        "all",
    }


def test_an_address_that_is_none_is_refused(client, page):
    sent = {"events": "sample", "labels": "validated", "absent": "no", "contact_email": "nobody"}
    answer = client.post(page.address, sent)
    assert (answer.status_code, Job.objects.count()) == (400, 0)
