"""What every subject of a reading can do, and what is the same of all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from annotations.accounts.models import User
from annotations.labels import actions as labels
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.taxonomy.models import Taxon
from annotations.traits import actions as traits
from classifier.statistics import agreement
from classifier.statistics.agreement import Statistic

CANT_TELL = 0
Answer = Any  # an int for taxa, a str for traits; never both in one reading
DecisionOutcome = labels.Outcome | traits.TraitOutcome


@dataclass(frozen=True)
class Now:
    """What the project holds of an object, apart from all readings."""

    version: int
    answer: Answer | None
    is_validated: bool


class Subject(Protocol):
    field_name: str  # what bodies and answers of the API call an answer
    field_name_plural: str
    noun: str  # what people call it
    cant_tell_label: str  # of the answer of who looked and can't say

    @property
    def metric(self) -> str:
        """Of Krippendorff's alpha."""

    def readable_objects(self) -> tuple[str, list]:
        """Which objects can be read, as a condition over samples_object `o`."""

    def chosen(self, taxon: Taxon | None, value: object) -> dict:
        """The fields of a Choice. Raises ValidationError for what is no answer."""

    def answer(self, chosen: Any) -> Answer:
        """From the JSON that `conditions.CHOSEN` gives."""

    def in_order(self, answers: Iterable[Answer]) -> list[Answer]: ...

    def described(self, answers: Iterable[Answer]) -> dict[Answer, dict]:
        """For the API and pages: each with its `name`."""

    def overall(self, answers: list[Answer], readers: int) -> dict[str, Statistic]:
        """What is told of all readers. The answers' places in the list are the names in the table."""

    def of_pair(self, answers: list[Answer]) -> dict[str, Statistic]: ...

    def is_decisive(self, answer: Answer) -> bool:
        """Whether it can become what the project holds."""

    def to_label(self, answer: Answer) -> dict:
        """As `write` takes it."""

    def write(
        self,
        project: Project,
        user: User,
        targets: Sequence[Target],
        state: State | None = None,
        taxon: Taxon | None = None,
        value: object = None,
    ) -> DecisionOutcome:
        """Writes an expert's decision where the project keeps such things. Raises ValidationError."""

    def left_undone(self, outcome: DecisionOutcome) -> str:
        """Why nothing was written, where nobody else was faster; with the remedy."""

    def now(self, objects: list[int]) -> dict[int, Now]: ...

    def as_now(self, rows: list[dict]) -> list[dict]:
        """Rows of the gallery with the version, state and annotator of what is read."""

    def say_now(self, row: dict) -> str:
        """What such a row, or a conflict, holds, in words."""


def nominal(readers: int) -> dict[str, Statistic]:
    statistics: dict[str, Statistic] = {
        "percent": agreement.percent_agreement,
        "alpha": agreement.krippendorffs_alpha,
    }
    if readers > 2:
        statistics["fleiss"] = agreement.fleiss_kappa
    return statistics
