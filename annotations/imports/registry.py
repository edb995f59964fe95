"""The formats that the site imports. One is one module in `formats/`: an `ImportFormat` under `@import_format`.

It says what it is called, which packages are its, what it asks, and turns a package into records. Page, API, command
line and docs list what is registered here; checking before writing, chunks, resuming, progress, names of taxa that
wait, rights and re-imports are the engine's (`actions.py`, `load.py`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar, NamedTuple

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.modes import ADDING, Taking
from annotations.imports.records import Record, RecordFigure, RecordOutline
from annotations.imports.survey import Survey
from annotations.labels.models import Batch
from annotations.projects.models import Project
from annotations.taxonomy.actions import TaxonName
from annotations.traits.importing import Imported
from annotations.traits.models import Trait
from classifier.instruments import days

MOST_TEXT = 255


class TaxonIds(NamedTuple):
    """Where the names of a package lead: to taxa of the site, or to names that wait for a manager."""

    taxa: dict[TaxonName, int]
    pending: dict[TaxonName, int]


@dataclass(frozen=True)
class FormatOption:
    """What a format asks of the person: one of `choices` (value → words), or a text where there are none."""

    name: str
    label: str
    help: str
    choices: Mapping[str, str] = field(default_factory=dict)
    default: str = ""


DATES = FormatOption(days.DATES.name, days.DATES.label, days.DATES.help, days.DATES.choices)


@dataclass(frozen=True)
class PackageCheck:
    """What a format checks a package with: where it tells what is wrong, and what was chosen."""

    problems: Problems
    project_id: int | None
    options: Mapping[str, str]
    taking: Taking = ADDING
    on_progress: Callable[[int, str], None] = lambda done, text: None


class Precedence(IntEnum):
    """Of several formats that recognise a package the one of the highest has it."""

    GENERAL = 0  # what no other format knows: pictures in folders, any table
    USUAL = 1
    PARTICULAR = 2  # its files are its own, whatever lies beside


class ImportFormat(ABC):
    """One way to bring pictures with what is known of them. It writes nothing but settings and the traits that it
    restores."""

    name: ClassVar[str]  # `ecotaxa`: of the API and the command line
    title: ClassVar[str]  # `EcoTaxa package`
    help: ClassVar[str]  # what such a package holds, in a sentence or two
    options: ClassVar[tuple[FormatOption, ...]] = ()
    labels_alone: ClassVar[str] = ""  # where an update can take nothing but labels, a sentence that says why
    record_word: ClassVar[str] = "line"  # what a record is in such a package
    precedence: ClassVar[Precedence] = Precedence.USUAL
    survey: ClassVar[type[Survey]] = Survey

    @abstractmethod
    def recognises(self, package: Package) -> bool:
        """Whether the package is one of these, beyond doubt, by its files' names."""

    @abstractmethod
    def check(self, package: Package, check: PackageCheck) -> Survey:
        """Reads all of the package, pictures too; `check.problems` then has all that is wrong."""

    @abstractmethod
    def records(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[Record]:
        """The records of a package that was checked, each time in the same order."""

    def update_records(
        self, package: Package, survey: Survey, options: Mapping[str, str]
    ) -> Iterator[Record]:
        """As `records`, with no more than what an update can take of objects that are here."""
        return self.records(package, survey, options)

    def figures(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[RecordFigure]:
        """Marks on the pictures of its records, each time in the same order; none where it brings none."""
        return iter(())

    def prepare(self, project: Project, survey: Survey) -> None:
        """What the project needs before its records are loaded; called once more where a worker died."""
        return

    def outlines(
        self, package: Package, survey: Survey, options: Mapping[str, str]
    ) -> Iterator[RecordOutline]:
        """Of objects that are cut out, each time in the same order; none where it has only boxes."""
        return iter(())

    # --- Traits, of a format that brings them --------------------------------------------------------------------

    def taxa_of_traits(self, package: Package) -> list[TaxonName]:
        """Those to which traits of the package's vocabulary apply."""
        return []

    def restore_traits(
        self, package: Package, project: Project, user: User | None, taxon_ids: TaxonIds
    ) -> Mapping[str, Trait]:
        """Makes the traits of the package's vocabulary that the project lacks; gives the project's, by key."""
        return {}

    def load_trait_values(
        self, package: Package, project: Project, user: User | None, batch: Batch, taxon_ids: TaxonIds
    ) -> Imported | None:
        """Loads the package's values of traits behind its objects: all of them, or none. None where it has none."""
        return None


_formats: dict[str, ImportFormat] = {}


def import_format(cls: type[ImportFormat]) -> type[ImportFormat]:
    """Registers a format; a decorator."""
    if cls.name in _formats:
        raise ValueError(f"There are two formats called {cls.name}.")
    _formats[cls.name] = cls()
    return cls


def formats() -> dict[str, ImportFormat]:
    """All formats by name, in the order of their names."""
    package = import_module("annotations.imports.formats")
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)
    return dict(sorted(_formats.items()))


def all_options() -> dict[str, FormatOption]:
    """What formats ask, by name."""
    return {option.name: option for each in formats().values() for option in each.options}


def recognised(package: Package) -> ImportFormat | None:
    """The one format whose package this is; None where there is none, or more than one of the highest precedence."""
    matching = [each for each in formats().values() if each.recognises(package)]
    highest = max((each.precedence for each in matching), default=None)
    first = [each for each in matching if each.precedence == highest]
    return first[0] if len(first) == 1 else None
