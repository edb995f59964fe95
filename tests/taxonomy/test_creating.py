"""Making a taxon by hand: who may, below what, and what is spelt alike."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from annotations.projects.actions import create_project
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.creating import SameSpelling, create_taxon, may_create_taxa
from annotations.taxonomy.editing import undo_edit
from annotations.taxonomy.models import Synonym, Taxon
from annotations.taxonomy.queries import complete
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def tree(db) -> dict[str, Taxon]:
    ensure_taxa([TaxonName("egg", ("living", "Crabella")), TaxonName("Méduse", ("living", "Fishella"))])
    return {taxon.name: taxon for taxon in Taxon.objects.all()}


@pytest.fixture
def create(client, alice, project):
    client.force_login(alice)

    def create(**body: object):
        return client.post("/api/v1/taxa/", body, content_type="application/json")

    return create


def test_a_manager_creates_one_by_the_api(create, tree, alice):
    answer = create(name=" Novella\u00a0 nova", parent=tree["Crabella"].pk, rank="species", aphia_id=42)
    assert answer.status_code == 201
    created = answer.json()
    assert {key: created[key] for key in ("name", "display_name", "parent", "kind", "rank", "aphia_id")} == {
        "name": "Novella nova",
        "display_name": "Novella nova",
        "parent": tree["Crabella"].pk,
        "kind": "P",
        "rank": "species",
        "aphia_id": 42,
    }
    assert created["path"] == [tree["living"].pk, tree["Crabella"].pk, created["id"]]
    assert complete("novela")[0]["id"] == created["id"]
    edit = Taxon.objects.get(pk=created["id"]).edits.get()
    assert (edit.user, edit.after["name"]) == (alice, "Novella nova")


def test_what_is_there_comes_back_as_a_conflict(create, tree):
    for name in ("Méduse", "me\u0301duse", "MEDUSE", "méduse", " Méduse\u200b"):
        answer = create(name=name, parent=tree["Crabella"].pk)
        assert answer.status_code == 409, name
        assert [taxon["id"] for taxon in answer.json()["taxa"]] == [tree["Méduse"].pk]
        assert answer.json()["taxa"][0]["lineage"] == ["living", "Fishella", "Méduse"]
    Synonym.objects.create(taxon=tree["Méduse"], name="Aurelia")
    assert create(name="Aurelia", parent=tree["living"].pk).json()["taxa"][0]["id"] == tree["Méduse"].pk
    Taxon.objects.filter(pk=tree["Méduse"].pk).update(aphia_id=7)
    assert create(name="Other", parent=tree["living"].pk, aphia_id=7).json()["taxa"][0]["name"] == "Méduse"


def test_homonyms_are_made_by_who_means_them_and_eggs_of_each_parent(create, tree):
    assert create(name="Méduse", parent=tree["Crabella"].pk, homonym=True).status_code == 201
    egg = create(name="egg", parent=tree["Fishella"].pk).json()
    assert (egg["display_name"], egg["kind"]) == ("egg<Fishella", "M")
    assert create(name="EGG", parent=tree["Fishella"].pk, homonym=True).status_code == 409, (
        "not twice below one parent"
    )


def test_only_administrators_make_roots_and_a_merged_parent_is_what_it_became(create, client, root, tree):
    assert "only administrators" in create(name="Rootella").json()["detail"]
    Taxon.objects.filter(pk=tree["Crabella"].pk).update(status="D", replaced_by=tree["Fishella"])
    assert create(name="Novella", parent=tree["Crabella"].pk).json()["parent"] == tree["Fishella"].pk
    Taxon.objects.filter(pk=tree["Crabella"].pk).update(replaced_by=None)
    assert "deprecated" in create(name="Bella", parent=tree["Crabella"].pk).json()["detail"]
    for wrong in (
        {"name": ""},
        {"name": "a<b"},
        {"name": "x" * 201},
        {"name": "\u200b"},
        {"name": "y", "parent": 10**12},
    ):
        assert create(**{"parent": tree["living"].pk, **wrong}).status_code == 400, wrong
    client.force_login(root)
    assert create(name="Rootella").json()["path"] == [create(name="Rootella").json()["taxa"][0]["id"]]


@pytest.mark.parametrize(
    ("setting", "may"),
    [
        ("annotator", "bob carla alice root"),
        ("expert", "carla alice root"),
        ("manager", "alice root"),
        ("administrator", "root"),
    ],
)
def test_the_site_says_who_may(setting, may, settings, project, tree, bob, carla, alice, root, vera, dan):
    settings.TAXON_CREATORS = setting
    people = (vera, dan, bob, carla, alice, root)
    assert " ".join(person.username for person in people if may_create_taxa(person, project)) == may
    others = create_project(title="Others", owner=dan)
    assert may_create_taxa(dan, others) == (setting != "administrator") and not may_create_taxa(dan, project)
    with pytest.raises(PermissionDenied):
        create_taxon(user=vera, project=project, name="Novella", parent=tree["living"])


def test_what_was_created_is_not_undone_as_an_edit(tree, alice, root, project):
    created = create_taxon(user=alice, project=project, name="Novella", parent=tree["living"])
    with pytest.raises(ValidationError, match="take it out of use"):
        undo_edit(edit=created.edits.get(), user=root)
    with pytest.raises(SameSpelling):
        create_taxon(user=alice, project=project, name="novella", parent=tree["living"])


def test_the_pages(client, alice, bob, root, project, tree):
    page = f"/projects/{project.pk}/taxa/new/"
    client.force_login(bob)
    assert client.get(page).status_code == 403
    assert page not in client.get(f"/projects/{project.pk}/taxa/").content.decode()
    client.force_login(alice)
    assert page in client.get(f"/projects/{project.pk}/taxa/").content.decode()
    refused = client.post(page, {"name": "Méduse", "parent": "Crabella"})
    assert refused.status_code == 400 and "Create another one of this name" in refused.content.decode()
    assert "There is no taxon" in client.post(page, {"name": "Novella", "parent": "Nowhere"}).content.decode()
    assert (
        "no AphiaID" in client.post(page, {"name": "N", "parent": "living", "aphia_id": "x"}).content.decode()
    )
    long = {"name": "N", "parent": "living", "aphia_id": "0" * 9 + "123456789012345"}
    assert "no AphiaID" in client.post(page, long).content.decode()
    created = client.post(page, {"name": "Novella", "parent": "crabella", "rank": "genus"}, follow=True)
    assert "Novella is created" in created.content.decode()
    assert Taxon.objects.get(name="Novella").parent == tree["Crabella"]
    client.force_login(root)
    html = client.post("/taxa/new/", {"name": "Rootella"}, follow=True).content.decode()
    assert "Rootella is created" in html and "name" in html and "nothing" in html
