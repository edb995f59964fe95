"""What is stated of taxa, by themselves or by what is above them."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from annotations.taxon_traits.models import TaxonTrait, TaxonTraitValue
from annotations.taxonomy.inheritance import stated_above
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
    values = TaxonTraitValue.objects.filter(taxon__in=_related(taxon)).select_related("trait", "taxon")
    by_trait: dict[int, dict[int, TaxonTraitValue]] = {}
    for value in values:
        by_trait.setdefault(value.trait_id, {})[value.taxon_id or 0] = value
    stated = []
    for of_taxa in by_trait.values():
        nearest = stated_above(of_taxa, [taxon.pk])[taxon.pk]
        if nearest:
            value = of_taxa[nearest]
            stated.append(StatedTrait(value.trait, value, str(value.taxon)))
    return sorted(stated, key=lambda each: each.trait.name)


def sizes_of(trait: TaxonTrait) -> list[tuple[str, int]]:
    """(value in words, how many names have it), the most frequent first."""
    counts = trait.values.values("value").annotate(count=Count("pk")).order_by("-count", "value")[:200]
    return [(trait.in_words(each["value"]), each["count"]) for each in counts]


def unknown_names(trait: TaxonTrait) -> list[str]:
    """The first names that no taxon of the site has."""
    return list(trait.values.filter(taxon=None).values_list("name", flat=True)[:MOST_UNKNOWN])


def _related(taxon: Taxon) -> list[int]:
    """What is above it, and what was merged into any of these."""
    above = [*taxon.path, taxon.pk]
    return [*above, *Taxon.objects.filter(replaced_by__in=above).values_list("pk", flat=True)]
