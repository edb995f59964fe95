"""Reads a whole package and says everything that is wrong with it. Writes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.acquisition_sizes import AcquisitionSizes
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.categories import Categories
from annotations.imports.ecotaxa.columns import PARENTS
from annotations.imports.ecotaxa.ignored import Ignored
from annotations.imports.ecotaxa.inventory import check_entries, check_tables, check_unused
from annotations.imports.ecotaxa.objects import Objects
from annotations.imports.ecotaxa.objects_here import ObjectsHere
from annotations.imports.ecotaxa.parents import Parents
from annotations.imports.ecotaxa.parents_here import note_parents
from annotations.imports.ecotaxa.picture_check import PictureCheck
from annotations.imports.ecotaxa.pictures_here import PicturesHere
from annotations.imports.ecotaxa.pixel_size import speaks_of_pixels
from annotations.imports.ecotaxa.problems import PackageError
from annotations.imports.ecotaxa.table import Line, Table, taxon_name
from annotations.imports.ecotaxa.trait_values import check_trait_values
from annotations.imports.windows import AcquisitionRanges
from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import caseless

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
    pixel_sizes: list[list] = field(default_factory=list)  # see `AcquisitionSizes.decided`
    # level, sample, acquisition, values: what other lines than the first say of a sample or acquisition
    late: list[list] = field(default_factory=list)
    ignored: int = 0  # values that differ from those of the project, which are left as they are
    ignored_columns: int = 0

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
    pixel_unit: str = "",
) -> Survey:
    """Checks every line and decodes every picture; `problems` then has all that is wrong.

    With a project it also checks that no object of the package lies in another sample there, and that the project can
    take the package's traits. `pixel_unit` (um, mm) is what bare pixel sizes are in, where that can't be told.
    """
    found = Survey(tables=package.tables())
    check_tables(package, problems)
    check_entries(package, problems)
    readable = 0
    ignored = Ignored(problems)
    here = ObjectsHere(project_id, problems, ignored) if project_id is not None else None
    objects, parents = Objects(problems, here.note if here else _nothing), Parents(problems)
    if project_id is not None:
        parents.know(Sample.objects.filter(project=project_id).values_list("original_id", flat=True))
    sizes = AcquisitionSizes(pixel_unit)
    pictures_here = PicturesHere(project_id, package, ignored) if project_id is not None else None
    with PictureCheck(package, problems, found.ranges) as pictures:
        check = _LineCheck(problems, found, pictures, objects, parents, sizes, pictures_here)
        for table in open_tables(package, found.tables, problems):
            readable += 1
            _note_columns(table, found, problems)
            for line in table.lines():
                found.lines += 1
                check(line)
                if found.lines % 500 == 0:
                    on_progress(found.lines, f"Checked {found.lines:,} lines")
        check.categories.compare_with_site()
        found.samples = len(objects.samples)
        found.pixel_sizes = sizes.decided(parents, project_id, problems)
        found.late = [[*key, cells] for key, cells in parents.late.items()]
        if here and pictures_here and project_id is not None:
            here.ask()
            pictures_here.ask()
            note_parents(project_id, parents, ignored)
            check_trait_values(package, Project.objects.get(pk=project_id), objects.first, problems)
    found.ignored, found.ignored_columns = ignored.values, len(ignored.columns)
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


def _nothing(object_id: str, line: Line) -> None:
    pass


def _note_columns(table: Table, found: Survey, problems: Problems) -> None:
    for name, is_number in table.types.items():
        if found.types.setdefault(name, is_number) != is_number:
            message = (
                "The column is a number in one table and text in another. Give it one type in line 2 of each."
            )
            problems.add(message, table.name, 2, f"object_{name}")
        if speaks_of_pixels(f"object_{name}"):
            message = (
                "This column was kept as a measurement. The size of a pixel is read from columns of the acquisition: "
                "if it says that, call it acq_…"
            )
            problems.warn(message, table.name, 1, f"object_{name}")
    for level, places in table.parent_places.items():
        found.parents[level] += [name for _, name in places if name not in found.parents[level]]


class _LineCheck:
    """What a line must hold, and must not repeat."""

    def __init__(
        self,
        problems: Problems,
        found: Survey,
        pictures: PictureCheck,
        objects: Objects,
        parents: Parents,
        sizes: AcquisitionSizes,
        pictures_here: PicturesHere | None,
    ):
        self.problems = problems
        self.found = found
        self.pictures = pictures
        self.objects = objects
        self.parents = parents
        self.sizes = sizes
        self.pictures_here = pictures_here
        self.categories = Categories(problems)
        self.tomorrow = (timezone.now() + timedelta(days=1)).date()

    def __call__(self, line: Line) -> None:
        self._label(line)
        self._place(line)
        self._times(line)
        self.parents.note(line)
        self.sizes.note(line)
        object_id, file_name = line.known.get("object_id"), line.known.get("img_file_name")
        if object_id == "":
            self._add(line, "object_id", "The cell is empty. Every line needs the id of its object.")
        elif object_id:
            self.objects.note(str(object_id), line)
        if file_name == "":
            self._add(line, "img_file_name", "The cell is empty. Every line names a picture.")
        elif file_name:
            self.pictures.check(line, str(file_name))
        if object_id and file_name:
            self.objects.note_picture(str(object_id), str(file_name), line)
            if self.pictures_here is not None:
                self.pictures_here.note(str(object_id), str(file_name), line)

    def _place(self, line: Line) -> None:
        """Positions and depths that can be stored, but are hardly meant."""
        known = line.known
        latitude, longitude = known.get("object_lat"), known.get("object_lon")
        if (latitude is None) != (longitude is None):
            column = "object_lat" if latitude is None else "object_lon"
            if not _is_unreadable(line, column):
                self._warn(line, column, "There is a latitude or a longitude, but not both. Fill the other.")
        top, bottom = known.get("object_depth_min"), known.get("object_depth_max")
        if isinstance(top, float) and isinstance(bottom, float) and top > bottom:
            message = f"object_depth_min is {top:g}, which is below object_depth_max, {bottom:g}."
            self._warn(line, "object_depth_min", message)
        elif isinstance(top, float) and top < 0:
            message = f"The depth is {top:g}: depths are metres below the surface, positive downwards."
            self._warn(line, "object_depth_min", message)

    def _times(self, line: Line) -> None:
        """A time without a day is no moment, and nobody has been to the future."""
        for what in ("object", "object_annotation"):
            day, clock = line.known.get(f"{what}_date"), line.known.get(f"{what}_time")
            if isinstance(day, date) and day > self.tomorrow:
                self._warn(line, f"{what}_date", f"{day} lies in the future. Correct it if it is a slip.")
            elif day is None and clock is not None and not _is_unreadable(line, f"{what}_date"):
                message = f"There is a time, but no date, so it was left out. Fill {what}_date."
                self._warn(line, f"{what}_time", message)

    def _lineages(self, line: Line) -> None:
        one, other = line.known.get("object_annotation_hierarchy"), line.known.get("object_seston_lineage")
        if isinstance(one, tuple) and isinstance(other, tuple) and one and other and one != other:
            shared = min(len(one), len(other))
            if [*map(caseless, one)][-shared:] != [*map(caseless, other)][-shared:]:
                message = (
                    f"The lineage is {'>'.join(other)} here and {'>'.join(one)} in object_annotation_hierarchy, which "
                    "was taken. Correct one of the two."
                )
                self._warn(line, "object_seston_lineage", message)

    def _warn(self, line: Line, column: str, message: str) -> None:
        self.problems.warn(message, line.table.name, line.number, column)

    def _label(self, line: Line) -> None:
        taxon = taxon_name(line)
        state = line.known.get("object_annotation_status", "" if _lacks_status(line) else None)
        if state is None or _is_unreadable(line, "object_annotation_category"):
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
            self.categories.note(taxon, line)
            self._lineages(line)

    def _add(self, line: Line, column: str, message: str) -> None:
        self.problems.add(message, line.table.name, line.number, column)


def _is_unreadable(line: Line, column: str) -> bool:
    """Whether the line has such a cell, which was refused: what is missing then was not forgotten."""
    return column not in line.known and column in line.table.columns


def _lacks_status(line: Line) -> bool:
    return "object_annotation_status" not in line.table.columns


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
