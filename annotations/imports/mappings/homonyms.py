"""Homonyms in mappings: `egg<Copepoda` is only that one, `egg` is all eggs that are not named so themselves; where the
parents are called alike, too, the lineage goes on: `egg<Copepoda<Crustacea`."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from django.db.models.functions import Lower

from annotations.imports.models import MappingKind
from annotations.taxon_matching.models import PendingName
from annotations.taxon_matching.proposals import taxon_name
from annotations.taxonomy.matching import TaxonName
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import described

Meaning = TypeVar("Meaning", int, Taxon)


def chains(name: TaxonName) -> list[str]:
    """The name alone, with its parent behind a chevron, and so on up its lineage, as far as that is known."""
    parts = [name.name.partition("<")[0], *reversed(name.above)]
    return ["<".join(parts[:length]) for length in range(1, len(parts) + 1)]


def meaning(taxa: Mapping[str, Meaning], name: TaxonName) -> Meaning | None:
    """The one with the longest lineage; `taxa` are by names in lower case."""
    return next((taxa[chain] for each in reversed(chains(name)) if (chain := each.lower()) in taxa), None)


def spelt_as(kind: str, source: str) -> str:
    """As names of packages are read: EcoTaxa also writes `egg (Copepoda)`."""
    return TaxonName(source).name if kind == MappingKind.TAXON else source


def sources_of(names: Iterable[TaxonName]) -> Collection[str]:
    """All that an entry for one of them may be called, in lower case."""
    return {source.lower() for name in names for source in chains(name)}


def bearers_of(names: Iterable[PendingName]) -> Counter[str]:
    """How many have each of the names, with and without lineage, in lower case: of those that packages brought, and
    taxa of the site that none of these became."""
    names = list(names)
    short = {chains(taxon_name(name))[0].lower() for name in names}
    others = Taxon.objects.annotate(lower=Lower("name")).filter(lower__in=short)
    others = others.exclude(pk__in=[name.taxon_id for name in names if name.taxon_id is not None])
    of_site = described(list(others.values_list("pk", flat=True)))
    named = [*map(taxon_name, names), *(TaxonName(each["name"], tuple(each["lineage"])) for each in of_site)]
    return Counter(chain.lower() for name in named for chain in chains(name))


def source_of(name: TaxonName, bearers: Mapping[str, int]) -> str:
    """What an entry for it is called: with as much of its lineage as tells it from others of the name."""
    alone = (chain for chain in chains(name) if bearers[chain.lower()] <= 1)
    return next(alone, chains(name)[-1])
