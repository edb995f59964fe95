"""A reading of taxa."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.labels import actions as labels
from annotations.labels.targets import Target
from annotations.projects.models import Project
from annotations.readings.subjects.base import CANT_TELL, Answer, DecisionOutcome, Now, nominal
from annotations.samples.models import Object, State
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.replacements import taxon_in_use
from classifier.statistics import agreement
from classifier.statistics.agreement import Statistic


class OfTaxa:
    field_name, field_name_plural, noun, cant_tell_label, metric = (
        "taxon",
        "taxa",
        "name",
        "can't tell",
        "nominal",
    )

    def readable_objects(self) -> tuple[str, list]:
        return "TRUE", []

    def chosen(self, taxon: Taxon | None, value: object) -> dict:
        self._refuse(value)
        return {"taxon": taxon and taxon_in_use(taxon), "value": None}

    def _refuse(self, value: object) -> None:
        if value is not None:
            raise ValidationError(
                "This reading is about the taxa of its objects: say a `taxon`, not a `value`."
            )

    def answer(self, chosen: Any) -> Answer:
        return chosen

    def in_order(self, answers: Iterable[Answer]) -> list[Answer]:
        return sorted(answers)

    def described(self, answers: Iterable[Answer]) -> dict[Answer, dict]:
        answers = list(answers)
        names = names_of({taxon for taxon in answers if taxon}) | {CANT_TELL: self.cant_tell_label}
        return {taxon: {"id": taxon, "name": names[taxon]} for taxon in answers}

    def overall(self, answers: list[Answer], readers: int) -> dict[str, Statistic]:
        return nominal(readers)

    def of_pair(self, answers: list[Answer]) -> dict[str, Statistic]:
        return {"kappa": agreement.cohens_kappa, "percent": agreement.percent_agreement}

    def is_decisive(self, answer: Answer) -> bool:
        return answer != CANT_TELL

    def to_label(self, answer: Answer) -> dict:
        return {"taxon": Taxon.objects.get(pk=answer)}

    def write(
        self,
        project: Project,
        user: User,
        targets: Sequence[Target],
        state: State | None = None,
        taxon: Taxon | None = None,
        value: object = None,
    ) -> DecisionOutcome:
        self._refuse(value)
        return labels.label_objects(project=project, user=user, targets=targets, taxon=taxon, state=state)

    def left_undone(self, outcome: DecisionOutcome) -> str:
        return ""

    def now(self, objects: list[int]) -> dict[int, Now]:
        rows = Object.objects.filter(pk__in=objects).values_list("pk", "version", "taxon_id", "state")
        return {pk: Now(version, taxon, state == State.VALIDATED) for pk, version, taxon, state in rows}

    def as_now(self, rows: list[dict]) -> list[dict]:
        return rows

    def say_now(self, row: dict) -> str:
        return row["taxon"]["name"] if row["taxon"] else "no taxon"
