"""Making taxa: those that packages bring, by name and place. Changing them by hand is in editing.py."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain, count

from django.db import connection, transaction

from annotations.taxonomy.matching import Matcher, TaxonName, TaxonNode
from annotations.taxonomy.models import Taxon, TaxonKind
from annotations.taxonomy.names import clean_name, short_name
from annotations.taxonomy.queries import taxa_shown_as

TREE_LOCK = 7_351_002  # one import at a time adds taxa, so that a name is made once

__all__ = [
    "TREE_LOCK",
    "TaxonName",
    "add_taxon",
    "ensure_taxa",
    "free_name",
    "known_taxa",
    "lock_tree",
    "recording_new_taxa",
]

_made: ContextVar[list[Taxon] | None] = ContextVar("taxa that were made", default=None)


@contextmanager
def recording_new_taxa() -> Iterator[list[Taxon]]:
    """Gathers the taxa that are made inside, whoever makes them."""
    created: list[Taxon] = []
    token = _made.set(created)
    try:
        yield created
    finally:
        _made.reset(token)


def lock_tree() -> None:
    """Until the end of the transaction nobody else adds or changes taxa."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


@transaction.atomic
def ensure_taxa(names: Iterable[TaxonName]) -> dict[TaxonName, int]:
    """The ids of the taxa, making those that the site doesn't know; a lineage is made whole.

    See `Matcher` for what is known. A name that several taxa may bear is left out, for a person to settle, and so is an
    EcoTaxa id without a name that nothing bears.
    """
    names = list(names)
    lock_tree()
    matcher = Matcher(names)
    ordered = sorted(names, key=_order)
    taxa = {name: _ensure(matcher, name) for name in ordered}
    return {name: taxon for name, taxon in taxa.items() if taxon is not None}


def _order(name: TaxonName) -> tuple[bool, bool, int]:
    """Those with a name come first: they may make what others give by number only. Of those without a number come those
    whose place is told best: they may make what others give by their bare name.
    """
    has_number = name.ecotaxa_id is not None
    return not name.name, not has_number, 0 if has_number else -len(name.above)


def makeable(names: Iterable[TaxonName]) -> set[TaxonName]:
    """Those of names that nobody knows of which `ensure_taxa` would make taxa. Makes nothing."""
    names = list(names)
    matcher = Matcher(names)
    return {name for name in names if _may_be_made(matcher, name)}


def _may_be_made(matcher: Matcher, name: TaxonName) -> bool:
    match = matcher.match(name)
    if match.taxon is not None:
        return True
    if match.choices or not name.name:
        return False
    above = name.parent
    return above is None or not name.lineage or _may_be_made(matcher, above)


def known_taxa(names: Iterable[TaxonName]) -> dict[TaxonName, int]:
    """The ids of those taxa that the site knows beyond doubt; makes nothing."""
    names = list(names)
    matcher = Matcher(names)
    taxa = {name: matcher.match(name).taxon for name in names}
    return {name: taxon for name, taxon in taxa.items() if taxon is not None}


def root_needed(name: TaxonName) -> str | None:
    """The name of the root that `ensure_taxa` would make for this one; None where it makes none."""
    each: TaxonName | None = name
    matcher = Matcher([name])
    while each is not None:
        match = matcher.match(each)
        if match.taxon is not None or match.choices:
            return None
        if each.parent is None or not (each.lineage or matcher.match(each.parent).taxon):
            return each.name
        each = each.parent
    return None


def _ensure(matcher: Matcher, name: TaxonName) -> int | None:
    match = matcher.match(name)
    if match.taxon is not None:
        _note_number(matcher, match.taxon, name.ecotaxa_id)
        return match.taxon
    if match.choices or not name.name:
        return None
    above = name.parent
    if above is None:
        parent = None
    elif name.lineage:
        parent = _ensure(matcher, above)
        if parent is None:
            return None
    else:  # `egg<Copepoda` alone makes no Copepoda
        parent = matcher.match(above).taxon
    taxon = add_taxon(
        name=short_name(name.name),
        parent=Taxon.objects.get(pk=parent) if parent else None,
        kind=name.kind,
        ecotaxa_id=name.ecotaxa_id,
        display_name="" if parent else name.name,
    )
    matcher.add(TaxonNode(taxon.pk, taxon.name, taxon.display_name, taxon.path, taxon.ecotaxa_id, True, None))
    return taxon.pk


def add_taxon(*, name: str, parent: Taxon | None, **fields: object) -> Taxon:
    """A new taxon below `parent`; `fields` are others of the model. Lock the tree first.

    What pages call it has its parent's name where that tells it from another one, whose own then gets its parent, too.
    """
    taxon = Taxon(name=clean_name(name), parent=parent, **fields)
    is_short = parent is None or taxon.kind != TaxonKind.MORPHO
    if not taxon.display_name or taxa_shown_as(taxon.display_name):
        taxon.display_name = free_name(taxon, is_short=is_short)
    taxon.save()
    taxon.path = [*(parent.path if parent else []), taxon.pk]
    taxon.save(update_fields=["path"])
    _distinguish_from_namesakes(taxon)
    if (created := _made.get()) is not None:
        created.append(taxon)
    return taxon


def _distinguish_from_namesakes(new: Taxon) -> None:
    """Of two eggs none is just `egg`, as in EcoTaxa; names that EcoTaxa gave stay."""
    if new.display_name == new.name:
        return
    for namesake in taxa_shown_as(new.name):
        if namesake.ecotaxa_id is not None or namesake.parent is None:
            continue
        namesake.display_name = free_name(namesake, is_short=False)
        namesake.save(update_fields=["display_name"])
        for taxon in _made.get() or []:  # of which somebody is told soon
            if taxon.pk == namesake.pk:
                taxon.display_name = namesake.display_name


def _note_number(matcher: Matcher, taxon: int, ecotaxa_id: int | None) -> None:
    """Notes the number of a taxon that was known by name only."""
    node = matcher.nodes[taxon]
    if ecotaxa_id is not None and node.ecotaxa_id is None and ecotaxa_id not in matcher.by_number:
        Taxon.objects.filter(pk=taxon).update(ecotaxa_id=ecotaxa_id)
        node.ecotaxa_id = ecotaxa_id
        matcher.by_number[ecotaxa_id] = node


def free_name(taxon: Taxon, is_short: bool = True) -> str:
    """What pages call a taxon after a change: its name, with those above it as far as that tells it from others."""
    longer, node = taxon.name, taxon.parent
    choices = [longer] if is_short else []
    while node is not None and len(choices) < 4:
        longer = f"{longer}<{node.name}"
        choices.append(longer)
        node = node.parent
    stem = choices[0] if choices else taxon.name
    numbered = (f"{stem} [{number}]" for number in count(2) if number != taxon.pk)
    own = (
        [f"{stem} [{taxon.pk}]"] if taxon.pk else [f"{stem} [{taxon.ecotaxa_id}]"] if taxon.ecotaxa_id else []
    )
    return next(
        name for name in chain(choices, own, numbered) if all(t.pk == taxon.pk for t in taxa_shown_as(name))
    )
