"""An archive that a manager makes for everybody: without the names of people, on the public page of the project."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from annotations.exports.actions import export_path, export_project, start_export
from annotations.jobs.actions import finish_job
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.learning.models import Model, Prediction
from annotations.public.offers import archive_of
from annotations.samples.models import State
from tests.public.public_projects import show_to_everybody
from tests.publishing.rules import ReadArchive, problems_of

pytestmark = pytest.mark.django_db


def made(project, user, **options) -> Job:
    """The job, done."""
    options = {"audience": "everybody"} | options
    job = start_export(project=project, user=user, format_name="dwca", options=options)
    finish_job(job=job, state=JobState.DONE, message="", result=export_project(job, Progress(job)))
    job.refresh_from_db()
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
    assert (
        f"as it was on {job.finished:%Y-%m-%d}, without what changed since and without the names of who identified"
        in Client().get(page).content.decode()
    )
    for entry in unpacked(tmp_path / "sent.zip"):
        for person in cruise.project.members.all():
            assert person.display_name not in entry and person.email not in entry


def unpacked(archive: Path) -> list[str]:
    with ZipFile(archive) as package:
        return [package.read(name).decode() for name in package.namelist()]


def test_a_model_is_not_called_by_the_name_that_members_gave_it(cruise, alice):
    model = Model.objects.create(name="Alice tries")
    one = cruise.add(cruise.whole, cruise.tree.calanus, 10.0, State.PREDICTED)
    Prediction.objects.create(object=one, model=model, taxa=[cruise.tree.calanus.pk], scores=[0.9])
    show_to_everybody(cruise.project, alice, has_tables=True, has_all_states=True)
    archive = ReadArchive(export_path(made(cruise.project, alice, labels="predicted")))
    names = {row["identificationReferences"] for row in archive.occurrences} - {""}
    assert names == {f"Seston, model {model.pk}"}


def test_a_newer_one_takes_the_place_of_an_older_one(cruise, alice):
    show_to_everybody(cruise.project, alice, has_tables=True)
    older, newer = made(cruise.project, alice), made(cruise.project, alice)
    older.refresh_from_db()
    assert older.is_expired and not newer.is_expired
    assert archive_of(cruise.project.public_face) == newer


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
