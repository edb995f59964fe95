"""Compares the objects of a package with those that the project holds already, a few thousand at a time."""

from collections.abc import Iterator

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.project_labels import ProjectLabels
from annotations.imports.ecotaxa.table import Table, TableLine
from annotations.imports.existing_objects import ObjectPlace, refuse_other_sample, warn_of_absent
from annotations.imports.ignored import Difference, Ignored
from annotations.imports.modes import ADDING, Taking
from annotations.samples.models import FreeColumn, Object, ObjectFields
from annotations.samples.naming import dummy_name, name_in_package

ASK_EVERY = 2000  # objects that are asked for at once
OWN = {
    "object_lat": "object__latitude",
    "object_lon": "object__longitude",
    "object_depth_min": "object__depth_min",
    "object_depth_max": "object__depth_max",
}
ACQUISITION = "object__acquisition__original_id"
FIELDS = [
    *("original_id", "values", "texts", "object_id", "object__sample__original_id", "object__taken_at"),
    ACQUISITION,
    *("object__has_time", "object__state", "object__taxon_id", "object__taxon__display_name", *OWN.values()),
]


class ProjectObjects:
    """An id must not name objects of two samples; what else differs, and is not taken over, goes to `ignored`."""

    def __init__(self, project_id: int, problems: Problems, ignored: Ignored, taking: Taking = ADDING):
        self.taking = taking
        self.here = 0  # objects of the package that the project holds
        self.differing = 0  # objects of which anything differs
        self.absent = 0  # objects that an update passes over
        self.project_id = project_id
        self.problems = problems
        self.ignored = ignored
        self.labels = ProjectLabels(project_id, taking)
        self.waiting: dict[str, TableLine] = {}
        self.has_objects = Object.objects.filter(project=project_id).exists()
        numbers = FreeColumn.objects.filter(project=project_id, level="object", position__isnull=False)
        self.positions: dict[str, int | None] = dict(numbers.values_list("name", "position"))
        self.places: tuple[Table, list[int | None]] | None = None  # of a table's numbers in `values`

    def note(self, object_id: str, line: TableLine) -> None:
        if self.has_objects or not self.taking.adds:
            self.waiting[object_id] = line
        if len(self.waiting) >= ASK_EVERY:
            self.ask()

    def ask(self) -> None:
        rows = ObjectFields.objects.filter(project=self.project_id, original_id__in=list(self.waiting))
        by_name = {row["original_id"]: row for row in rows.values(*FIELDS)}
        pairs = [(by_name[name], line) for name, line in self.waiting.items() if name in by_name]
        self.here += len(pairs)
        self.labels.prepare([line for _, line in pairs], [row["object_id"] for row, _ in pairs])
        for row, line in pairs:
            self._compare(row, line)
        if not self.taking.adds:
            self._report_absent(by_name)
        self.waiting.clear()

    def _compare(self, row: dict, line: TableLine) -> None:
        object_id, table = row["original_id"], line.table.name
        sample, present_sample = str(line.values.get("sample_id") or ""), row["object__sample__original_id"]
        is_left = self.taking.updates and "sample_id" not in line.table.named
        if not is_left and present_sample != (sample or dummy_name(self.project_id)):
            place = ObjectPlace(table, line.number, "object_id", sample)
            refuse_other_sample(self.problems, object_id, name_in_package(present_sample), place)
            return
        if self.taking.updates:
            self._refuse_unnamed(row, line)
        differences = [*self._acquisition(row, line), *self._left_alone(row, line)]
        self.differing += bool(differences)
        for difference in differences:
            self.ignored.note(f"object {object_id}", difference, table, line.number)

    def _refuse_unnamed(self, row: dict, line: TableLine) -> None:
        """Values of an acquisition or a process: nobody could say of which."""
        if not line.table.speaks_of_acquisitions:
            return
        for column, present in (("sample_id", "object__sample__original_id"), ("acq_id", ACQUISITION)):
            if column not in line.table.named and name_in_package(row[present]):
                message = (
                    f"The column is missing, but there are columns of acquisitions or processes. An acquisition is "
                    f"known by acq_id and sample_id: add {column}, for example {name_in_package(row[present])}."
                )
                self.problems.add(message, line.table.name, line.number, column, fault="not named")

    def _report_absent(self, here: dict[str, dict]) -> None:
        for name, line in self.waiting.items():
            if name not in here:
                self.absent += 1
                warn_of_absent(self.problems, name, ObjectPlace(line.table.name, line.number, "object_id"))

    def _left_alone(self, row: dict, line: TableLine) -> Iterator[Difference]:
        """What differs and is not taken over."""
        if not self.taking.updates:
            yield from self._differences(row, line)
        elif not self.taking.annotations:
            yield from self.labels.differences(row, line)

    def _differences(self, row: dict, line: TableLine) -> Iterator[Difference]:
        for column, field in OWN.items():
            value = line.values.get(column)
            if value is not None and value != row[field]:
                yield Difference(column, row[field], value)
        yield from _times(row, line)
        yield from self._numbers(row["values"], line)
        for place, name in line.table.text_places:
            cell = line.cells[place]
            if cell and cell != row["texts"].get(name, ""):
                yield Difference(line.table.columns[place], row["texts"].get(name), cell)
        yield from self.labels.differences(row, line)

    @staticmethod
    def _acquisition(row: dict, line: TableLine) -> Iterator[Difference]:
        stored, in_package = row[ACQUISITION], line.values.get("acq_id")
        in_project = name_in_package(stored)
        # an export writes the name of the database where there is no id
        if in_package is not None and in_package not in (stored, in_project):
            yield Difference("acq_id", in_project, in_package)

    def _numbers(self, present: list[float | None], line: TableLine) -> Iterator[Difference]:
        places = self._places(line.table)
        for name, place, value in zip(line.table.number_names, places, line.numbers, strict=True):
            old = present[place] if place is not None and place < len(present) else None
            if value is not None and value != old:
                yield Difference(f"object_{name}", old, value)

    def _places(self, table: Table) -> list[int | None]:
        if self.places is None or self.places[0] is not table:
            self.places = (table, [self.positions.get(name) for name in table.number_names])
        return self.places[1]


def _times(row: dict, line: TableLine) -> Iterator[Difference]:
    in_project, in_package = row["object__taken_at"], line.taken_at
    if in_package is None:
        return
    if in_project is None or in_project.date() != in_package.date():
        yield Difference("object_date", in_project and in_project.date(), in_package.date())
    clock = in_project.time() if in_project and row["object__has_time"] else None
    if line.values.get("object_time") is not None and clock != in_package.time():
        yield Difference("object_time", clock, in_package.time())
