from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from annotations.taxonomy.models import Taxon, TaxonKind

TREE_LOCK = 7_351_002  # one import at a time adds taxa, so that a name is made once


@dataclass(frozen=True)
class TaxonName:
    """A taxon as a package names it: `egg<Copepoda`, with its lineage from the root where it is given."""

    name: str
    lineage: tuple[str, ...] = ()
    ecotaxa_id: int | None = None


_made: ContextVar[list[Taxon] | None] = ContextVar("taxa that were made", default=None)


@contextmanager
def taxa_made() -> Iterator[list[Taxon]]:
    """Gathers the taxa that are made inside, whoever makes them."""
    made: list[Taxon] = []
    token = _made.set(made)
    try:
        yield made
    finally:
        _made.reset(token)


@transaction.atomic
def ensure_taxa(names: Iterable[TaxonName]) -> dict[TaxonName, int]:
    """The ids of the taxa, making those that the site doesn't know.

    A name is known by its EcoTaxa id, else by its display name, whatever the case. A new `child<Parent` is
    put under its parent when there is one; a lineage is made whole. An empty name must have a known EcoTaxa id.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])
    # those with a name come first: they may make what others give by number only
    return {
        name: _ensure(name).pk
        for name in sorted(names, key=lambda name: (not name.name, name.ecotaxa_id is None))
    }


@transaction.atomic
def make_taxon(wanted: TaxonName, parent: Taxon | None = None) -> Taxon:
    """The taxon of that name, made if there is none: below `parent`, or else where its name or lineage puts it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])
    return _ensure(wanted) if parent is None else _known(wanted) or _below(wanted, parent)


def known_taxa(names: Iterable[TaxonName]) -> dict[TaxonName, int]:
    """The ids of those taxa that the site knows, by EcoTaxa id or display name; makes nothing."""
    found = {name: _known(name) for name in names}
    return {name: taxon.pk for name, taxon in found.items() if taxon is not None}


def _ensure(wanted: TaxonName) -> Taxon:
    known = _known(wanted)
    if known is not None:
        return _with_ecotaxa_id(known, wanted)
    return _below(wanted, _parent_by_lineage(wanted) or _parent_by_name(wanted.name))


def _below(wanted: TaxonName, parent: Taxon | None) -> Taxon:
    taxon = Taxon(
        name=wanted.name.split("<")[0].strip() or wanted.name,
        display_name=_free_name(wanted, parent),
        parent=parent,
        kind=TaxonKind.MORPHO if "<" in wanted.name else TaxonKind.PHYLO,
        ecotaxa_id=wanted.ecotaxa_id,
    )
    taxon.save()
    taxon.path = [*(parent.path if parent else []), taxon.pk]
    taxon.save(update_fields=["path"])
    made = _made.get()
    if made is not None:
        made.append(taxon)
    return taxon


def _known(wanted: TaxonName) -> Taxon | None:
    if wanted.ecotaxa_id is not None:
        by_id = Taxon.objects.filter(ecotaxa_id=wanted.ecotaxa_id).first()
        if by_id:
            return by_id
    for name in (wanted.name, _with_chevron(wanted.name)):
        by_name = Taxon.objects.filter(display_name__iexact=name).order_by("id").first()
        # the same name with another number is a homonym, as `egg` of two groups
        if by_name and (wanted.ecotaxa_id is None or by_name.ecotaxa_id in (None, wanted.ecotaxa_id)):
            return by_name
    return None


def _with_chevron(name: str) -> str:
    """EcoTaxa also writes `egg (Copepoda)` for `egg<Copepoda`."""
    child, bracket, parent = name.removesuffix(")").rpartition(" (")
    return f"{child.strip()}<{parent.strip()}" if bracket and name.endswith(")") else name


def _with_ecotaxa_id(taxon: Taxon, wanted: TaxonName) -> Taxon:
    """Notes the number of a taxon that was known by name only."""
    if wanted.ecotaxa_id is not None and taxon.ecotaxa_id is None:
        taxon.ecotaxa_id = wanted.ecotaxa_id
        taxon.save(update_fields=["ecotaxa_id"])
    return taxon


def _free_name(wanted: TaxonName, parent: Taxon | None) -> str:
    """The name that pages show; a homonym is told apart by its parent, or else by its number."""
    choices = [
        wanted.name,
        f"{wanted.name}<{parent.name}" if parent else "",
        f"{wanted.name} [{wanted.ecotaxa_id}]",
    ]
    return next(
        name for name in choices if name and not Taxon.objects.filter(display_name__iexact=name).exists()
    )


def free_name(taxon: Taxon, is_short: bool = True) -> str:
    """What pages call a taxon after a change: its name, with those above it as far as that tells it from others."""
    above, chain, node = taxon.parent, taxon.name, taxon.parent
    choices = [chain] if is_short else []
    while node is not None and len(choices) < 4:
        chain = f"{chain}<{node.name}"
        choices.append(chain)
        node = node.parent
    choices.append(f"{taxon.name}<{above.name} [{taxon.pk}]" if above else f"{taxon.name} [{taxon.pk}]")
    others = Taxon.objects.exclude(pk=taxon.pk)
    return next(name for name in choices if not others.filter(display_name__iexact=name).exists())


def _parent_by_lineage(wanted: TaxonName) -> Taxon | None:
    above = [name for name in wanted.lineage if name.lower() != wanted.name.lower()]
    if (
        above
        and wanted.lineage[-1].lower() == wanted.name.split("<")[0].lower()
        and len(above) == len(wanted.lineage)
    ):
        above = above[:-1]  # the lineage ends with the taxon's own short name
    parent = None
    for depth, name in enumerate(above, start=1):
        parent = _ensure(TaxonName(name, tuple(above[: depth - 1]))) if name else parent
    return parent


def _parent_by_name(name: str) -> Taxon | None:
    if "<" not in name:
        return None
    return Taxon.objects.filter(display_name__iexact=name.split("<", 1)[1].strip()).first()
