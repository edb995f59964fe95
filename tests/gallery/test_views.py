"""Saved views: kept, shared, replaced, removed, and refused when the bench would refuse them."""

import pytest

from annotations.search.models import SavedView
from tests.plankton import tow

__all__ = ["tow"]


@pytest.fixture
def keep(client, tow):
    def keep(user, name, query, **more):
        client.force_login(user)
        return client.post(
            f"/projects/{tow.project.pk}/views/", {"name": name, "query": query, **more}, follow=True
        )

    return keep


def names_seen_by(client, tow, user) -> list[str]:
    client.force_login(user)
    return [view["name"] for view in client.get(f"/api/v1/projects/{tow.project.pk}/views/").json()]


def test_a_view_leads_back_to_its_filter(keep, client, tow, bob):
    page = keep(bob, "Doubtful", "state=dubious&order=-score&show=size&cursor=abc").content.decode()
    assert page.count('role="option"') == 1
    assert f'href="/projects/{tow.project.pk}/?state=dubious&amp;order=-score&amp;show=size"' in page


def test_others_see_shared_views_only(keep, client, tow, bob, carla):
    keep(bob, "My own", "state=dubious")
    keep(bob, "For all", "state=predicted", shared="1")
    assert names_seen_by(client, tow, bob) == ["For all", "My own"]
    assert names_seen_by(client, tow, carla) == ["For all"]


def test_the_same_name_again_replaces_it(keep, bob):
    keep(bob, "Doubtful", "state=dubious")
    keep(bob, "Doubtful", "state=predicted")
    assert SavedView.objects.get().query == "state=predicted"


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        (" ", "state=dubious", "needs a name"),
        ("x" * 101, "", "at most 100 characters"),
        ("Lost", "state=lost", "`state` is"),
        ("Lost", "order=beauty", "`order` is"),
        ("Lost", "show=beauty", "`show` is"),
        ("Lost", "field=girth%3E3", "no such column"),
        ("Lost", "order=-field:girth", "no such column"),
        ("Lost", "show=field:girth", "no such column"),
        ("Lost", "show=field:%00", "no such column"),
        ("Long", "original_id=" + "x" * 5000, "too long"),
    ],
)
def test_what_the_bench_would_refuse_is_not_kept(keep, bob, name, query, sentence):
    assert sentence in keep(bob, name, query).content.decode()
    assert not SavedView.objects.exists()


def test_only_the_owner_and_managers_remove_it(keep, client, tow, alice, bob, carla):
    keep(bob, "For all", "state=predicted", shared="1")
    url = f"/projects/{tow.project.pk}/views/{SavedView.objects.get().pk}/remove/"
    client.force_login(carla)
    assert client.post(url).status_code == 403
    client.force_login(alice)
    assert client.post(url).status_code == 302
    assert not SavedView.objects.exists()
