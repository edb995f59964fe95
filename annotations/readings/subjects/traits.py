"""A reading of one trait's values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.readings.subjects.base import Answer, DecisionOutcome, Now, nominal
from annotations.samples.models import State
from annotations.taxonomy.models import Taxon
from annotations.traits import actions as traits
from annotations.traits.models import Trait
from annotations.traits.queries import applying, values_now
from annotations.traits.values import NOT_VISIBLE, read_value, say_value, spell_value, spelt_value
from classifier.contract.traits import TraitKind
from classifier.statistics import agreement
from classifier.statistics.agreement import Statistic

HELD = ("version", "value", "state", "score", "annotator")


@dataclass(frozen=True)
class OfTrait:
    trait: Trait
    field_name, field_name_plural, noun, cant_tell_label = "value", "values", "value", "not visible"

    def __post_init__(self) -> None:
        if self.trait.kind == TraitKind.TEXT:
            raise ValidationError(
                f"{self.trait.name} is free text: there is no measure of agreement for words."
            )

    @property
    def metric(self) -> str:
        kind = TraitKind(self.trait.kind)
        return "interval" if kind.is_number else "ordinal" if kind == TraitKind.ORDINAL else "nominal"

    def readable_objects(self) -> tuple[str, list]:
        return applying(self.trait)

    def chosen(self, taxon: Taxon | None, value: object) -> dict:
        self._refuse(taxon)
        if value is None:
            raise ValidationError(f"This reading is about {self.trait.name}: say a `value`.")
        return {"taxon": None, "value": read_value(self.trait, value).as_json()}

    def _refuse(self, taxon: Taxon | None) -> None:
        if taxon is not None:
            raise ValidationError(f"This reading is about {self.trait.name}: say a `value`, not a `taxon`.")

    def answer(self, chosen: Any) -> Answer:
        return spell_value(chosen)

    def in_order(self, answers: Iterable[Answer]) -> list[Answer]:
        """As in the vocabulary, or along the numbers; what is not visible last."""
        return sorted(answers, key=lambda answer: (answer == NOT_VISIBLE, self._place(answer)))

    def _place(self, answer: Answer) -> list[float]:
        if answer == NOT_VISIBLE:
            return []
        if self.metric == "interval":
            return [float(answer)]
        keys = [choice["key"] for choice in self.trait.choices]
        return [keys.index(key) for key in answer.split(",")]

    def described(self, answers: Iterable[Answer]) -> dict[Answer, dict]:
        values = {answer: spelt_value(self.trait, answer).as_json() for answer in answers}
        return {
            answer: {"value": value, "name": say_value(self.trait, value)} for answer, value in values.items()
        }

    def overall(self, answers: list[Answer], readers: int) -> dict[str, Statistic]:
        if self.metric == "nominal":
            return nominal(readers)
        ordered = {"alpha": self._alpha(answers), "visibility": self._visibility(answers)}
        if self.metric == "interval":
            return {"percent": agreement.percent_agreement, **ordered}
        return nominal(readers) | ordered

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
        values = [answer for answer in answers if answer != NOT_VISIBLE]
        alpha: Statistic = agreement.ordinal_alpha
        if self.metric == "interval":
            alpha = agreement.interval_alpha(np.array([float(answer) for answer in values]))
        return lambda names, weights: alpha(np.where(names < len(values), names, agreement.MISSING), weights)

    def _visibility(self, answers: list[Answer]) -> Statistic:
        hidden = answers.index(NOT_VISIBLE) if NOT_VISIBLE in answers else len(answers)
        return lambda names, weights: agreement.krippendorffs_alpha(
            np.where(names == agreement.MISSING, names, names == hidden), weights
        )

    def is_decisive(self, answer: Answer) -> bool:
        return True

    def to_label(self, answer: Answer) -> dict:
        return {"value": spelt_value(self.trait, answer).as_json()}

    def write(
        self,
        project: Project,
        user: User,
        targets: Sequence[Target],
        state: State | None = None,
        taxon: Taxon | None = None,
        value: object = None,
    ) -> DecisionOutcome:
        self._refuse(taxon)
        return traits.set_trait_values(trait=self.trait, user=user, targets=targets, value=value, state=state)

    def left_undone(self, outcome: DecisionOutcome) -> str:
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
        entries = {entry["id"]: entry for entry in values_now(self.trait.pk, [row["id"] for row in rows])}
        return [row | {name: entries[row["id"]][name] for name in HELD} for row in rows]

    def say_now(self, row: dict) -> str:
        return "no value" if row["value"] is None else say_value(self.trait, row["value"])
