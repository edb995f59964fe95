"""What the looks of a check say so far: the precision with its interval, and whether one may stop."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from annotations.checks.models import CheckAnswer, QualityCheck, QualityLook
from annotations.samples.models import Image
from classifier.statistics.looks import PRIOR, LookDecision, LookTarget, interval, looks_needed

JUDGED = (CheckAnswer.RIGHT, CheckAnswer.WRONG)


@dataclass(frozen=True)
class CheckFigures:
    """Counts of looks, and the precision of the set as shares. `low` and `high` are 0 and 1 before the first look."""

    right: int
    wrong: int
    cannot_tell: int
    gone: int  # drawn, not looked at, and not in the project any more
    waiting: int  # drawn, and not looked at yet
    objects: int  # of which the precision is: the set, once all is looked at without what could not be judged
    low: float
    high: float
    decision: LookDecision
    looks_needed: int | None  # in all, about; None where it can't be said, or it is decided

    @property
    def judged(self) -> int:
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        return self.right / self.judged if self.judged else None

    @property
    def is_decided(self) -> bool:
        return self.decision != LookDecision.LOOK_ON

    def as_dict(self) -> dict:
        """In the API's shape."""
        precision = self.precision
        return {
            "looks": self.right + self.wrong + self.cannot_tell,
            "right": self.right,
            "wrong": self.wrong,
            "cannot_tell": self.cannot_tell,
            "gone": self.gone,
            "precision": None
            if precision is None
            else {"value": precision, "low": self.low, "high": self.high},
            "decision": self.decision.value,
            "looks_needed": self.looks_needed,
        }


def target_of(check: QualityCheck) -> LookTarget:
    return LookTarget(half_width=check.half_width, least=check.least)


def figures_of(check: QualityCheck) -> CheckFigures:
    """As they are now; of a finished check, as they were when it was finished.

    Objects of which one can't tell, and those that have left the project, are left out. How many more of those there
    are nobody knows before the end: until then the interval is that of a set as large as it can be, which makes it no
    narrower than it may be; in the end it is exact.
    """
    if check.figures:
        return CheckFigures(**{**check.figures, "decision": LookDecision(check.figures["decision"])})
    answers = list(
        check.looks.filter(answer__isnull=False).order_by("place").values_list("answer", flat=True)
    )
    waiting = waiting_looks(check).count()
    right = np.array([answer == CheckAnswer.RIGHT for answer in answers if answer in JUDGED], bool)
    is_complete = bool(len(right)) and not waiting and check.drawn == check.objects_in_set
    return CheckFigures(
        right=int(right.sum()),
        wrong=int((~right).sum()),
        cannot_tell=len(answers) - len(right),
        gone=check.drawn - len(answers) - waiting,
        waiting=waiting,
        **_stated(check, right, is_complete),
    )


def _stated(check: QualityCheck, right: np.ndarray, is_complete: bool) -> dict[str, Any]:
    """The interval, and whether it decides what is to be known."""
    objects = len(right) if is_complete else check.objects_in_set or 0
    low, high = interval(right, objects)
    decision = LookDecision.COMPLETE if is_complete else target_of(check).decide(low, high)
    needed = _needed(check, objects, right) if decision == LookDecision.LOOK_ON else None
    return {"objects": objects, "low": low, "high": high, "decision": decision, "looks_needed": needed}


def waiting_looks(check: QualityCheck) -> QuerySet[QualityLook]:
    """Those that can still be made, in their order."""
    has_picture = Exists(Image.objects.filter(object=OuterRef("object")))
    looks = QualityLook.objects.filter(has_picture, quality_check=check, answer__isnull=True)
    return looks.filter(object__project=check.project_id).order_by("place")


def _needed(check: QualityCheck, objects: int, right: np.ndarray) -> int | None:
    """If it goes on as it went: before there is much to go by, as it mostly goes."""
    if objects <= len(right):
        return None
    so_far = int(right.sum()), int((~right).sum())
    precision = (PRIOR[0] + so_far[0]) / (sum(PRIOR) + len(right))
    return looks_needed(objects, precision, target_of(check), so_far=so_far)
