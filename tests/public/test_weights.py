"""Weights of a public model that its managers offer to everybody, and take back."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from annotations.jobs.actions import finish_job
from annotations.jobs.artefacts import path_of
from annotations.jobs.models import Job, JobState
from annotations.public.model_actions import change_public_model
from annotations.public.offers import offer_weights, take_back_weights
from tests.learning.models import make_ready
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def shared(tow, alice):
    model = make_ready(tow.project, tow.copepoda, tow.appendicularia)
    return change_public_model(
        model=model, by=alice, is_on=True, name="Nets", summary="Of nets.", licence="CC BY 4.0"
    )


@pytest.fixture
def manager(client, alice):
    client.force_login(alice)
    return client


def done(job: Job, content: bytes) -> None:
    """As a worker leaves it."""
    path_of(job).parent.mkdir(parents=True, exist_ok=True)
    path_of(job).write_bytes(content)
    finish_job(job=job, state=JobState.DONE, message="", result={"bytes": len(content)})


def test_they_are_offered_downloaded_and_taken_back(manager, shared):
    card, address = f"/public/models/{shared.pk}/", f"/public/models/{shared.pk}/weights.zip"
    assert Client().get(address).status_code == 404
    manager.post(f"/models/{shared.pk}/public/weights/")
    job = Job.objects.get(kind="export_model")
    assert job.params["about"] == {"name": "Nets", "notes": "Of nets.", "licence": "CC BY 4.0"}
    assert Client().get(address).status_code == 404, "it is not written yet"
    done(job, b"weights")
    assert b"".join(Client().get(address).streaming_content) == b"weights"
    assert address in Client().get(card).content.decode()
    settings = manager.get(f"/models/{shared.pk}/public/").content.decode()
    assert "offered its weights to everybody" in settings and "Offer them no more" in settings
    manager.post(f"/models/{shared.pk}/public/weights/", {"take_back": "1"})
    assert Client().get(address).status_code == 404
    assert "offered its weights no more" in manager.get(f"/models/{shared.pk}/public/").content.decode()


def weights_at(address: str) -> bytes:
    return b"".join(Client().get(address).streaming_content)


@pytest.mark.parametrize(("state", "then"), [(JobState.DONE, b"new"), (JobState.FAILED, b"old")])
def test_those_before_are_offered_until_others_are_written(shared, alice, state, then):
    address = f"/public/models/{shared.pk}/weights.zip"
    done(offer_weights(shared=shared, by=alice), b"old")
    newer = offer_weights(shared=shared, by=alice)
    assert weights_at(address) == b"old"
    path_of(newer).write_bytes(b"new")
    finish_job(job=newer, state=state, message="")
    assert weights_at(address) == then
    assert Job.objects.filter(kind="export_model", state="done", expires__gt=timezone.now()).count() == 1


def test_taking_back_stops_what_is_being_written(shared, alice):
    job = offer_weights(shared=shared, by=alice)
    take_back_weights(shared=shared, by=alice)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


@pytest.mark.parametrize("is_done_first", [False, True], ids=["after", "meanwhile"])
def test_what_is_written_in_spite_of_that_is_not_offered(shared, alice, monkeypatch, is_done_first):
    job = offer_weights(shared=shared, by=alice)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)  # and past its last look at who cancels it
    if is_done_first:
        monkeypatch.setattr("annotations.public.offers.cancel_job", lambda job: done(job, b"late"))
    take_back_weights(shared=shared, by=alice)
    if not is_done_first:
        done(job, b"late")
    job.refresh_from_db()
    assert (job.state, job.expires <= timezone.now()) == (JobState.DONE, True)
    assert Client().get(f"/public/models/{shared.pk}/weights.zip").status_code == 404


def test_they_are_there_no_longer_than_the_card(manager, shared, alice):
    done(offer_weights(shared=shared, by=alice), b"weights")
    change_public_model(model=shared.model, by=alice, is_on=False, name="Nets")
    assert Client().get(f"/public/models/{shared.pk}/weights.zip").status_code == 404


@pytest.mark.parametrize("licence", ["", "Copyright"])
def test_a_licence_has_to_let_everybody_use_them(shared, alice, licence):
    shared.licence = licence
    with pytest.raises(ValidationError, match="Choose a licence"):
        offer_weights(shared=shared, by=alice)
