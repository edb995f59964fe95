import re

import pytest

from annotations.samples.models import Image
from tests.plankton import machine_validated


def url(tow, more: str = "") -> str:
    return f"/projects/{tow.project.pk}/{more}"


def test_a_stranger_is_told_that_there_is_nothing(client, tow, dan):
    assert client.get(url(tow)).url == f"/accounts/sign-in/?next=/projects/{tow.project.pk}/"
    client.force_login(dan)
    for more in ("", "vignettes/", "panel/", f"vignettes/{tow.objects[0].pk}/"):
        assert client.get(url(tow, more)).status_code == 404


def test_bob_sees_every_vignette_with_its_size_and_the_actions(client, tow, bob):
    client.force_login(bob)
    page = client.get(url(tow)).content.decode()
    assert page.count('role="option"') == 10
    first = page[page.index('class="vignette"') :].partition("</div>")[0]
    assert 'style="--w:80;--h:40' in first  # it has its place before the picture comes
    assert 'fetchpriority="high"' in first and "lazy" not in first
    assert 'id="accept"' in page
    assert 'data-may-label="1"' in page


def test_vera_looks_but_has_no_actions(client, tow, vera):
    client.force_login(vera)
    page = client.get(url(tow)).content.decode()
    assert page.count('role="option"') == 10
    assert 'id="accept"' not in page
    assert 'data-may-label=""' in page


def test_the_filter_in_the_address_chooses_the_vignettes(client, tow, bob):
    client.force_login(bob)
    page = client.get(url(tow, "?state=predicted&score_min=0.65")).content.decode()
    assert page.count('role="option"') == 2
    assert "score ≥ 0.65" in page


def test_where_nothing_matches_it_says_which_filters_are_on_and_one_click_clears_them(client, tow, bob):
    client.force_login(bob)
    page = client.get(url(tow, "?state=dubious&score_min=0.9&order=-score&size=50")).content.decode()
    assert "Nothing matches: dubious, score ≥ 0.9." in page
    assert '<a class="button primary" href="?order=-score&amp;size=50">Clear all filters</a>' in page
    assert "Clear all filters" not in client.get(url(tow)).content.decode()


def test_the_filter_form_is_in_sections_that_say_what_is_set(client, tow, bob):
    client.force_login(bob)
    form = client.get(url(tow, "filters/?score_min=0.5&score_max=0.9&date_from=2026-04-30")).content.decode()
    titles = re.findall(r"<h3>(.*?)</h3>\s*(?:<span[^>]*>(.*?)</span>)?", form)
    expected = [("How sure", "2 set"), ("What", ""), ("When", "1 set"), ("Where", ""), ("Who", "")]
    assert titles == [*expected, ("Columns", "")]
    assert 'name="date_from" value="2026-04-30" placeholder="YYYY-MM-DD"' in form
    for name in ("score_min", "score_max", "margin_max"):
        assert f'name="{name}" inputmode="decimal" placeholder="0 to 1"' in form, "not in percent"
    assert f'data-count="/api/v1/projects/{tow.project.pk}/counts/total/"' in form


def test_a_click_in_the_panel_keeps_the_other_filters_and_the_order(client, tow, bob):
    client.force_login(bob)
    panel = client.get(url(tow, "panel/?state=predicted&order=-score")).content.decode()
    assert "<html" not in panel
    assert f'href="?state=predicted&amp;order=-score&amp;taxon={tow.copepoda}"' in panel
    assert 'href="?order=-score&amp;state=validated"' in panel


def test_the_counts_of_the_panel_follow_the_chosen_taxon(client, tow, bob):
    client.force_login(bob)
    panel = client.get(url(tow, f"panel/?taxon={tow.copepoda}")).content.decode()
    for letter, count in (("V", 2), ("P", 4), ("D", 0), ("U", 0)):
        assert f'data-count="{letter}">{count}</span>' in panel


@pytest.mark.parametrize(
    "more", ["?state=doubtful", "?order=beauty", "vignettes/?cursor=x", "panel/?taxon=cod"]
)
def test_a_wrong_parameter_is_named(client, tow, bob, more):
    client.force_login(bob)
    answer = client.get(url(tow, more))
    assert answer.status_code == 400
    assert f"`{more.split('?')[1].split('=')[0]}`" in answer.content.decode()


def test_the_next_vignettes_come_as_a_fragment(client, tow, bob, monkeypatch):
    monkeypatch.setattr("annotations.gallery.params.PAGE", 6)
    client.force_login(bob)
    page = client.get(url(tow)).content.decode()
    assert page.count('role="option"') == 6
    following = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    fragment = client.get(following).content.decode()
    assert fragment.count('role="option"') == 4
    assert "<html" not in fragment
    assert "hx-get" not in fragment


def test_the_next_vignettes_are_in_parts_and_the_first_in_one(client, tow, bob, monkeypatch):
    """Also those that come again: whatever of the parts they were of, they are put into one."""
    monkeypatch.setattr("annotations.gallery.views.bench.PART", 4)
    client.force_login(bob)
    parts = [
        part.count('role="option"')
        for part in client.get(url(tow, "vignettes/")).content.decode().split('class="page"')[1:]
    ]
    assert parts == [4, 4, 2]
    ids = ",".join(str(each.pk) for each in tow.objects)
    for whole in ("", f"vignettes/?ids={ids}", "?state=dubious"):
        assert client.get(url(tow, whole)).content.decode().count('class="page"') == 1


def test_the_first_screens_pictures_come_first_and_others_when_they_are_near(client, tow, bob, monkeypatch):
    monkeypatch.setattr("annotations.gallery.views.bench.ON_FIRST_SCREEN", 3)
    client.force_login(bob)
    page = client.get(url(tow)).content.decode()
    kinds = re.findall(r'(loading="lazy"|fetchpriority="high")', page)
    assert kinds == ['fetchpriority="high"'] * 3 + ['loading="lazy"'] * 7
    assert "fetchpriority" not in client.get(url(tow, "vignettes/")).content.decode()


def test_the_object_shows_its_measurements_and_history(client, tow, bob):
    client.force_login(bob)
    client.post(
        f"/api/v1/projects/{tow.project.pk}/annotations/",
        {"objects": [{"id": tow.objects[0].pk, "version": 1}], "state": "validated"},
        content_type="application/json",
    )
    detail = client.get(url(tow, f"vignettes/{tow.objects[0].pk}/")).content.decode()
    assert "obj_0" in detail
    assert "100.0" in detail
    assert "Bob" in detail
    assert "validated" in detail


def test_an_object_of_another_project_is_not_shown_here(client, tow, bob, alice):
    from annotations.projects.actions import create_project

    other = create_project(title="Other", owner=bob)
    client.force_login(bob)
    assert client.get(f"/projects/{other.pk}/vignettes/{tow.objects[0].pk}/").status_code == 404


def test_the_bench_asks_as_many_queries_for_ten_vignettes_as_for_one(
    client, tow, bob, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(bob)
    client.get(url(tow))
    with CaptureQueriesContext(connection) as one:
        client.get(url(tow, "?state=dubious"))
    with django_assert_num_queries(len(one)):
        client.get(url(tow, "?state=dubious,predicted,validated,unclassified"))


def test_a_long_name_breaks_between_its_words_and_is_never_taken_for_html():
    from annotations.gallery.templatetags.breakable import breakable

    assert breakable("copepod_calanoid") == "copepod_<wbr>calanoid"
    assert breakable("egg<Copepoda") == "egg&lt;<wbr>Copepoda"
    assert breakable("<script>") == "&lt;<wbr>script&gt;"


@pytest.mark.parametrize(
    ("width", "height", "layout", "is_thumbnail"),
    [
        (800, 600, "rows", True),
        (800, 600, "pixels", False),  # its pixels are looked at
        (800, 600, "true", False),
        (240, 240, "rows", False),  # small files are shown as they are
        (300, 150, "rows", False),  # not even twice what is shown
        (3000, 300, "rows", False),  # its thumbnail would be 26 pixels high
    ],
)
def test_a_large_vignette_is_a_thumbnail_where_it_is_shown_small(
    client, tow, bob, width, height, layout, is_thumbnail
):
    bob.preferences = {"layout": {"layout": layout}}
    bob.save()
    Image.objects.update(width=width, height=height)
    client.force_login(bob)
    page = client.get(url(tow)).content.decode()
    assert page.count("&amp;thumbnail=") == page.count("data-full=") == (10 if is_thumbnail else 0)
    assert page.count('<img src="/vignettes/v/') == 10


def test_the_panel_has_a_state_of_its_own_for_what_a_rule_labelled(client, tow, bob):
    client.force_login(bob)
    assert "machine" not in client.get(url(tow, "panel/")).content.decode()
    machine_validated(tow, 0, 1, 2)
    panel = client.get(url(tow, "panel/")).content.decode()
    assert re.search(
        r'data-state="machine-validated" href="\?&?state=machine-validated"', panel.replace("&amp;", "&")
    )
    assert 'data-count="M">3</span>' in panel
    assert 'title="Copepoda: 2 validated, 3 machine-validated, 1 predicted"' in panel


def test_by_its_filter_there_are_only_those_with_their_badge(client, tow, bob):
    client.force_login(bob)
    machine_validated(tow, 0, 1)
    page = client.get(url(tow, "?state=machine-validated")).content.decode()
    assert page.count('data-state="machine-validated" data-taxon') == 2
    assert page.count('<span class="mark" role="img" aria-label="machine-validated"></span>') == 2
    assert 'data-state="validated" data-taxon' not in page
