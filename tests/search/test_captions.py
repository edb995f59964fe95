"""Captions, page sizes, and pages that were forgotten and come back."""

import pytest

from annotations.samples.models import Acquisition
from annotations.search.templatetags.whereabouts import depth, place
from tests.plankton import tow

__all__ = ["tow"]


def url(tow, more: str = "") -> str:
    return f"/projects/{tow.project.pk}/{more}"


def test_the_fields_asked_for_stand_under_the_vignette(client, tow, bob):
    client.force_login(bob)
    page = client.get(url(tow, "?show=original_id&show=field:area&show=size&show=depth")).content.decode()
    for line in ("obj_3", "area 103", "4 × 2 mm"):
        assert f'<span class="line">{line}</span>' in page
    assert page.count('class="line"') == 30, "nobody knows the depth, so there is no line for it"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("show=beauty", "takes original_id, sample"),
        ("show=sample&show=date&show=depth&show=size&show=place", "room for 4"),
        ("size=20", "a page has 50 to 1000"),
        ("size=5000", "a page has 50 to 1000"),
        ("size=many", "`size` is 'many'"),
    ],
)
def test_what_cannot_be_shown_is_said(client, tow, bob, query, sentence):
    client.force_login(bob)
    for where in ("?", "vignettes/?"):
        answer = client.get(url(tow, where + query))
        assert answer.status_code == 400
        assert sentence in answer.content.decode()


def test_a_forgotten_page_comes_back_as_it_was(client, tow, bob):
    client.force_login(bob)
    ids = [tow.objects[n].pk for n in (7, 2, 5)]
    fragment = client.get(
        url(tow, f"vignettes/?state=predicted&ids={','.join(map(str, ids))}")
    ).content.decode()
    places = [fragment.index(f'id="o{pk}"') for pk in ids]
    assert places == sorted(places)
    assert fragment.count('role="option"') == 3


def test_an_object_of_another_project_does_not_come_back(client, tow, bob):
    from annotations.projects.actions import create_project

    other = create_project(title="Other", owner=bob)
    client.force_login(bob)
    fragment = client.get(f"/projects/{other.pk}/vignettes/?ids={tow.objects[0].pk}").content.decode()
    assert 'role="option"' not in fragment


@pytest.mark.parametrize(
    ("position", "where", "how_deep"),
    [
        ((43.68, 7.31, 14.6, 19.6), "43.6800° N, 7.3100° E", "14.6–19.6 m"),
        ((-25.6084, -79.9662, 11.59, 11.59), "25.6084° S, 79.9662° W", "11.59 m"),
        ((None, None, None, None), "", ""),
        ((0.0, 0.0, 0.0, 1100.0), "0.0000° N, 0.0000° E", "0–1100 m"),
    ],
)
def test_places_and_depths_in_words(position, where, how_deep):
    row = dict(zip(("latitude", "longitude", "depth_min", "depth_max"), position, strict=True))
    assert (place(row), depth(row)) == (where, how_deep)


def test_the_panel_does_not_round_a_small_pixel(client, tow, bob):
    client.force_login(bob)
    Acquisition.objects.update(pixel_um=0.53)
    panel = client.get(url(tow, f"vignettes/{tow.objects[0].pk}/")).content.decode()
    assert "0.530 µm a pixel" in panel
