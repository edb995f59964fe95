"""How learning while sorting does, and what a full training would gain: for pages and programs."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from annotations.labels.tally import settled_since
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.refitting.held_out import trained_models
from annotations.refitting.models import RefitMeasurement
from classifier.statistics.learning_gain import PairedDifference, error_slope, gain_of_labels

WORTHWHILE = 0.01  # share of objects that are named rightly besides


class Advice(StrEnum):
    """What to make of a full training."""

    UNMEASURED = "unmeasured"  # nothing is known of the refit either
    UNTRAINED = "untrained"  # none has been trained here, so nothing says what one is worth
    NO_CURVE = "no_curve"  # the last one does not tell what more labels are worth
    PAYS = "pays"
    UNSURE = "unsure"  # it may gain enough, or nothing
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class RefitStanding:
    """`gain` is of a full training from all labels of today: right objects more than those of the refit, a share."""

    measurement: RefitMeasurement | None
    gain: PairedDifference | None
    advice: Advice

    @property
    def accuracy(self) -> dict:
        return self.measurement.figures.get("accuracy", {}) if self.measurement else {}

    @property
    def pays(self) -> bool:
        return self.advice == Advice.PAYS


def refit_standing(project: Project) -> RefitStanding:
    """Beside the newest trained model, where there is one."""
    trained = trained_models(project).first()
    measured = RefitMeasurement.objects.filter(project=project, model=trained).select_related("model").first()
    if measured is None or not measured.figures:
        return RefitStanding(measured, None, Advice.UNMEASURED)
    if trained is None:
        return RefitStanding(measured, None, Advice.UNTRAINED)
    gain = _gain(project, trained, measured)
    return RefitStanding(measured, gain, Advice.NO_CURVE if gain is None else _advice(gain))


def _advice(gain: PairedDifference) -> Advice:
    if gain.difference < WORTHWHILE:
        return Advice.NOT_YET
    return Advice.PAYS if gain.low > 0 else Advice.UNSURE


def _gain(project: Project, trained: Model, measured: RefitMeasurement) -> PairedDifference | None:
    points = (trained.metrics.get("learning_curve") or {}).get("points") or []
    curve = error_slope([point["objects"] for point in points], [point["accuracy"] for point in points])
    learnt_from = trained.facts.get("objects")
    if curve is None or not learnt_from:
        return None
    accuracy = measured.figures["accuracy"]
    now = PairedDifference(accuracy["difference"], *accuracy["interval"])
    times = (learnt_from + labels_since(project, trained)) / learnt_from
    return gain_of_labels(now, accuracy["full"], curve, times)


def labels_since(project: Project, trained: Model) -> int:
    """Objects settled after the day on which its learning set was made: of that day nobody knows which were in it."""
    assert trained.learning_set is not None
    return settled_since(project.pk, trained.learning_set.created.date() + timedelta(days=1))
