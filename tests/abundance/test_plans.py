"""Drawing by chance: of which samples, how many at once, and what nobody has to wait for."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from annotations.abundance import plans
from annotations.abundance.frames import frames_of
from annotations.abundance.models import ValidationPlan
from annotations.abundance.plans import draw_plan
from annotations.samples.models import Sample

pytestmark = pytest.mark.django_db


def hauls(catch, *names: str) -> list[int]:
    for name in names:
        catch.haul(name, [0.9] * 4)
    samples = Sample.objects.filter(project=catch.project, original_id__in=names)
    return list(samples.order_by("pk").values_list("pk", flat=True))


def test_only_frames_of_the_samples_in_question_are_read(catch, bob):
    first, second = hauls(catch, "tow_1", "tow_2")
    draw_plan(user=bob, project=catch.project, samples=[first, second], objects=2)
    assert [each.sample for each in frames_of(catch.project.pk, [second])] == [second]
    assert [each.sample for each in frames_of(catch.project.pk)] == [first, second]


def test_a_draw_goes_on_in_the_frame_of_its_own_sample(catch, bob):
    first, second = hauls(catch, "tow_1", "tow_2")
    draw_plan(user=bob, project=catch.project, samples=[first, second], objects=2)
    again = draw_plan(user=bob, project=catch.project, samples=[second], objects=1)
    drawn = again.drawn.select_related("frame").get()
    assert (drawn.frame.sample_id, drawn.place) == (second, 3)


def test_no_more_is_drawn_at_once_than_a_request_can_bear(catch, bob, monkeypatch):
    monkeypatch.setattr(plans, "MOST_AT_ONCE", 5)
    samples = hauls(catch, "tow_1", "tow_2")
    with pytest.raises(ValidationError, match=r"3 objects of 2 samples.*at most 5"):
        draw_plan(user=bob, project=catch.project, samples=samples, objects=3)
    assert not ValidationPlan.objects.exists()
    assert draw_plan(user=bob, project=catch.project, samples=samples, objects=2).drawn.count() == 4


def test_who_draws_too_many_by_the_api_learns_the_bound(catch, bob, client: Client):
    client.force_login(bob)
    route = reverse("api:validation_plans", args=[catch.project.pk])
    body = {"samples": list(range(1, 22)), "objects": 1000}
    answer = client.post(route, body, content_type="application/json")
    assert answer.status_code == 400
    assert "1,000 objects of 21 samples are too many" in answer.content.decode()
    assert "at most 20,000" in answer.content.decode()


def test_who_draws_from_too_many_samples_on_the_page_learns_the_bound(catch, bob, client: Client):
    client.force_login(bob)
    route = reverse("abundance:plans", args=[catch.project.pk])
    answer = client.post(route, {"sample": list(range(1, 1003)), "objects": 1}, follow=True)
    assert "at most 1,000 samples" in answer.content.decode()
