"""Which names are written in italics."""

import pytest

from annotations.taxonomy.actions import add_taxon
from annotations.taxonomy.models import TaxonKind
from annotations.taxonomy.ranks import italic_among

pytestmark = pytest.mark.django_db


@pytest.fixture
def taxa() -> dict[str, int]:
    """From a family down, with names as they come in packages beside it."""
    family = add_taxon(name="Oithonidae", parent=None, rank="family")
    genus = add_taxon(name="Oithona", parent=family, rank="Genus")
    species = add_taxon(name="Oithona similis", parent=genus)
    egg = add_taxon(name="egg", parent=genus, kind=TaxonKind.MORPHO)
    alone = add_taxon(name="Calanus finmarchicus", parent=None)
    group = add_taxon(name="Copepoda X", parent=None)
    return {taxon.name: taxon.pk for taxon in (family, genus, species, egg, alone, group)}


def test_genera_and_what_lies_below_them(taxa):
    italic = italic_among(taxa.values())
    assert {name for name, taxon in taxa.items() if taxon in italic} == {
        "Oithona",
        "Oithona similis",
        "Calanus finmarchicus",
    }


def test_only_those_that_are_asked_about(taxa):
    assert italic_among([taxa["Oithona similis"], taxa["egg"]]) == {taxa["Oithona similis"]}
    assert italic_among([]) == set()


def test_completion_tells_it(client, alice, taxa):
    client.force_login(alice)
    results = client.get("/api/v1/taxa/?q=oithon").json()
    assert {each["name"]: each["is_italic"] for each in results}["Oithona"] is True
    assert {each["name"]: each["is_italic"] for each in results}["Oithonidae"] is False
