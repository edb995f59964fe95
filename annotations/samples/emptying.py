"""Samples and acquisitions that a move has emptied go, once all their objects are over there."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from annotations.samples.actions import take_turns
from annotations.samples.following import STAYING, Transfer
from annotations.samples.models import Acquisition, Object, Sample
from annotations.samples.parents import PICTURE, copy_beside, remove_beside

# an acquisition of the source, and the one of the same name in the target
COUNTERPARTS = """
samples_acquisition a JOIN samples_sample s ON s.id = a.sample_id
JOIN samples_sample t ON t.project_id = %s AND t.original_id = s.original_id
JOIN samples_acquisition b ON b.sample_id = t.id AND b.original_id = a.original_id
"""
# larger pictures that no image was cut from come along with the last object of their acquisition
PARENTS = f"""
INSERT INTO samples_parentimage (acquisition_id, {PICTURE})
SELECT b.id, {", ".join(f"p.{column}" for column in PICTURE.split(", "))}
FROM {COUNTERPARTS} JOIN samples_parentimage p ON p.acquisition_id = a.id
WHERE a.id = ANY(%s) ORDER BY p.id
ON CONFLICT (acquisition_id, file_name) DO NOTHING
"""
CARRIED = f"""
SELECT p.id, q.id FROM {COUNTERPARTS} JOIN samples_parentimage p ON p.acquisition_id = a.id
JOIN samples_parentimage q ON q.acquisition_id = b.id AND q.file_name = p.file_name
WHERE a.id = ANY(%s)
"""

# What an object was added to meanwhile stays, and a scan of which no object was made yet with its acquisition.
IS_CARRIED = f"""
p.id IN (SELECT c.old FROM ({CARRIED}) c (old, new))
AND NOT EXISTS (SELECT FROM samples_object o WHERE o.acquisition_id = p.acquisition_id)
"""
REMOVE_PARENTS = f"DELETE FROM samples_parentimage p WHERE {IS_CARRIED}"
REMOVE_ACQUISITIONS = """
DELETE FROM samples_acquisition a WHERE a.id = ANY(%s)
AND NOT EXISTS (SELECT FROM samples_object o WHERE o.acquisition_id = a.id)
AND NOT EXISTS (SELECT FROM samples_parentimage p WHERE p.acquisition_id = a.id)
"""
REMOVE_EXTENTS = """
DELETE FROM samples_extent e WHERE e.sample_id = ANY(%s)
AND NOT EXISTS (SELECT FROM samples_object o WHERE o.sample_id = e.sample_id)
AND NOT EXISTS (SELECT FROM samples_acquisition a WHERE a.sample_id = e.sample_id)
"""
REMOVE_SAMPLES = """
DELETE FROM samples_sample s WHERE s.id = ANY(%s)
AND NOT EXISTS (SELECT FROM samples_object o WHERE o.sample_id = s.id)
AND NOT EXISTS (SELECT FROM samples_acquisition a WHERE a.sample_id = s.id)
RETURNING s.id
"""


@transaction.atomic
def remove_emptied(*, transfer: Transfer, sample_ids: Sequence[int]) -> int:
    """Removes those of the samples that have no object any more, and their acquisitions; gives how many samples stay.

    An emptied sample stays where the project keeps something about it: who is to sort it. What `goes_with_sample`
    does not count for that.
    """
    take_turns(project=transfer.source)  # an import into it that goes on adds objects before this, or behind
    filled = Object.objects.filter(sample__in=sample_ids)
    acquisitions = Acquisition.objects.filter(sample__in=sample_ids, sample__project=transfer.source)
    emptied = list(acquisitions.exclude(pk__in=filled.values("acquisition")).values_list("pk", flat=True))
    empty = Sample.objects.filter(project=transfer.source, pk__in=sample_ids).exclude(
        pk__in=filled.values("sample")
    )
    bare = empty
    for column in _columns_about_samples():
        bare = bare.exclude(pk__in=column)
    bare_ids = list(bare.values_list("pk", flat=True))
    there: list[Any] = [transfer.target.pk, emptied]
    with connection.cursor() as cursor:
        cursor.execute(PARENTS, there)
        copy_beside(CARRIED, there)
        remove_beside(IS_CARRIED, there)
        cursor.execute(REMOVE_PARENTS, there)
        cursor.execute(REMOVE_ACQUISITIONS, [emptied])
        cursor.execute(REMOVE_EXTENTS, [bare_ids])
        cursor.execute(REMOVE_SAMPLES, [bare_ids])
        removed = [sample_id for (sample_id,) in cursor.fetchall()]
    for staying in STAYING:
        if staying.goes_with_sample:  # behind the samples: keys are checked when the transaction ends
            staying.model._default_manager.filter(sample__in=removed).delete()
    return empty.count()


def _columns_about_samples() -> list:
    """Of rows that stay with a sample of the source: not acquisitions, extents and tallies, which say nothing more."""
    return [
        staying.model._default_manager.values(field.name)
        for staying in STAYING
        if not staying.goes_with_sample
        for field in staying.model._meta.concrete_fields
        if _names_sample(field) and not field.primary_key and staying.model is not Acquisition
    ]


def _names_sample(field: Any) -> bool:
    """So that the database itself holds the sample. Any: the stubs do not have db_constraint."""
    return field.related_model is Sample and field.db_constraint
