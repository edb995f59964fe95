"""What names of packages mean in a project: taxa of the site, or what its managers have made of them."""

from collections.abc import Collection, Mapping
from functools import cached_property
from types import MappingProxyType

from annotations.taxon_matching.models import PendingName
from annotations.taxonomy.actions import TaxonName, known_taxa


class ProjectTaxa:
    """`taxa` has the names that were looked up; None for one that nobody knows yet."""

    def __init__(self, project_id: int, mapped: Mapping[str, int] = MappingProxyType({})):
        """`mapped` are numbers of taxa by names in lower case, of the mapping that was chosen: it goes before."""
        self.project_id, self.mapped = project_id, mapped
        self.taxa: dict[TaxonName, int | None] = {}

    def look_up(self, names: Collection[TaxonName]) -> None:
        new = {name for name in names if name not in self.taxa}
        taxa = known_taxa(new) if new else {}
        mapped = self.mapped
        self.taxa |= {
            name: mapped.get(name.name.lower()) or taxa.get(name) or self._settled(name) for name in new
        }

    def pending(self, name: TaxonName) -> PendingName | None:
        """Its row, where a package has brought it before."""
        return self._names.get(_key(name))

    def _settled(self, name: TaxonName) -> int | None:
        pending = self.pending(name)
        return pending.taxon_id if pending else None

    @cached_property
    def _names(self) -> dict[tuple[str, int | None], PendingName]:
        rows = PendingName.objects.filter(project=self.project_id)
        return {(row.name.lower(), row.ecotaxa_id): row for row in rows}


def _key(name: TaxonName) -> tuple[str, int | None]:
    return name.name.lower(), name.ecotaxa_id
