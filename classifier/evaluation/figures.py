"""Figures as JSON takes them: what cannot be had is null, never NaN."""

import math


def number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def interval(low_high) -> list[float] | None:
    """[low, high], or None where either cannot be had."""
    low, high = map(number, low_high)
    return None if low is None or high is None else [low, high]
