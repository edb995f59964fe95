"""Compares the labels of a package with those that its objects have in the project already."""

from collections.abc import Iterator

from annotations.imports.ecotaxa.table import TableLine, taxon_name
from annotations.imports.ignored import Difference
from annotations.samples.models import State
from annotations.taxon_matching.models import NameState, PendingLabel, PendingName
from annotations.taxonomy.actions import TaxonName, known_taxa


class ProjectLabels:
    """Knows the taxa of the names, those that the project has settled, and labels that still wait for their names."""

    def __init__(self, project_id: int):
        self.project_id = project_id
        self.taxa: dict[TaxonName, int | None] = {}
        self.waiting: set[int] = set()  # objects of the chunk whose label waits
        self._settled: dict[tuple[str, int | None], PendingName] | None = None

    def prepare(self, lines: list[TableLine], object_ids: list[int]) -> None:
        """Asks for what the comparison of these objects takes: a few queries for all of them."""
        names = {name for line in lines if (name := taxon_name(line)) and name not in self.taxa}
        taxa = known_taxa(names) if names else {}
        self.taxa |= {name: taxa.get(name) or self._project_taxon(name) for name in names}
        waiting = PendingLabel.objects.filter(object__in=object_ids).values_list("object_id", flat=True)
        self.waiting = set(waiting) if object_ids else set()

    def differences(self, row: dict, line: TableLine) -> Iterator[Difference]:
        name, state = taxon_name(line), line.values.get("object_annotation_status")
        if name is None or not state or self._is_waiting(row, name):
            return
        if self.taxa[name] != row["object__taxon_id"]:
            in_package = name.name or f"EcoTaxa {name.ecotaxa_id}"
            yield Difference("object_annotation_category", row["object__taxon__display_name"], in_package)
        if state != row["object__state"]:
            in_project, in_package = State(row["object__state"]).word, State(str(state)).word
            yield Difference("object_annotation_status", in_project, in_package)

    def _is_waiting(self, row: dict, name: TaxonName) -> bool:
        """Its label is here, but for the taxon; or a manager has refused the name."""
        if self.taxa[name] is not None or row["object__state"] != State.UNCLASSIFIED:
            return False
        pending = self._names().get(_key(name))
        return row["object_id"] in self.waiting or (
            pending is not None and pending.state == NameState.REFUSED
        )

    def _project_taxon(self, name: TaxonName) -> int | None:
        pending = self._names().get(_key(name))
        return pending.taxon_id if pending else None

    def _names(self) -> dict[tuple[str, int | None], PendingName]:
        if self._settled is None:
            rows = PendingName.objects.filter(project=self.project_id)
            self._settled = {(row.name.lower(), row.ecotaxa_id): row for row in rows}
        return self._settled


def _key(name: TaxonName) -> tuple[str, int | None]:
    return name.name.lower(), name.ecotaxa_id
