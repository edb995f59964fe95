"""Weights of a public model that its managers offer to everybody, and take back."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from annotations.jobs.artefacts import expiry_of, path_of
from annotations.jobs.models import Job
from annotations.public.model_actions import change_public_model
from annotations.public.offers import offer_weights
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
    job.state, job.finished, job.result = "done", timezone.now(), {"bytes": len(content)}
    job.expires = expiry_of(job)
    job.save()


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


def test_they_are_there_no_longer_than_the_card(manager, shared, alice):
    done(offer_weights(shared=shared, by=alice), b"weights")
    change_public_model(model=shared.model, by=alice, is_on=False, name="Nets")
    assert Client().get(f"/public/models/{shared.pk}/weights.zip").status_code == 404


@pytest.mark.parametrize("licence", ["", "Copyright"])
def test_a_licence_has_to_let_everybody_use_them(shared, alice, licence):
    shared.licence = licence
    with pytest.raises(ValidationError, match="Choose a licence"):
        offer_weights(shared=shared, by=alice)
