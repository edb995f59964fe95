"""How labels that wait for a name follow objects to another project: the name waits there too."""

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.samples.following import (
    AFTER,
    BEFORE,
    CHECKS,
    Conflict,
    Following,
    Selection,
    Transfer,
    comes_along,
    stays,
)
from annotations.taxon_matching.actions import note_pending
from annotations.taxon_matching.models import Merge, NameState, PendingLabel, PendingName, Settling
from annotations.taxonomy.actions import TaxonName

USED = """
SELECT DISTINCT l.unknown_id FROM nomenclature_keptlabel l JOIN moved_ids m ON m.kind = 'object' AND m.old = l.object_id
"""
DECIDED = """
SELECT n.name, t.state FROM nomenclature_unknownname n
JOIN nomenclature_unknownname t ON t.project_id = %s AND lower(t.name) = lower(n.name) AND t.lineage = n.lineage
    AND t.ecotaxa_id IS NOT DISTINCT FROM n.ecotaxa_id AND t.state <> 'waiting'
WHERE n.id IN (SELECT l.unknown_id FROM nomenclature_keptlabel l WHERE l.object_id IN ({objects}))
ORDER BY 1
"""
NOTE = "INSERT INTO moved_ids (kind, old, new) VALUES ('pending_name', %s, %s)"
# undoing a merge of taxa undoes it in every project
MERGES = """
INSERT INTO nomenclature_merge_batches (merge_id, batch_id)
SELECT b.merge_id, m.new FROM nomenclature_merge_batches b JOIN moved_ids m ON m.kind = 'batch' AND m.old = b.batch_id
ON CONFLICT DO NOTHING
"""
REMEDY = "Settle it here the same way first."
REMEDY_FROM_BIN = "Take back how it was settled, restore, then settle it again."


def check_names(selection: Selection) -> list[Conflict]:
    remedy = REMEDY_FROM_BIN if selection.transfer.source.is_bin else REMEDY
    with connection.cursor() as cursor:
        cursor.execute(
            DECIDED.format(objects=selection.sql), [selection.transfer.target.pk, *selection.params]
        )
        return [Conflict("Name", name, "waiting", state, remedy) for name, state in cursor.fetchall()]


def note_names(transfer: Transfer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(USED)
        used = PendingName.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()])
        named = {row.pk: TaxonName(row.name, tuple(row.lineage), row.ecotaxa_id) for row in used}
        there = note_pending(project=transfer.target, names=named.values())
        for pk, name in named.items():
            if there[name].state != NameState.WAITING:
                raise ValidationError(f"The name {name.name} is {there[name].state} there. {REMEDY}")
            cursor.execute(NOTE, [pk, there[name].pk])


def note_merges(transfer: Transfer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MERGES)


CHECKS.append(check_names)
BEFORE.append(note_names)
AFTER.append(note_merges)
comes_along(Following(PendingLabel, refs={"unknown_id": "pending_name", "annotator_id": "person"}))
stays(PendingName, reason="noted in the target where it lacks them")
stays(Settling, Merge, reason="say what was done")
