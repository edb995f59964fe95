"""The number that EcoTaxa gives a category is one taxon: a package, or the site, that names it otherwise is said."""

from dataclasses import dataclass, field

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.table import TableLine
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import same_name, short_name

COLUMN = "object_annotation_category"


@dataclass
class Categories:
    """Compares the names of each number with the first one, and in the end with the site's."""

    problems: Problems
    first: dict[int, tuple[str, str, int]] = field(default_factory=dict)  # name, table, line

    def note(self, taxon: TaxonName, line: TableLine) -> None:
        if taxon.ecotaxa_id is None or not taxon.name:
            return
        current = (taxon.name, line.table.name, line.number)
        first = self.first.setdefault(taxon.ecotaxa_id, current)
        if first[0] != taxon.name and not _is_same(first[0], taxon.name):
            place = f"line {first[2]}" + ("" if first[1] == current[1] else f" of {first[1]}")
            self._warn(current, taxon.ecotaxa_id, f"{first[0]} in {place}")

    def compare_with_site(self) -> None:
        taxa = Taxon.objects.filter(ecotaxa_id__in=self.first).prefetch_related("synonyms")
        for taxon in taxa:
            assert taxon.ecotaxa_id is not None
            place = self.first[taxon.ecotaxa_id]
            spelt = [taxon.name, taxon.display_name, *(synonym.name for synonym in taxon.synonyms.all())]
            if not any(_is_same(name, place[0]) for name in spelt):
                self._warn(place, taxon.ecotaxa_id, f"{taxon.display_name} on this site")

    def _warn(self, place: tuple[str, str, int], number: int, otherwise: str) -> None:
        name, table, line = place
        message = (
            f"The EcoTaxa category {number} is called {name} here and {otherwise}. Its number was believed: correct "
            f"it, or empty object_annotation_category_id, if {name} is another taxon."
        )
        self.problems.warn(message, table, line, COLUMN, fault=f"two names {number}", cell=name)


def _is_same(one: str, other: str) -> bool:
    return same_name(short_name(one), short_name(other))
