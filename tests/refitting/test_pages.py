"""The switch among a project's settings, the page of its model, and both by the API."""

import pytest

from annotations.refitting.models import Refitting
from tests.refitting.test_refitting import refit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_manager_switches_learning_off_and_on(heaps, client, alice):
    client.force_login(alice)
    settings = f"/projects/{heaps.project.pk}/settings/"
    assert "Stop learning while sorting" in client.get(settings).content.decode()
    client.post(f"/projects/{heaps.project.pk}/learning/", {})
    assert not Refitting.objects.get().is_on
    assert "Switched off: predictions stay as they are." in client.get(settings).content.decode()
    client.post(f"/projects/{heaps.project.pk}/learning/", {"is_on": "1"})
    assert Refitting.objects.get().is_on


def test_its_model_says_what_it_is(heaps, client, alice, carla):
    heaps.name(carla, range(10))
    refit(heaps.project)
    client.force_login(alice)
    status = client.get(f"/api/v1/projects/{heaps.project.pk}/refit/").json()
    assert (status["state"], status["labels"], status["space"]) == ("ready", 10, "measurements")
    page = client.get(f"/models/{status['model']}/").content.decode()
    assert "Learns from the newest labels" in page
    assert "from 10 labels" in page
    assert "never trained" not in page


def test_the_api_switches_it_too(heaps, client, alice):
    client.force_login(alice)
    address = f"/api/v1/projects/{heaps.project.pk}/refit/"
    answer = client.patch(address, {"is_on": False}, content_type="application/json")
    assert answer.json()["state"] == "off"
