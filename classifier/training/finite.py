"""A loss beyond all numbers ends a training: what comes after it is no number either."""

import math

from classifier.contract.errors import ClassifierError


def require_number(loss: float, epoch: int, advice: str) -> None:
    """Raises ClassifierError that says what to change: weights that came of no number are lost."""
    if not math.isfinite(loss):
        raise ClassifierError(f"The loss grew beyond all numbers in epoch {epoch}. {advice}")
