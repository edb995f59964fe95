"""Reads a whole package and says everything that is wrong with it. Writes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.columns import PARENTS
from annotations.imports.ecotaxa.inventory import check_entries, check_tables, check_unused
from annotations.imports.ecotaxa.picture_check import PictureCheck
from annotations.imports.ecotaxa.problems import PackageError
from annotations.imports.ecotaxa.scores import check_scores
from annotations.imports.ecotaxa.table import Line, Table
from annotations.imports.windows import AcquisitionRanges
from annotations.projects.models import Project
from annotations.samples.models import ObjectFields
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.models import Taxon

ASK_EVERY = 2000  # objects whose place in the project is asked for at once
OnProgress = Callable[[int, str], None]


@dataclass
class Survey:
    """What a package holds, found while it was validated."""

    lines: int = 0
    samples: int = 0
    tables: list[str] = field(default_factory=list)
    types: dict[str, bool] = field(default_factory=dict)  # free columns of objects: is it a number?
    parents: dict[str, list[str]] = field(default_factory=lambda: {level: [] for level in PARENTS})
    taxa: dict[TaxonName, None] = field(default_factory=dict)
    ranges: AcquisitionRanges = field(default_factory=AcquisitionRanges)  # of deep pictures

    def as_dict(self) -> dict:
        """For a job's checkpoint."""
        taxa = [asdict(name) for name in self.taxa]
        return {**vars(self), "taxa": taxa, "ranges": self.ranges.as_list()}

    @classmethod
    def from_dict(cls, given: dict) -> "Survey":
        taxa = {
            TaxonName(name["name"], tuple(name["lineage"]), name["ecotaxa_id"]): None
            for name in given["taxa"]
        }
        ranges = AcquisitionRanges.from_list(given.get("ranges", []))
        return cls(**{**given, "taxa": taxa, "ranges": ranges})


def survey(
    package: Package,
    problems: Problems,
    project_id: int | None = None,
    on_progress: OnProgress = lambda *said: None,
) -> Survey:
    """Checks every line and decodes every picture; `problems` then has all that is wrong.

    With a project it also checks that no object of the package lies in another sample there, and that the project can
    take the package's traits.
    """
    found = Survey(tables=package.tables())
    check_tables(package, problems)
    check_entries(package, problems)
    readable = 0
    with PictureCheck(package, problems, found.ranges) as pictures:
        check = _LineCheck(problems, found, pictures, _Homes(project_id, problems))
        for table in open_tables(package, found.tables, problems):
            readable += 1
            _note_columns(table, found, problems)
            for line in table.lines():
                found.lines += 1
                check(line)
                if found.lines % 500 == 0:
                    on_progress(found.lines, f"Checked {found.lines:,} lines")
        check.homes.ask()
        found.samples = len(set(check.homes.samples.values()))
        if project_id is not None:
            check_scores(package, Project.objects.get(pk=project_id), check.homes.samples, problems)
    if readable and readable == len(found.tables):
        check_unused(package, pictures.checked, problems)
    if project_id is not None:
        found.ranges.join_project(project_id, package.name, problems)
    if not found.lines and not problems:
        for name in found.tables:
            problems.add("The table has no line of objects. Add what is missing.", name)
    _check_taxa(found, problems)
    return found


def open_tables(package: Package, names: list[str], problems: Problems) -> Iterator[Table]:
    """The tables whose head can be read, one after the other."""
    for name in names:
        try:
            table = Table(name, package, problems)
        except PackageError as error:
            problems.add(str(error), name)
            continue
        if table.is_readable:
            yield table


def taxon_name(line: Line) -> TaxonName | None:
    """The taxon of a line as the package names it."""
    name = line.known.get("object_annotation_category") or ""
    ecotaxa_id = line.known.get("object_annotation_category_id")
    if not name and ecotaxa_id is None:
        return None
    lineage = line.known.get("object_annotation_hierarchy") or line.known.get("object_seston_lineage") or ()
    return TaxonName(name, lineage, ecotaxa_id)  # type: ignore[arg-type]


def _note_columns(table: Table, found: Survey, problems: Problems) -> None:
    for name, is_number in table.types.items():
        if found.types.setdefault(name, is_number) != is_number:
            message = (
                "The column is a number in one table and text in another. Give it one type in line 2 of each."
            )
            problems.add(message, table.name, 2, f"object_{name}")
    for level, places in table.parent_places.items():
        found.parents[level] += [name for _, name in places if name not in found.parents[level]]


class _LineCheck:
    """What a line must hold, and must not repeat."""

    def __init__(self, problems: Problems, found: Survey, pictures: PictureCheck, homes: "_Homes"):
        self.problems = problems
        self.found = found
        self.pictures = pictures
        self.homes = homes
        self.seen: dict[tuple[str, str], tuple[Table, int]] = {}

    def __call__(self, line: Line) -> None:
        self._label(line)
        object_id, file_name = line.known.get("object_id"), line.known.get("img_file_name")
        if object_id == "":
            self._add(line, "object_id", "The cell is empty. Every line needs the id of its object.")
        elif object_id:
            self.homes.note(str(object_id), line)
        if file_name == "":
            self._add(line, "img_file_name", "The cell is empty. Every line names a picture.")
        elif file_name:
            self.pictures.check(line, str(file_name))
        if object_id and file_name:
            self._repeats(line, str(object_id), str(file_name))

    def _repeats(self, line: Line, object_id: str, file_name: str) -> None:
        table, number = self.seen.setdefault((object_id, file_name), (line.table, line.number))
        if (table, number) != (line.table, line.number):
            place = f"line {number}" + ("" if table is line.table else f" of {table.name}")
            what = f"Object {object_id} with picture {file_name}"
            message = f"{what} stands in {place} already. Remove one of the two."
            self._add(line, "object_id", message)

    def _label(self, line: Line) -> None:
        taxon = taxon_name(line)
        state = line.known.get("object_annotation_status", "" if _lacks_status(line) else None)
        if state is None:
            return  # it could not be read, which was said already
        if state and taxon is None:
            message = (
                "There is a status, but no category. Fill object_annotation_category, or empty the status."
            )
            self._add(line, "object_annotation_category", message)
        elif taxon is not None and not state:
            message = (
                "There is a category, but no status. "
                "Fill object_annotation_status with predicted, validated or dubious."
            )
            self._add(line, "object_annotation_status", message)
        elif taxon is not None:
            self.found.taxa[taxon] = None

    def _add(self, line: Line, column: str, message: str) -> None:
        self.problems.add(message, line.table.name, line.number, column)


def _lacks_status(line: Line) -> bool:
    return "object_annotation_status" not in line.table.columns


class _Homes:
    """An object's id is its name in the project: it must not stand for two objects of different samples."""

    def __init__(self, project_id: int | None, problems: Problems):
        self.project_id = project_id
        self.problems = problems
        self.samples: dict[str, str] = {}
        self.asked: dict[str, tuple[str, str, int]] = {}  # object → sample, table, line: not yet compared

    def note(self, object_id: str, line: Line) -> None:
        sample = str(line.known.get("sample_id") or "")
        first = self.samples.get(object_id)
        if first is None:
            self.samples[object_id] = sample
            self.asked[object_id] = (sample, line.table.name, line.number)
            if len(self.asked) >= ASK_EVERY:
                self.ask()
        elif first != sample:
            self._add(object_id, first, sample, line.table.name, line.number)

    def ask(self) -> None:
        """Compares with what the project holds already."""
        if self.project_id is not None and self.asked:
            here = ObjectFields.objects.filter(project=self.project_id, original_id__in=list(self.asked))
            for object_id, first in here.values_list("original_id", "object__sample__original_id"):
                sample, table, number = self.asked[object_id]
                if first != (sample or dummy_name(self.project_id)):
                    self._add(object_id, first, sample, table, number)
        self.asked.clear()

    def _add(self, object_id: str, first: str, sample: str, table: str, number: int) -> None:
        message = (
            f"Object {object_id} belongs to sample {first or '(none)'} already, "
            f"here it stands in {sample or '(none)'}. "
            "An id names one object of the project: rename one of the two."
        )
        self.problems.add(message, table, number, "object_id")


def dummy_name(parent_id: int) -> str:
    """What a sample or acquisition is called that the package doesn't name: EcoTaxa's way."""
    return f"__DUMMY_ID__{parent_id}__"


def _check_taxa(found: Survey, problems: Problems) -> None:
    """A category that is only a number must be known: a name cannot be guessed."""
    bare = {name.ecotaxa_id for name in found.taxa if not name.name and name.ecotaxa_id is not None}
    bare -= {name.ecotaxa_id for name in found.taxa if name.name}  # another line of the package names it
    known = set(Taxon.objects.filter(ecotaxa_id__in=bare).values_list("ecotaxa_id", flat=True))
    for ecotaxa_id in sorted(bare - known):
        problems.add(
            f"The EcoTaxa category {ecotaxa_id} is unknown here. "
            "Add a column object_annotation_category with its name.",
            found.tables[0] if found.tables else "",
            None,
            "object_annotation_category_id",
        )
