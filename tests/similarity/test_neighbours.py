"""The nearest validated objects, and what they vote for."""

import pytest

from annotations.samples.models import Object, State
from annotations.similarity import neighbours
from annotations.similarity.neighbours import Neighbour, vote
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.similarity.test_similarity import COUNT, ring

__all__ = ["ring"]


@pytest.fixture
def labelled(ring: list[Object]) -> list[Object]:
    """The first six are Oithona, the next six Acartia, all validated; the others are not."""
    taxa = [taxon for name in ("Oithona", "Acartia") for taxon in ensure_taxa([TaxonName(name)]).values()]
    for taxon, some in zip(taxa, (ring[:6], ring[6:12]), strict=True):
        Object.objects.filter(pk__in=[o.pk for o in some]).update(state=State.VALIDATED, taxon_id=taxon)
    return ring


def test_of_as_many_votes_the_nearest_wins():
    near = [Neighbour(1, 7, 0.1), Neighbour(2, 8, 0.2), Neighbour(3, 8, 0.3), Neighbour(4, 7, 0.4)]
    assert [(each.taxon, each.votes, each.share) for each in vote(near)] == [(7, 2, 0.5), (8, 2, 0.5)]
    assert vote([]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("exact", [20_000, 0], ids=["compared", "by the index"])
def test_the_api_gives_the_neighbours_and_the_shares(labelled, client, alice, exact, monkeypatch):
    monkeypatch.setattr(neighbours, "EXACT", exact)
    client.force_login(alice)
    url = f"/api/v1/objects/{labelled[4].pk}/neighbours/"
    body = client.get(url, {"count": 5}).json()
    assert {each["id"] for each in body["neighbours"]} == {labelled[n].pk for n in (2, 3, 5, 6, 7)} or {
        each["id"] for each in body["neighbours"]
    } == {labelled[n].pk for n in (2, 3, 5, 6, 1)}
    assert labelled[4].pk not in {each["id"] for each in body["neighbours"]}, "not itself"
    distances = [each["distance"] for each in body["neighbours"]]
    assert distances == sorted(distances)
    assert distances[0] == pytest.approx(0.034, abs=1e-3)  # 1 - cos 15°
    assert body["proposals"][0]["taxon"]["name"] == "Oithona"
    assert sum(each["votes"] for each in body["proposals"]) == 5
    assert client.get(url, {"count": 0}).status_code == 400
    assert client.get(url, {"kind": "measurements"}).status_code == 400


@pytest.mark.django_db
def test_the_panel_offers_what_the_neighbours_are(labelled, project, client, alice):
    client.force_login(alice)
    url = f"/projects/{project.pk}/vignettes/{labelled[12].pk}/"
    assert f'hx-get="{url}neighbours/' in client.get(url).content.decode()
    panel = client.get(f"{url}neighbours/?keys=1").content.decode()
    assert 'data-name="Acartia"' in panel
    assert 'aria-keyshortcuts="Alt+1"' in panel
    unknown = client.get(f"/projects/{project.pk}/vignettes/{labelled[COUNT].pk}/neighbours/")
    assert "data-choice" not in unknown.content.decode()
