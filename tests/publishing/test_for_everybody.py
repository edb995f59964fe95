"""An archive that a manager makes for everybody: without the names of people, on the public page of the project."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from annotations.exports.actions import export_path, export_project, start_export
from annotations.jobs.artefacts import expiry_of
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from tests.public.showing import show_to_everybody
from tests.publishing.rules import ReadArchive, problems_of

pytestmark = pytest.mark.django_db


def made(project, user, **options) -> Job:
    """The job, done."""
    options = {"audience": "everybody"} | options
    job = start_export(project=project, user=user, format_name="dwca", options=options)
    job.result = export_project(job, Progress(job))
    job.state, job.finished, job.expires = "done", timezone.now(), expiry_of(job)
    job.save()
    return job


def test_nobody_is_named_and_it_is_offered(cruise, alice, tmp_path):
    show_to_everybody(cruise.project, alice, has_tables=True)
    page = f"/public/{cruise.project.pk}/"
    assert "Darwin Core" not in Client().get(page).content.decode()
    job = made(cruise.project, alice)
    archive = ReadArchive(export_path(job))
    assert problems_of(archive) == []
    assert {row["identifiedBy"] for row in archive.occurrences} == {""}
    answer = Client().get(f"{page}darwin-core.zip")
    content = b"".join(answer.streaming_content)
    (tmp_path / "sent.zip").write_bytes(content)
    assert ReadArchive(tmp_path / "sent.zip").occurrences == archive.occurrences
    assert "without the names of who identified" in Client().get(page).content.decode()
    for person in cruise.project.members.all():
        for name in (person.first_name, person.last_name):
            assert not name or name.encode() not in io.BytesIO(content).getvalue()
            assert not name or all(
                name not in str(row) for row in (*archive.occurrences, *archive.events.values())
            )


def test_it_goes_with_what_is_shown(cruise, alice):
    show_to_everybody(cruise.project, alice, has_tables=True, has_all_states=True)
    made(cruise.project, alice, labels="predicted")
    address = f"/public/{cruise.project.pk}/darwin-core.zip"
    assert Client().get(address).status_code == 200
    show_to_everybody(cruise.project, alice, has_all_states=False)
    assert Client().get(address).status_code == 404
    show_to_everybody(cruise.project, alice, has_all_states=True, has_tables=False)
    assert Client().get(address).status_code == 404


def test_one_for_members_is_offered_to_nobody_else(cruise, alice):
    show_to_everybody(cruise.project, alice, has_tables=True)
    made(cruise.project, alice, audience="members")
    assert Client().get(f"/public/{cruise.project.pk}/darwin-core.zip").status_code == 404


def test_who_may_offer_it_and_what(cruise, alice, bob):
    with pytest.raises(ValidationError, match="Everybody may not see these objects"):
        start_export(
            project=cruise.project, user=alice, format_name="dwca", options={"audience": "everybody"}
        )
    show_to_everybody(cruise.project, alice)
    cruise.project.memberships.update_or_create(user=bob, defaults={"role": "viewer"})
    with pytest.raises(ValidationError, match="offered by managers alone"):
        start_export(project=cruise.project, user=bob, format_name="dwca", options={"audience": "everybody"})
