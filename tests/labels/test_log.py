"""What the log of labels names stays: no row of it is checked when it is written, but whoever deletes is."""

import pytest
from django.db import IntegrityError, connection, transaction

from annotations.labels.actions import PastLabel, label_objects, log_imported
from annotations.labels.models import Batch, BatchKind, Change
from annotations.labels.targets import Target
from annotations.samples.models import Object, State
from annotations.taxonomy.models import Taxon
from tests.plankton import tow

__all__ = ["tow"]

DELETE = {
    "samples_object": "object_id",
    "labels_batch": "batch_id",
    "taxonomy_taxon": "to_taxon_id",
    "accounts_user": "from_annotator_id",
}


@pytest.fixture
def relabelled(tow, alice, bob) -> Change:
    """Bob's label of an object, by Alice's; it has none now, so that nothing but the log names taxon and person."""
    pk = tow.objects[9].pk
    for user, label in (
        (bob, {"taxon": Taxon.objects.get(pk=tow.appendicularia)}),
        (alice, {"state": State.UNCLASSIFIED}),
    ):
        version = Object.objects.get(pk=pk).version
        label_objects(project=tow.project, user=user, targets=[Target(pk, version)], **label)
    return Change.objects.latest("id")


@pytest.mark.parametrize("table", DELETE)
def test_what_the_log_names_cannot_be_deleted(relabelled, table):
    first = Change.objects.filter(object=relabelled.object_id).earliest("id")
    change = relabelled if table == "accounts_user" else first
    with (
        pytest.raises(IntegrityError, match="log of labels"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [getattr(change, DELETE[table])])
        cursor.execute("SET CONSTRAINTS log_names_deleted IMMEDIATE")


def test_what_the_log_names_goes_with_it(relabelled):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM labels_change WHERE object_id = %s", [relabelled.object_id])
        cursor.execute("DELETE FROM labels_batch WHERE id = %s", [relabelled.batch_id])
        cursor.execute("SET CONSTRAINTS log_names_deleted IMMEDIATE")


@pytest.mark.parametrize("deleted", [{"taxon_id": 2**40}, {"annotator_id": 2**40}])
def test_an_earlier_label_of_what_was_deleted_meanwhile_is_refused(tow, alice, deleted):
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.IMPORT, user=alice)
    label = {"taxon_id": tow.appendicularia, "annotator_id": None} | deleted
    past = PastLabel(tow.objects[0].pk, State.VALIDATED, score=None, labelled_at=None, **label)
    with pytest.raises(IntegrityError, match="meanwhile"), transaction.atomic():
        log_imported(batch=batch, object_ids=[past.object_id], past=[past])
