"""What the database itself promises of the tree."""

import pytest
from django.db import IntegrityError, transaction

from annotations.labels.tally import count_use
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import complete
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


@shared_rows
def chain(db) -> list[Taxon]:
    ensure_taxa([TaxonName("Calanus", ("living", "Copepoda", "Calanus"))])
    return list(Taxon.objects.order_by("path"))


def test_no_taxon_stands_below_itself(chain):
    for below in chain:
        with pytest.raises(IntegrityError), transaction.atomic():
            Taxon.objects.filter(pk=chain[0].pk).update(parent=below)
    assert Taxon.objects.filter(pk=chain[2].pk).update(parent=chain[0]) == 1


def test_an_aphia_id_names_one_taxon(chain):
    Taxon.objects.filter(pk=chain[0].pk).update(aphia_id=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Taxon.objects.filter(pk=chain[1].pk).update(aphia_id=5)


def test_only_what_is_deprecated_is_replaced(chain):
    with pytest.raises(IntegrityError), transaction.atomic():
        Taxon.objects.filter(pk=chain[0].pk).update(replaced_by=chain[1])


def test_what_is_used_most_is_offered_first(tow):
    ensure_taxa([TaxonName("Copelata"), TaxonName("Copea")])
    assert complete("cope")[0]["name"] == "Copea", "the shortest, while nothing is counted"
    count_use()
    assert complete("cope")[0]["name"] == "Copepoda"
    assert Taxon.objects.get(pk=tow.copepoda).used == 6
    assert complete("copea")[0]["name"] == "Copea", "a name that is typed whole comes first"
