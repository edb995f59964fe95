"""What is stated of taxa, by themselves or by what is above them."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from annotations.taxon_traits.models import TaxonTrait, TaxonTraitValue
from annotations.taxonomy.models import Taxon

MOST_UNKNOWN = 500  # names that a page lists


@dataclass(frozen=True)
class StatedTrait:
    """A trait of a taxon, and of which taxon above it the source states it."""

    trait: TaxonTrait
    value: TaxonTraitValue
    of: str

    @property
    def in_words(self) -> str:
        return self.trait.in_words(self.value.value)


def all_traits() -> QuerySet[TaxonTrait]:
    """Each with `names` and `matched`: of how many names it is, and of how many taxa."""
    return TaxonTrait.objects.annotate(names=Count("values"), matched=Count("values__taxon")).order_by("name")


def usable_traits() -> QuerySet[TaxonTrait]:
    """Those that are about a taxon of the site."""
    return TaxonTrait.objects.filter(
        Exists(TaxonTraitValue.objects.filter(trait=OuterRef("pk")).exclude(taxon=None))
    )


def traits_of(taxon: Taxon) -> list[StatedTrait]:
    """Of each trait the value that the nearest taxon above has, by the name of the trait."""
    places = {number: place for place, number in enumerate(_upwards(taxon))}
    values = TaxonTraitValue.objects.filter(taxon__in=places).select_related("trait", "taxon")
    nearest: dict[int, TaxonTraitValue] = {}
    for value in sorted(values, key=lambda value: (places[value.taxon_id or 0], *_own_name_first(value))):
        nearest.setdefault(value.trait_id, value)
    stated = [StatedTrait(value.trait, value, str(value.taxon)) for value in nearest.values()]
    return sorted(stated, key=lambda each: each.trait.name)


def values_by_taxon(trait: TaxonTrait) -> dict[int, str]:
    """Of each taxon that the list names: of several lines the one that has its own name, not that of a synonym."""
    values = trait.values.exclude(taxon=None).select_related("taxon")
    by_taxon: dict[int, str] = {}
    for value in sorted(values, key=_own_name_first):
        by_taxon.setdefault(value.taxon_id or 0, value.value)
    return by_taxon


def _own_name_first(value: TaxonTraitValue) -> tuple[bool, str]:
    taxon = value.taxon
    names = {taxon.name.casefold(), taxon.display_name.casefold()} if taxon else set()
    return value.name.casefold() not in names, value.name


def sizes_of(trait: TaxonTrait) -> list[tuple[str, int]]:
    """(value in words, how many names have it), the most frequent first."""
    counts = trait.values.values("value").annotate(count=Count("pk")).order_by("-count", "value")[:200]
    return [(trait.in_words(each["value"]), each["count"]) for each in counts]


def unknown_names(trait: TaxonTrait) -> list[str]:
    """The first names that no taxon of the site has."""
    return list(trait.values.filter(taxon=None).values_list("name", flat=True)[:MOST_UNKNOWN])


def _upwards(taxon: Taxon) -> list[int]:
    """The taxon and those above it, each followed by what was merged into it."""
    path = taxon.path or [taxon.pk]
    merged: dict[int | None, list[int]] = {}
    for number, into in Taxon.objects.filter(replaced_by__in=path).values_list("pk", "replaced_by"):
        merged.setdefault(into, []).append(number)
    return [number for each in reversed(path) for number in (each, *merged.get(each, ()))]
