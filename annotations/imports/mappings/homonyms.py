"""Homonyms in mappings: `egg<Copepoda` is only that one, `egg` is all eggs that are not named so themselves."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from django.db.models.functions import Lower

from annotations.imports.models import MappingKind
from annotations.taxon_matching.models import PendingName
from annotations.taxonomy.matching import TaxonName
from annotations.taxonomy.models import Taxon

Meaning = TypeVar("Meaning", int, Taxon)


def qualified(name: TaxonName) -> str:
    """With its parent behind a chevron, where that is known."""
    return name.name if "<" in name.name or not name.above else f"{name.name}<{name.above[-1]}"


def meaning(taxa: Mapping[str, Meaning], name: TaxonName) -> Meaning | None:
    """`taxa` are by names in lower case."""
    return taxa.get(qualified(name).lower()) or taxa.get(name.name.lower())


def spelt_as(kind: str, source: str) -> str:
    """As names of packages are read: EcoTaxa also writes `egg (Copepoda)`."""
    return TaxonName(source).name if kind == MappingKind.TAXON else source


def sources_of(names: Iterable[TaxonName]) -> Collection[str]:
    """All that an entry for one of them may be called, in lower case."""
    return {source.lower() for name in names for source in (qualified(name), name.name)}


def bearers_of(names: Iterable[PendingName]) -> Counter[str]:
    """How many have each of the names, in lower case: of those that packages brought, and taxa of the site that none
    of these became."""
    names = list(names)
    counts = Counter(name.name.lower() for name in names)
    others = Taxon.objects.annotate(lower=Lower("name")).filter(lower__in=list(counts))
    others = others.exclude(pk__in=[name.taxon_id for name in names if name.taxon_id is not None])
    return counts + Counter(others.values_list("lower", flat=True))


def source_of(name: TaxonName, bearers: Mapping[str, int]) -> str:
    """What an entry for it is called: with its parent where others have the name, for which it would stand, too."""
    return qualified(name) if bearers[name.name.lower()] > 1 else name.name
