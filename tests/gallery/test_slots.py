"""The taxa on a person's digits: of the project, kept, and following what becomes of taxa."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from annotations.gallery.actions import save_slots
from annotations.gallery.queries import slots_of
from annotations.projects.actions import create_project
from annotations.taxonomy.models import Taxon, TaxonStatus
from tests.worlds import shared_rows


@pytest.fixture
def bobs(client: Client, bob) -> Client:
    client.force_login(bob)
    return client


def slot(number: int, taxon: Taxon, is_pinned: bool = False) -> dict:
    return {"number": number, "taxon": taxon.pk, "is_pinned": is_pinned}


def of(project, user) -> list[tuple]:
    return [(each["number"], each["taxon"]["name"], each["is_pinned"]) for each in slots_of(project.pk, user)]


@shared_rows
def taxa(db) -> list[Taxon]:
    return [
        Taxon.objects.create(name=name, display_name=name) for name in ("Acantharea", "Velella", "Oithona")
    ]


def test_slots_are_one_person_s_in_one_project(project, alice, bob, taxa):
    acantharea, velella, oithona = taxa
    save_slots(project=project, user=bob, slots=[slot(2, velella), slot(1, acantharea, is_pinned=True)])
    other = create_project(title="Other", owner=bob)
    save_slots(project=other, user=bob, slots=[slot(1, oithona)])
    assert of(project, bob) == [(2, "Velella", False), (1, "Acantharea", True)]
    assert of(other, bob) == [(1, "Oithona", False)]
    assert of(project, alice) == []


def test_a_merged_taxon_is_what_it_became(project, bob, taxa):
    acantharea, velella, oithona = taxa
    save_slots(project=project, user=bob, slots=[slot(1, oithona), slot(2, velella), slot(3, acantharea)])
    Taxon.objects.filter(pk=velella.pk).update(replaced_by=oithona, status=TaxonStatus.DEPRECATED)
    assert of(project, bob) == [(1, "Oithona", False), (3, "Acantharea", False)]
    save_slots(project=project, user=bob, slots=[slot(4, acantharea), slot(5, velella, is_pinned=True)])
    assert of(project, bob) == [(4, "Acantharea", False), (5, "Oithona", True)]


def test_what_nobody_can_choose_has_no_slot(project, bob, taxa):
    save_slots(project=project, user=bob, slots=[slot(1, taxa[0]), slot(2, taxa[1])])
    Taxon.objects.filter(pk=taxa[0].pk).update(status=TaxonStatus.DEPRECATED)
    assert of(project, bob) == [(2, "Velella", False)]


def test_a_slot_comes_once(project, bob, taxa):
    with pytest.raises(ValidationError, match="number 1 comes twice"):
        save_slots(project=project, user=bob, slots=[slot(1, taxa[0]), slot(1, taxa[1])])
    with pytest.raises(ValidationError, match="comes twice"):
        save_slots(project=project, user=bob, slots=[slot(1, taxa[0]), slot(2, taxa[0])])
    with pytest.raises(ValidationError, match="no taxon 999999"):
        save_slots(project=project, user=bob, slots=[{"number": 1, "taxon": 999999, "is_pinned": False}])
    assert of(project, bob) == []


def test_the_api_takes_all_slots_at_once(bobs, project, taxa):
    url = f"/api/v1/projects/{project.pk}/slots/"
    Taxon.objects.filter(pk=taxa[1].pk).update(path=[taxa[0].pk, taxa[1].pk])
    body = {"slots": [slot(9, taxa[1], is_pinned=True)]}
    answer = bobs.put(url, body, content_type="application/json")
    velella = {"id": taxa[1].pk, "name": "Velella", "lineage": ["Acantharea", "Velella"]}
    assert answer.json() == [{"number": 9, "taxon": velella, "is_pinned": True}]
    assert bobs.get(url).json() == answer.json()
    for wrong in ({"slots": [{"number": 10, "taxon": taxa[0].pk}]}, {"slots": [{"number": 1}]}, {}):
        assert bobs.put(url, wrong, content_type="application/json").status_code == 400
    assert bobs.get(url).json() == answer.json()
