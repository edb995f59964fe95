from dataclasses import dataclass
from datetime import timedelta
from math import log2

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from annotations.labels.tally import settled_since
from annotations.learning.models import Model, ProjectModel
from annotations.projects.models import Project
from annotations.retraining.actions import former_model
from annotations.retraining.models import Retraining, RetrainingPlan


@dataclass(frozen=True)
class RetrainingStatus:
    """Of a project. `obstacle` says why its own model can't be trained anew; empty where it can."""

    plan: RetrainingPlan | None
    own_model: Model | None
    obstacle: str
    fresh: int  # objects settled after the day on which the own model's learning set was made
    expected_gain: float | None  # that the fresh ones would buy, by the same

    @property
    def pays(self) -> bool:
        return self.expected_gain is not None and self.expected_gain >= WORTHWHILE


WORTHWHILE = 0.01  # macro-F1


def retraining_status(project: Project) -> RetrainingStatus:
    own = ProjectModel.objects.select_related("model__learning_set").filter(project=project).first()
    model = own.model if own else None
    fresh = _fresh(project, model)
    return RetrainingStatus(
        plan=RetrainingPlan.objects.filter(project=project).first(),
        own_model=model,
        obstacle=obstacle_of(project),
        fresh=fresh,
        expected_gain=_expected_gain(model, fresh),
    )


def retrainings_of(project: Project) -> QuerySet[Retraining]:
    """The newest first."""
    return Retraining.objects.filter(project=project).select_related("former", "model__job").order_by("-id")


def obstacle_of(project: Project) -> str:
    """Why the project’s own model can’t be trained anew; empty where it can."""
    try:
        former_model(project)
    except ValidationError as refusal:
        return refusal.messages[0]
    return ""


def _fresh(project: Project, model: Model | None) -> int:
    """Settled after the day on which what the model learnt from was frozen: of that day nobody knows which were."""
    if model is None or model.learning_set is None:
        return 0
    return settled_since(project.pk, model.learning_set.created.date() + timedelta(days=1))


def _doubled_gain(model: Model | None) -> float | None:
    curve = (model.metrics.get("learning_curve") or {}) if model else {}
    points, doubled = curve.get("points"), curve.get("doubled")
    return doubled["macro_f1"] - points[-1]["macro_f1"] if points and doubled else None


def _expected_gain(model: Model | None, fresh: int) -> float | None:
    """Errors fall as a power of the labels, so what is won goes with the logarithm of their number, nearly."""
    doubled = _doubled_gain(model)
    if model is None or doubled is None or not fresh:
        return None
    before = max(model.facts.get("objects", 0), 1)
    return doubled * log2((before + fresh) / before)
