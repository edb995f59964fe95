"""Taxa and annotators of objects are there, and stay as long as an object names them."""

import pytest
from django.db import IntegrityError, connection, transaction

from annotations.samples.models import Object
from tests.plankton import tow

__all__ = ["tow"]

NOBODY = 2**40
TABLES = {"taxon_id": "taxonomy_taxon", "annotator_id": "accounts_user"}


@pytest.fixture
def named(tow, bob) -> Object:
    pk = tow.objects[9].pk
    Object.objects.filter(pk=pk).update(taxon=tow.appendicularia, state="V", annotator=bob)
    return Object.objects.get(pk=pk)


@pytest.mark.parametrize("column", TABLES)
def test_an_object_names_nothing_that_is_not_there(named, column):
    with pytest.raises(IntegrityError, match=TABLES[column]), transaction.atomic():
        Object.objects.filter(pk=named.pk).update(**{column: NOBODY})


@pytest.mark.parametrize("column", TABLES)
def test_no_object_comes_in_that_names_nothing(named, column):
    copy = Object.objects.get(pk=named.pk)
    copy.pk = None
    setattr(copy, column, NOBODY)
    with pytest.raises(IntegrityError, match=TABLES[column]), transaction.atomic():
        copy.save(force_insert=True)


@pytest.mark.parametrize("column", TABLES)
def test_what_an_object_names_cannot_be_deleted(named, column):
    with (
        pytest.raises(IntegrityError, match="objects still name"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {TABLES[column]} WHERE id = %s", [getattr(named, column)])
        cursor.execute("SET CONSTRAINTS held_by_objects IMMEDIATE")
