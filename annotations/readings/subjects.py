"""What a reading is about: the taxon of each object, or the value of one trait.

An answer is what a reader said, in a form that can be counted: a taxon's number, or a value as it is spelt in an
address. Every subject has one for “I looked, and can't say”: 0, and `-`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.labels import actions as labels
from annotations.labels.actions import Target
from annotations.projects.models import Project
from annotations.readings.models import Reading
from annotations.samples.models import Object, State
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.replacements import taxon_in_use
from annotations.traits import actions as traits
from annotations.traits.models import Kind, Trait
from annotations.traits.queries import applying, values_now
from annotations.traits.values import NOT_VISIBLE, read_value, say_value, spell_value, spelt_value
from classifier.statistics import agreement
from classifier.statistics.agreement import Statistic

CANT_TELL = 0
Answer = Any  # an int for taxa, a str for traits; never both in one reading
Outcome = labels.Outcome | traits.Outcome


@dataclass(frozen=True)
class Now:
    """What the project holds of an object, apart from all readings."""

    version: int
    answer: Answer | None
    is_validated: bool


class Subject(Protocol):
    one: str  # what bodies and answers of the API call an answer
    many: str
    noun: str  # what people call it
    evasion: str

    @property
    def metric(self) -> str:
        """Of Krippendorff's alpha."""

    def drawn_from(self) -> tuple[str, list]:
        """Which objects can be read, as a condition over samples_object `o`."""

    def chosen(self, taxon: Taxon | None, value: object) -> dict:
        """The fields of a Choice. Raises ValidationError for what is no answer."""

    def answer(self, said: Any) -> Answer:
        """From the JSON that `conditions.CHOSEN` gives."""

    def in_order(self, answers: Iterable[Answer]) -> list[Answer]: ...

    def shown(self, answers: Iterable[Answer]) -> dict[Answer, dict]:
        """For the API and pages: each with its `name`."""

    def overall(self, answers: list[Answer], readers: int) -> dict[str, Statistic]:
        """What is told of all readers. The answers' places in the list are the names in the table."""

    def of_pair(self, answers: list[Answer]) -> dict[str, Statistic]: ...

    def is_decisive(self, answer: Answer) -> bool:
        """Whether it can become what the project holds."""

    def meant(self, answer: Answer) -> dict:
        """As `give` takes it."""

    def give(
        self,
        project: Project,
        user: User,
        targets: Sequence[Target],
        state: State | None = None,
        taxon: Taxon | None = None,
        value: object = None,
    ) -> Outcome:
        """Writes an expert's decision where the project keeps such things. Raises ValidationError."""

    def left_undone(self, outcome: Outcome) -> str:
        """Why nothing was written, where nobody else was faster; with the remedy."""

    def now(self, objects: list[int]) -> dict[int, Now]: ...

    def as_now(self, rows: list[dict]) -> list[dict]:
        """Rows of the gallery with the version, state and annotator of what is read."""

    def say_now(self, row: dict) -> str:
        """What such a row, or a conflict, holds, in words."""


def subject_of(reading: Reading) -> "Subject":
    return OfTrait(reading.trait) if reading.trait else OfTaxa()


class OfTaxa:
    one, many, noun, evasion, metric = "taxon", "taxa", "name", "can't tell", "nominal"

    def drawn_from(self) -> tuple[str, list]:
        return "TRUE", []

    def chosen(self, taxon: Taxon | None, value: object) -> dict:
        self._refuse(value)
        return {"taxon": taxon and taxon_in_use(taxon), "value": None}

    def _refuse(self, value: object) -> None:
        if value is not None:
            raise ValidationError(
                "This reading is about the taxa of its objects: say a `taxon`, not a `value`."
            )

    def answer(self, said: Any) -> Answer:
        return said

    def in_order(self, answers: Iterable[Answer]) -> list[Answer]:
        return sorted(answers)

    def shown(self, answers: Iterable[Answer]) -> dict[Answer, dict]:
        answers = list(answers)
        names = names_of({taxon for taxon in answers if taxon}) | {CANT_TELL: self.evasion}
        return {taxon: {"id": taxon, "name": names[taxon]} for taxon in answers}

    def overall(self, answers: list[Answer], readers: int) -> dict[str, Statistic]:
        return nominal(readers)

    def of_pair(self, answers: list[Answer]) -> dict[str, Statistic]:
        return {"kappa": agreement.cohens_kappa, "percent": agreement.percent_agreement}

    def is_decisive(self, answer: Answer) -> bool:
        return answer != CANT_TELL

    def meant(self, answer: Answer) -> dict:
        return {"taxon": Taxon.objects.get(pk=answer)}

    def give(
        self,
        project: Project,
        user: User,
        targets: Sequence[Target],
        state: State | None = None,
        taxon: Taxon | None = None,
        value: object = None,
    ) -> Outcome:
        self._refuse(value)
        return labels.label_objects(project=project, user=user, targets=targets, taxon=taxon, state=state)

    def left_undone(self, outcome: Outcome) -> str:
        return ""

    def now(self, objects: list[int]) -> dict[int, Now]:
        found = Object.objects.filter(pk__in=objects).values_list("pk", "version", "taxon_id", "state")
        return {pk: Now(version, taxon, state == State.VALIDATED) for pk, version, taxon, state in found}

    def as_now(self, rows: list[dict]) -> list[dict]:
        return rows

    def say_now(self, row: dict) -> str:
        return row["taxon"]["name"] if row["taxon"] else "no taxon"


@dataclass(frozen=True)
class OfTrait:
    trait: Trait
    one, many, noun, evasion = "value", "values", "value", "not visible"

    def __post_init__(self) -> None:
        if self.trait.kind == Kind.TEXT:
            raise ValidationError(
                f"{self.trait.name} is free text: there is no measure of agreement for words."
            )

    @property
    def metric(self) -> str:
        kind = Kind(self.trait.kind)
        return "interval" if kind.is_number else "ordinal" if kind == Kind.ORDINAL else "nominal"

    def drawn_from(self) -> tuple[str, list]:
        return applying(self.trait)

    def chosen(self, taxon: Taxon | None, value: object) -> dict:
        self._refuse(taxon)
        if value is None:
            raise ValidationError(f"This reading is about {self.trait.name}: say a `value`.")
        return {"taxon": None, "value": read_value(self.trait, value).as_json()}

    def _refuse(self, taxon: Taxon | None) -> None:
        if taxon is not None:
            raise ValidationError(f"This reading is about {self.trait.name}: say a `value`, not a `taxon`.")

    def answer(self, said: Any) -> Answer:
        return spell_value(said)

    def in_order(self, answers: Iterable[Answer]) -> list[Answer]:
        """As in the vocabulary, or along the numbers; what is not visible last."""
        return sorted(answers, key=lambda answer: (answer == NOT_VISIBLE, self._place(answer)))

    def _place(self, answer: Answer) -> list[float]:
        if answer == NOT_VISIBLE:
            return []
        if self.metric == "interval":
            return [float(answer)]
        known = [choice["key"] for choice in self.trait.choices]
        return [known.index(key) for key in answer.split(",")]

    def shown(self, answers: Iterable[Answer]) -> dict[Answer, dict]:
        values = {answer: spelt_value(self.trait, answer).as_json() for answer in answers}
        return {
            answer: {"value": value, "name": say_value(self.trait, value)} for answer, value in values.items()
        }

    def overall(self, answers: list[Answer], readers: int) -> dict[str, Statistic]:
        if self.metric == "nominal":
            return nominal(readers)
        found = {"alpha": self._alpha(answers), "visibility": self._visibility(answers)}
        if self.metric == "interval":
            return {"percent": agreement.percent_agreement, **found}
        return nominal(readers) | found

    def of_pair(self, answers: list[Answer]) -> dict[str, Statistic]:
        percent = {"percent": agreement.percent_agreement}
        if self.metric == "nominal":
            return {"kappa": agreement.cohens_kappa, **percent}
        alpha = {"alpha": self._alpha(answers)}
        return (
            alpha | percent
            if self.metric == "interval"
            else {"kappa": agreement.cohens_kappa} | alpha | percent
        )

    def _alpha(self, answers: list[Answer]) -> Statistic:
        """What is not visible has no place in an order or among numbers: left out here, it has a figure of its own."""
        seen = [answer for answer in answers if answer != NOT_VISIBLE]
        alpha: Statistic = agreement.ordinal_alpha
        if self.metric == "interval":
            alpha = agreement.interval_alpha(np.array([float(answer) for answer in seen]))
        return lambda names, weights: alpha(np.where(names < len(seen), names, agreement.MISSING), weights)

    def _visibility(self, answers: list[Answer]) -> Statistic:
        hidden = answers.index(NOT_VISIBLE) if NOT_VISIBLE in answers else len(answers)
        return lambda names, weights: agreement.krippendorffs_alpha(
            np.where(names == agreement.MISSING, names, names == hidden), weights
        )

    def is_decisive(self, answer: Answer) -> bool:
        return True

    def meant(self, answer: Answer) -> dict:
        return {"value": spelt_value(self.trait, answer).as_json()}

    def give(
        self,
        project: Project,
        user: User,
        targets: Sequence[Target],
        state: State | None = None,
        taxon: Taxon | None = None,
        value: object = None,
    ) -> Outcome:
        self._refuse(taxon)
        return traits.score_objects(trait=self.trait, user=user, targets=targets, value=value, state=state)

    def left_undone(self, outcome: Outcome) -> str:
        if outcome.changed or outcome.conflicts:
            return ""
        if getattr(outcome, "inapplicable", 0):
            return f"{self.trait.name} does not apply to this object any more: leave its value as it is, or skip it."
        return f"This object has no value of {self.trait.name} yet: choose one."

    def now(self, objects: list[int]) -> dict[int, Now]:
        return {
            entry["id"]: Now(
                entry["version"],
                None if entry["value"] is None else spell_value(entry["value"]),
                entry["state"] == State.VALIDATED.word,
            )
            for entry in values_now(self.trait.pk, objects)
        }

    def as_now(self, rows: list[dict]) -> list[dict]:
        said = {entry["id"]: entry for entry in values_now(self.trait.pk, [row["id"] for row in rows])}
        return [row | {name: said[row["id"]][name] for name in HELD} for row in rows]

    def say_now(self, row: dict) -> str:
        return "no value" if row["value"] is None else say_value(self.trait, row["value"])


HELD = ("version", "value", "state", "score", "annotator")


def nominal(readers: int) -> dict[str, Statistic]:
    found: dict[str, Statistic] = {
        "percent": agreement.percent_agreement,
        "alpha": agreement.krippendorffs_alpha,
    }
    if readers > 2:
        found["fleiss"] = agreement.fleiss_kappa
    return found
