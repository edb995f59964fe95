"""What the next page will begin with, told beforehand: to fetch its pictures, and for nothing else."""

import re

from annotations.review.actions import open_page, skip_page
from annotations.review.models import ReviewPage
from annotations.search.filter import Filter


def coming(client, tow, query: str = "") -> list[int]:
    page = client.get(f"/projects/{tow.project.pk}/review/coming/{query}")
    assert page.status_code == 200
    return [int(number) for number in re.findall(r'data-id="(\d+)"', page.content.decode())]


def test_it_is_what_is_offered_when_the_page_before_one_is_over(client, tow, bob):
    first = open_page(project=tow.project, user=bob, criteria=Filter(), size=2)
    client.force_login(bob)
    numbers = coming(client, tow)
    assert numbers
    assert not set(numbers) & set(first.object_ids)
    skip_page(page=first)
    following = open_page(project=tow.project, user=bob, criteria=Filter())
    assert numbers == following.object_ids


def test_it_keeps_nothing_for_anybody(client, tow, alice, bob):
    open_page(project=tow.project, user=bob, criteria=Filter(), size=2)
    client.force_login(bob)
    numbers = coming(client, tow)
    assert ReviewPage.objects.count() == 1
    assert open_page(project=tow.project, user=alice, criteria=Filter()).object_ids == numbers


def test_what_others_have_before_them_does_not_come(client, tow, alice, bob):
    theirs = open_page(project=tow.project, user=alice, criteria=Filter())
    client.force_login(bob)
    assert not set(coming(client, tow)) & set(theirs.object_ids)


def test_it_keeps_to_the_filter_and_has_no_order_that_there_is_not(client, tow, bob):
    client.force_login(bob)
    number = tow.objects[0].pk
    assert coming(client, tow, f"?id={number}") == [number]
    assert client.get(f"/projects/{tow.project.pk}/review/coming/?by=mood").status_code in (302, 400)


def test_where_nothing_waits_nothing_comes(client, project, bob):
    client.force_login(bob)
    page = client.get(f"/projects/{project.pk}/review/coming/")
    assert page.status_code == 200
    assert b"<img" not in page.content
