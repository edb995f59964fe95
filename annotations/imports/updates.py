"""Taking over what a package says otherwise of what is here. The app above that plans and logs corrections does it, and
registers it here (`metadata/jobs.py`)."""

from dataclasses import dataclass, field
from typing import Protocol

from annotations.common.problems import Problems
from annotations.imports.registry import TaxonIds
from annotations.imports.source import ImportSource
from annotations.imports.survey import Survey
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.taxonomy.actions import TaxonName


@dataclass
class UpdatePlan:
    """What an update would change; `number` is that of its preview.

    `new`, `changed` and `same` are objects of the package: those that are not here, those of which something changes,
    their own values or those of their sample, acquisition or process, and the others. `columns` are counts of values by
    level and column, `labels` of labels by what becomes of them; `warnings` what the person should know of.
    """

    number: int = 0
    lines: int = 0  # of the package, so far
    last: str = ""  # the object of the last of them
    new: int = 0
    changed: int = 0
    same: int = 0
    columns: list[dict] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    warnings: list[dict] = field(default_factory=list)


class Updater(Protocol):
    def plan(
        self, job: Job, progress: Progress, source: ImportSource, survey: Survey, problems: Problems
    ) -> UpdatePlan:
        """Compares all of the package, in chunks; `problems` then has every value that can't be taken."""

    def taxa(self, number: int, file_wins: bool) -> list[TaxonName]:
        """The names of taxa that the labels of a preview bring, those that are to be written."""

    def apply(self, job: Job, progress: Progress, number: int, taxon_ids: TaxonIds) -> dict:
        """Writes a preview, in chunks; gives what came of it, for the job's result."""


_updaters: list[Updater] = []


def register_updater(updater: Updater) -> None:
    _updaters[:] = [updater]


def updater() -> Updater:
    return _updaters[0]
