"""Reads a whole package and says everything that is wrong with it. Writes nothing."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.pictures import look_at
from annotations.imports.ecotaxa.problems import PackageError, Problems
from annotations.imports.ecotaxa.table import KNOWN, Line, Table
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.models import Taxon

OUTSTANDING = 256  # pictures being looked at: bounds the memory
OnProgress = Callable[[int, str], None]


@dataclass
class Survey:
    """What a package holds, found while it was validated."""

    lines: int = 0
    tables: list[str] = field(default_factory=list)
    types: dict[str, bool] = field(default_factory=dict)  # free columns of objects: is it a number?
    parents: dict[str, list[str]] = field(default_factory=lambda: {"sample": [], "acq": [], "process": []})
    taxa: dict[TaxonName, None] = field(default_factory=dict)


def survey(package: Package, problems: Problems, on_progress: OnProgress = lambda done, message: None) -> Survey:
    """Checks every line and decodes every picture; `problems` then has all that is wrong."""
    found = Survey(tables=package.tables())
    if not found.tables:
        problems.add("There is no table. A package needs one called ecotaxa_….tsv.", package.path.name)
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    with _PictureCheck(package, problems) as pictures:
        for table in open_tables(package, found.tables, problems):
            _note_columns(table, found, problems)
            before = found.lines
            for line in table.lines():
                found.lines += 1
                _check_line(table, line, package, problems, seen, found, pictures)
                if found.lines % 500 == 0:
                    on_progress(found.lines, f"Checked {found.lines:,} lines")
            if found.lines == before and table.is_readable:
                problems.add("The table has no line of objects. Remove it, or add what is missing.", table.name)
    _check_taxa(found, problems)
    return found


def open_tables(package: Package, names: list[str], problems: Problems) -> Iterator[Table]:
    """The tables whose head can be read, one after the other."""
    for name in names:
        try:
            table = Table(name, package.read(name), problems)
        except PackageError as error:
            problems.add(str(error), name)
            continue
        if table.is_readable:
            yield table


def taxon_name(line: Line) -> TaxonName | None:
    """The taxon of a line as the package names it."""
    name = str(line.known.get("object_annotation_category") or "")
    ecotaxa_id = line.known.get("object_annotation_category_id")
    lineage = str(line.known.get("object_annotation_hierarchy") or "")
    if not name and ecotaxa_id is None:
        return None
    return TaxonName(name, tuple(part.strip() for part in lineage.split(">") if part.strip()), ecotaxa_id)  # type: ignore[arg-type]


def _note_columns(table: Table, found: Survey, problems: Problems) -> None:
    for name, is_number in table.types.items():
        if found.types.setdefault(name, is_number) != is_number:
            problems.add(
                "The column is a number in one table and text in another. Give it the same type in line 2 of each.",
                table.name,
                2,
                f"object_{name}",
            )
    for level, names in found.parents.items():
        for column in table.columns:
            prefix, _, name = column.partition("_")
            if prefix == level and column not in KNOWN and name not in names:
                names.append(name)


def _check_line(
    table: Table,
    line: Line,
    package: Package,
    problems: Problems,
    seen: dict[tuple[str, str], tuple[str, int]],
    found: Survey,
    pictures: "_PictureCheck",
) -> None:
    number = line.number
    object_id, file_name = str(line.known.get("object_id", "")), str(line.known.get("img_file_name", ""))
    if not object_id:
        problems.add("The cell is empty. Every line needs the id of its object.", table.name, number, "object_id")
    elif len(object_id) > 255:
        problems.add("The id is longer than 255 characters. Shorten it.", table.name, number, "object_id")
    if not file_name:
        problems.add("The cell is empty. Every line names a picture.", table.name, number, "img_file_name")
    elif table.picture_path(file_name) not in package:
        problems.add(
            f"The picture {file_name} is not in the package. Add it beside the table, or correct the name.",
            table.name,
            number,
            "img_file_name",
        )
    else:
        pictures.check(table.picture_path(file_name), table.name, number)
    if object_id and file_name:
        first = seen.setdefault((object_id, file_name), (table.name, number))
        if first != (table.name, number):
            problems.add(
                f"Object {object_id} with picture {file_name} stands already in line {first[1]}"
                f"{'' if first[0] == table.name else ' of ' + first[0]}. Remove one of the two.",
                table.name,
                number,
                "object_id",
            )
    _check_label(table, line, problems, found)


def _check_label(table: Table, line: Line, problems: Problems, found: Survey) -> None:
    state, taxon = line.known.get("object_annotation_status"), taxon_name(line)
    if state and taxon is None:
        problems.add(
            "There is a status, but no category. Fill object_annotation_category, or empty the status.",
            table.name,
            line.number,
            "object_annotation_category",
        )
    elif taxon is not None and not state and "object_annotation_status" not in _unreadable(line, table):
        problems.add(
            "There is a category, but no status. Fill object_annotation_status with predicted, validated or dubious.",
            table.name,
            line.number,
            "object_annotation_status",
        )
    elif taxon is not None:
        found.taxa[taxon] = None


def _unreadable(line: Line, table: Table) -> set[str]:
    """Columns whose cell was reported already: they have no value in the line."""
    return {column for column in table.columns if column == "object_annotation_status" and column not in line.known}


def _check_taxa(found: Survey, problems: Problems) -> None:
    """A category that is only a number must be known: a name cannot be guessed."""
    bare = {name.ecotaxa_id for name in found.taxa if not name.name}
    known = set(Taxon.objects.filter(ecotaxa_id__in=bare).values_list("ecotaxa_id", flat=True))
    for ecotaxa_id in sorted(bare - known):
        problems.add(
            f"The EcoTaxa category {ecotaxa_id} is unknown here. Add a column object_annotation_category with its name.",
            found.tables[0] if found.tables else "",
            None,
            "object_annotation_category_id",
        )


class _PictureCheck:
    """Decodes pictures in the background, each once, and reports those that can't be shown."""

    def __init__(self, package: Package, problems: Problems):
        self.package = package
        self.problems = problems
        self.pool = ThreadPoolExecutor(2)
        self.waiting: list[tuple[Future, str, int, str]] = []
        self.checked: set[str] = set()

    def __enter__(self) -> "_PictureCheck":
        return self

    def __exit__(self, *exception: object) -> None:
        self._collect(0)
        self.pool.shutdown()

    def check(self, path: str, table: str, line: int) -> None:
        if path in self.checked:
            return
        self.checked.add(path)
        self.waiting.append((self.pool.submit(self._look, path), table, line, path))
        if len(self.waiting) >= 2 * OUTSTANDING:
            self._collect(OUTSTANDING)

    def _look(self, path: str) -> None:
        look_at(self.package.read(path))

    def _collect(self, keep: int) -> None:
        ready, self.waiting = self.waiting[: len(self.waiting) - keep], self.waiting[len(self.waiting) - keep :]
        for future, table, line, path in ready:
            try:
                future.result()
            except (ValueError, PackageError) as error:
                self.problems.add(f"{path}: {error}", table, line, "img_file_name")
