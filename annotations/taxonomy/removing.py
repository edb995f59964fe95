"""Taking taxa out of the tree again that were made a moment ago, where nothing speaks of them yet."""

from collections.abc import Iterable

from django.db import router, transaction
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector

from annotations.taxonomy.actions import lock_tree
from annotations.taxonomy.models import Taxon


@transaction.atomic
def remove_unused(taxa: Iterable[int]) -> list[str]:
    """Removes those that nothing refers to: no label and none of its log, no taxon below, no synonym, no note.

    Returns how pages call those that stay.
    """
    lock_tree()
    staying = []
    for taxon in Taxon.objects.filter(pk__in=list(taxa)).order_by("-pk"):  # what was made last stands below
        if _is_referred_to(taxon):
            staying.append(str(taxon))
        else:
            taxon.delete()
    return staying


def _is_referred_to(taxon: Taxon) -> bool:
    collector = Collector(using=router.db_for_write(Taxon), origin=taxon)
    try:
        collector.collect([taxon])
    except (ProtectedError, RestrictedError):
        return True
    others = [row for rows in collector.data.values() for row in rows if row != taxon]
    return bool(others) or any(rows.exists() for rows in collector.fast_deletes)
