from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from annotations.taxonomy.models import Taxon, TaxonKind

TREE_LOCK = 7_351_002  # one import at a time adds taxa, so that a name is made once


@dataclass(frozen=True)
class TaxonName:
    """A taxon as a package names it: `egg<Copepoda`, with its lineage from the root down where it is given."""

    name: str
    lineage: tuple[str, ...] = ()
    ecotaxa_id: int | None = None


@transaction.atomic
def ensure_taxa(names: Iterable[TaxonName]) -> dict[TaxonName, int]:
    """The ids of the taxa, making those that the site doesn't know.

    A name is known by its EcoTaxa id, else by its display name, whatever the case. A new `child<Parent` is put under
    its parent when there is one; a lineage is made whole.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])
    return {name: _ensure(name).pk for name in names}


def _ensure(wanted: TaxonName) -> Taxon:
    known = _known(wanted)
    if known is not None:
        return known
    parent = _parent_by_lineage(wanted) or _parent_by_name(wanted.name)
    taxon = Taxon(
        name=wanted.name.split("<")[0].strip() or wanted.name,
        display_name=wanted.name,
        parent=parent,
        kind=TaxonKind.MORPHO if "<" in wanted.name else TaxonKind.PHYLO,
        ecotaxa_id=wanted.ecotaxa_id,
    )
    taxon.save()
    taxon.path = [*(parent.path if parent else []), taxon.pk]
    taxon.save(update_fields=["path"])
    return taxon


def _known(wanted: TaxonName) -> Taxon | None:
    if wanted.ecotaxa_id is not None:
        by_id = Taxon.objects.filter(ecotaxa_id=wanted.ecotaxa_id).first()
        if by_id:
            return by_id
    return Taxon.objects.filter(display_name__iexact=wanted.name).first()


def _parent_by_lineage(wanted: TaxonName) -> Taxon | None:
    above = [name for name in wanted.lineage if name.lower() != wanted.name.lower()]
    if above and wanted.lineage[-1].lower() == wanted.name.split("<")[0].lower() and len(above) == len(wanted.lineage):
        above = above[:-1]  # the lineage ends with the taxon's own short name
    parent = None
    for depth, name in enumerate(above, start=1):
        parent = _ensure(TaxonName(name, tuple(above[: depth - 1]))) if name else parent
    return parent


def _parent_by_name(name: str) -> Taxon | None:
    if "<" not in name:
        return None
    return Taxon.objects.filter(display_name__iexact=name.split("<", 1)[1].strip()).first()
