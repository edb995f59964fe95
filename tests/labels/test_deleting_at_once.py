"""A taxon or a person is deleted while somebody labels with it, each by a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from annotations.accounts.models import User
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.samples.models import Object, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.plankton import tow
from tests.readings.test_at_once import done_or_waiting, on_a_connection_of_its_own

__all__ = ["tow"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def decapoda(db) -> Taxon:
    (pk,) = ensure_taxa([TaxonName("Decapoda")]).values()
    return Taxon.objects.get(pk=pk)


@pytest.fixture
def outsider(db) -> User:
    """Nothing but objects names them."""
    return User.objects.create(username="outsider")


def label(tow, user: User, taxon: Taxon) -> None:
    target = Target(tow.objects[9].pk, Object.objects.get(pk=tow.objects[9].pk).version)
    label_objects(project=tow.project, user=user, targets=[target], taxon=taxon)


def delete(row: Taxon | User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])


def name(tow, taxon: Taxon, person: User) -> None:
    """As a label does, and an import for somebody who is no member."""
    Object.objects.filter(pk=tow.objects[9].pk).update(taxon=taxon, annotator=person, state=State.VALIDATED)


def at_once(first: Callable[[], None], second: Callable[[], None]) -> None:
    """Commits the first when the second is done or waits; raises what the second raised."""
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            first()
            future = other.submit(on_a_connection_of_its_own, second)
            done_or_waiting(future)
        future.result()


@pytest.mark.parametrize("named", ["decapoda", "outsider"])
def test_a_deletion_waits_for_a_label_on_its_way_and_is_refused(tow, decapoda, outsider, request, named):
    with pytest.raises(IntegrityError, match="objects still name"):
        at_once(lambda: name(tow, decapoda, outsider), lambda: delete(request.getfixturevalue(named)))
    labelled = Object.objects.get(pk=tow.objects[9].pk)
    assert (labelled.taxon, labelled.annotator) == (decapoda, outsider)


@pytest.mark.parametrize("named", ["decapoda", "outsider"])
def test_a_label_waits_for_a_deletion_on_its_way_and_is_refused(tow, decapoda, outsider, request, named):
    with pytest.raises(IntegrityError, match="not there"):
        at_once(lambda: delete(request.getfixturevalue(named)), lambda: name(tow, decapoda, outsider))
    unlabelled = Object.objects.get(pk=tow.objects[9].pk)
    assert (unlabelled.taxon, unlabelled.annotator, unlabelled.state) == (None, None, State.UNCLASSIFIED)


def test_a_taxon_that_the_log_alone_names_since_its_deletion_began_stays(tow, decapoda, bob):
    label(tow, bob, decapoda)
    other = Taxon.objects.get(pk=tow.copepoda)
    with pytest.raises(IntegrityError, match="log of labels still names"):
        at_once(lambda: delete(decapoda), lambda: label(tow, bob, other))
    assert Taxon.objects.filter(pk=decapoda.pk).exists()
    assert Object.objects.get(pk=tow.objects[9].pk).taxon == other
