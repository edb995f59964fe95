"""Compares the labels of a package with those that its objects have in the project already."""

from collections.abc import Iterator

from annotations.imports.ecotaxa.table import TableLine, taxon_name
from annotations.imports.ignored import Difference
from annotations.imports.mappings.using import mapping_of
from annotations.imports.modes import ADDING, Taking
from annotations.imports.project_taxa import ProjectTaxa
from annotations.samples.models import State
from annotations.taxon_matching.models import NameState, PendingLabel
from annotations.taxonomy.actions import TaxonName


class ProjectLabels:
    """Knows the taxa of the names, those that the project has settled, and labels that still wait for their names."""

    def __init__(self, project_id: int, taking: Taking = ADDING):
        self.names = ProjectTaxa(project_id, mapping_of({"mapping": taking.mapping}))
        self.waiting: set[int] = set()  # objects of the chunk whose label waits

    def prepare(self, lines: list[TableLine], object_ids: list[int]) -> None:
        """Asks for what the comparison of these objects takes: a few queries for all of them."""
        self.names.look_up({name for line in lines if (name := taxon_name(line))})
        waiting = PendingLabel.objects.filter(object__in=object_ids).values_list("object_id", flat=True)
        self.waiting = set(waiting) if object_ids else set()

    def differences(self, row: dict, line: TableLine) -> Iterator[Difference]:
        name, state = taxon_name(line), line.values.get("object_annotation_status")
        if name is None or not state or self._is_waiting(row, name):
            return
        if self.names.taxa[name] != row["object__taxon_id"]:
            in_package = name.name or f"EcoTaxa {name.ecotaxa_id}"
            yield Difference("object_annotation_category", row["object__taxon__display_name"], in_package)
        if state != row["object__state"]:
            in_project, in_package = State(row["object__state"]).word, State(str(state)).word
            yield Difference("object_annotation_status", in_project, in_package)

    def _is_waiting(self, row: dict, name: TaxonName) -> bool:
        """Its label is here, but for the taxon; or a manager has refused the name."""
        if self.names.taxa[name] is not None or row["object__state"] != State.UNCLASSIFIED:
            return False
        pending = self.names.pending(name)
        return row["object_id"] in self.waiting or (
            pending is not None and pending.state == NameState.REFUSED
        )
