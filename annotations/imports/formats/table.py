"""Tables of any program with pictures: CSV, TSV, Parquet, Darwin Core; names of columns say what is in them."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError

from annotations.common.problems import Problems
from annotations.imports import constants
from annotations.imports.archive import Package
from annotations.imports.constants import Constants, are_constants_readable
from annotations.imports.entries import PICTURES, check_entries, ending_of, warn_of
from annotations.imports.existing_objects import ObjectPlace, note_presence
from annotations.imports.formats.folders import LABELS, MOST_ID, SAMPLE
from annotations.imports.ignored import Ignored
from annotations.imports.missing_pictures import MissingPictures
from annotations.imports.pictures import PictureInspector
from annotations.imports.plain.checking import MOST_COLUMN, FreeColumns, LineChecks
from annotations.imports.plain.reading import LineReader
from annotations.imports.plain.roles import chosen_roles
from annotations.imports.plain.table import PARQUET, PlainTable
from annotations.imports.project_pictures import ProjectPictures
from annotations.imports.records import Record
from annotations.imports.registry import (
    DATES,
    FormatOption,
    ImportFormat,
    PackageCheck,
    Precedence,
    import_format,
)
from annotations.imports.survey import Survey
from annotations.samples.models import State
from annotations.taxonomy.names import clean_name

ENDINGS = {".csv", ".tsv", ".tab", PARQUET}
COLUMNS = FormatOption(
    "columns",
    "Columns",
    "Where a column is not known by its name: picture=Bild, taxon=Art, sample=Station. Picture, id, taxon, lineage, "
    "status, score, annotator, sample, latitude, longitude, date, time, depth_min and depth_max can be said; all "
    "other columns are kept as free columns.",
)


@import_format
class PlainTables(ImportFormat):
    name = "table"
    title = "Table with pictures"
    help = (
        "A .csv, .tsv or .parquet of any program, one line a picture, with the pictures: a column called file, and "
        "label, sample, latitude, date … where there are any. Darwin Core occurrences, too."
    )
    options = (COLUMNS, LABELS, SAMPLE, DATES, constants.OPTION)
    precedence = Precedence.GENERAL

    def recognises(self, package: Package) -> bool:
        if package.tables():
            return False
        endings = set(map(ending_of, package.paths()))
        return bool(endings & ENDINGS) and bool(endings & PICTURES)

    def check(self, package: Package, check: PackageCheck) -> Survey:
        check_entries(package, check.problems)
        are_constants_readable(check, package.name)
        survey = Survey(tables=_tables_of(package))
        survey.is_scattered = True  # lines of one object may lie apart
        tables = _readable(package, survey, check.options, check.problems, check.taking.adds)
        if not survey.tables:
            check.problems.add(
                "There is no table. Add a .csv, .tsv or .parquet that names the pictures.", package.name
            )
        columns = FreeColumns(check.project_id)
        for table in tables:
            columns.note(_unreported(table))
        columns.follow_project()
        columns.warn(check.problems)
        survey.types = columns.types
        _check_column_names(survey, check)
        _check_lines(package, tables, survey, check)
        return survey

    def records(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[Record]:
        constant = Constants.read(options.get("constants", ""))
        for table in _readable(package, survey, options, Problems(), needs_pictures=False):
            reader = _reader(table, survey, options)
            yield from map(constant.applied_to, filter(None, map(reader.record, table.lines())))


def _tables_of(package: Package) -> list[str]:
    """Beside others `columns.csv` is the dictionary of an export: what columns mean, a line each."""
    tables = sorted(path for path in package.paths() if ending_of(path) in ENDINGS)
    return [path for path in tables if PurePosixPath(path).name != "columns.csv"] or tables


def _readable(
    package: Package, survey: Survey, options: Mapping[str, str], problems: Problems, needs_pictures: bool
) -> list[PlainTable]:
    try:
        chosen = chosen_roles(options["columns"])
    except ValidationError as error:
        problems.add(" ".join(error.messages), package.name)
        return []
    tables = [PlainTable(name, package, problems, chosen, needs_pictures) for name in survey.tables]
    return [table for table in tables if table.is_readable]


def _unreported(table: PlainTable) -> PlainTable:
    """Its lines are read twice, and what is wrong with them is told once."""
    return PlainTable(table.name, table.package, Problems(), table.chosen, table.needs_pictures)


def _reader(table: PlainTable, survey: Survey, options: Mapping[str, str]) -> LineReader:
    stem = PurePosixPath(table.package.name).stem
    sample = clean_name(options["sample"]) or clean_name(stem)[:MOST_ID]
    return LineReader(table, survey.types, State.from_word(options["labels"]), sample)


def _check_column_names(survey: Survey, check: PackageCheck) -> None:
    for name in survey.types:
        if len(name) > MOST_COLUMN:
            message = f"The name has more than {MOST_COLUMN} characters. Shorten it."
            check.problems.add(message, survey.tables[0], 1, f"{name[:40]}…")


def _check_lines(package: Package, tables: list[PlainTable], survey: Survey, check: PackageCheck) -> None:
    ignored = Ignored(check.problems)
    project_id = check.project_id
    present = None if project_id is None else ProjectPictures(project_id, package, ignored)
    with PictureInspector(package, check.problems, survey.ranges) as pictures:
        checks = LineChecks(pictures, present, survey, MissingPictures(check.taking, project_id))
        for table in tables:
            reader = _reader(table, survey, check.options)
            for line in table.lines():
                if record := reader.record(line):
                    checks.check(reader, line, record)
                if survey.lines % 500 == 0:
                    check.on_progress(survey.lines, f"Checked {survey.lines:,} lines")
    if tables and not survey.lines and not check.problems:
        check.problems.add("The table has no line. Add a line for each picture.", survey.tables[0])
    checks.missing.ask()
    survey.objects, survey.samples = len(checks.places), len({each.sample for each in checks.places.values()})
    survey.pictures = len(pictures.checked)
    _warn_of_unnamed(package, pictures.checked, check)
    if present is not None and project_id is not None:
        present.ask()
        note_presence(survey, check, _with_named_samples(tables, checks.places))
        survey.ranges.join_project(project_id, package.name, check.problems)
    survey.ignored, survey.ignored_columns = ignored.values, len(ignored.columns)


def _with_named_samples(
    tables: list[PlainTable], places: Mapping[str, ObjectPlace]
) -> Mapping[str, ObjectPlace]:
    """The name of an archive says nothing of the sample of what is here."""
    if all("sample" in table.column_of for table in tables):
        return places
    return {name: place._replace(sample="") for name, place in places.items()}


def _warn_of_unnamed(package: Package, named: set[str], check: PackageCheck) -> None:
    unnamed = [path for path in package.paths() if ending_of(path) in PICTURES and path not in named]
    words = "No line names this picture, so it was left out."
    warn_of(check.problems, unnamed, lambda path: words, "pictures are named by no line")
    others = [path for path in package.paths() if ending_of(path) not in PICTURES | ENDINGS]
    unread = "This file was not read: it is neither a .csv, .tsv or .parquet nor a picture."
    warn_of(check.problems, others, lambda path: unread, "files were not read: no tables nor pictures")
