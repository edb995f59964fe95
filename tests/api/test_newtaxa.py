"""*This is a new taxon* by the API: one call, or a look at what is proposed first."""

import pytest

from annotations.projects.models import Membership
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon


@pytest.fixture
def alices(client_of, alice):
    return client_of(alice)


@pytest.fixture
def page(alices, tow) -> dict:
    """Of what nobody has named."""
    Object.objects.filter(state="P").update(state="V")
    return alices.post(f"/api/v1/projects/{tow.project.pk}/review/pages/", {}, format="json").json()


def objects_of(page: dict) -> list[dict]:
    return [{"id": each["id"], "version": each["version"]} for each in page["objects"]]


def test_one_call_makes_the_taxon_and_labels_the_page_and_one_undo_takes_it_back(alices, tow, page):
    assert page["may_be_new"] and len(page["objects"]) == 3
    url = f"/api/v1/review/pages/{page['id']}/new-taxon/"
    proposal = alices.get(url, {"parent": tow.copepoda}).json()
    assert (proposal["name"], proposal["may_create"]) == ("morphotype 1", True)
    assert proposal["parent"] == {"id": tow.copepoda, "name": "Copepoda"}
    answer = alices.post(url, {"objects": objects_of(page), "parent": tow.copepoda}, format="json").json()
    assert (answer["changed"], answer["conflicts"], answer["rest"]) == (3, [], None)
    assert answer["taxon"]["name"] == "morphotype 1<Copepoda"
    assert answer["taxon"]["lineage"] == ["Copepoda", "morphotype 1<Copepoda"]
    assert Object.objects.filter(taxon=answer["taxon"]["id"], state="V").count() == 3
    undone = alices.post(f"/api/v1/batches/{answer['batch']}/undo/", {}, format="json").json()
    assert undone["changed"] == 3
    assert Object.objects.filter(state="U", taxon=None).count() == 3


def test_a_name_that_is_there_is_shown_and_nothing_is_done(alices, tow, page):
    body = {"objects": objects_of(page), "parent": tow.copepoda, "name": "Appendicularia"}
    url = f"/api/v1/review/pages/{page['id']}/new-taxon/"
    response = alices.post(url, body, format="json")
    assert response.status_code == 409
    assert [taxon["id"] for taxon in response.json()["taxa"]] == [tow.appendicularia]
    assert Object.objects.filter(state="U").count() == 3


def test_annotators_are_told_who_creates_taxa(bobs, client_of, bob, tow, page, alices):
    alices.delete(f"/api/v1/review/pages/{page['id']}/")
    own = bobs.post(f"/api/v1/projects/{tow.project.pk}/review/pages/", {}, format="json").json()
    url = f"/api/v1/review/pages/{own['id']}/new-taxon/"
    assert bobs.get(url).json()["refusal"].startswith("Taxa are created by managers of a project: ask one")
    body = {"objects": objects_of(own), "parent": tow.copepoda}
    response = bobs.post(url, body, format="json")
    assert (response.status_code, response.json()["detail"]) == (
        403,
        "Taxa are created by managers of a project: ask one.",
    )
    assert not Taxon.objects.filter(name__startswith="morphotype").exists()


def test_who_has_left_the_project_names_nothing_there(alices, alice, tow, page):
    Membership.objects.filter(user=alice).delete()
    url = f"/api/v1/review/pages/{page['id']}/new-taxon/"
    assert alices.get(url).status_code == 404
    assert alices.post(url, {"objects": objects_of(page)}, format="json").status_code == 404
