"""What names of packages mean in a project: taxa of the site, or what its managers have made of them."""

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property

from annotations.imports.mappings.using import NO_MAPPING, UsedMapping
from annotations.taxon_matching.actions import is_of_name
from annotations.taxon_matching.models import PendingName
from annotations.taxonomy.actions import TaxonName, known_taxa
from annotations.taxonomy.replacements import in_use


class ProjectTaxa:
    """`taxa` has the names that were looked up; None for one that nobody knows yet."""

    def __init__(self, project_id: int, mapping: UsedMapping = NO_MAPPING):
        """`mapping` is the one that was chosen: it goes before."""
        self.project_id, self.mapping = project_id, mapping
        self.taxa: dict[TaxonName, int | None] = {}

    def look_up(self, names: Collection[TaxonName]) -> None:
        new = {name for name in names if name not in self.taxa}
        taxa = known_taxa(new) if new else {}
        self.taxa |= {name: self.mapping.taxon(name) or taxa.get(name) or self._settled(name) for name in new}

    def pending(self, name: TaxonName) -> PendingName | None:
        """Its row, where a package has brought it before."""
        return next((row for row in self._names[_key(name)] if is_of_name(row, name)), None)

    def _settled(self, name: TaxonName) -> int | None:
        pending = self.pending(name)
        return self._became[pending.taxon_id] if pending and pending.taxon_id is not None else None

    @cached_property
    def _names(self) -> dict[tuple[str, int | None], list[PendingName]]:
        """Homonyms lie beside each other."""
        names = defaultdict(list)
        for row in PendingName.objects.filter(project=self.project_id):
            names[row.name.lower(), row.ecotaxa_id].append(row)
        return names

    @cached_property
    def _became(self) -> dict[int, int]:
        """What those taxa are now of which some were merged since."""
        rows = (row for rows in self._names.values() for row in rows)
        return in_use(row.taxon_id for row in rows if row.taxon_id is not None)


def _key(name: TaxonName) -> tuple[str, int | None]:
    return name.name.lower(), name.ecotaxa_id
