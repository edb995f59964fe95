"""Where an axis has its ticks: at round numbers, enough to read a value, few enough that their labels fit."""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

DIGITS = (1, 2, 5)  # a step is one of these times a power of ten
WEEKS = (1, 2, 7, 14, 28, 91, 364)  # days between two ticks
# span of an axis by the size of its numbers, below which floats could not tell its ticks apart
NARROWEST = 1e-9
LARGEST = 1e300


def linear_ticks(low: float, high: float, *, most: int = 6, whole: bool = False) -> list[float]:
    """At most `most` (three or more) rising multiples of a round step, the first at `low` or below, the last at `high`
    or above. `whole`: of a count, which has no halves. Raises ValueError for what is not finite."""
    low, high = _widened(*_checked(low, high))
    for digit, exponent in _steps((high - low) / most, whole):
        step = Decimal(f"{digit}e{exponent}")
        first, last = math.floor(Decimal(repr(low)) / step), math.ceil(Decimal(repr(high)) / step)
        if last - first < most:
            return [_decimal(n * digit, exponent) for n in range(first, last + 1)]
    raise AssertionError("There is a larger step to every step.")


def log_ticks(low: float, high: float, *, most: int = 6) -> list[float]:
    """Rising 1, 2 and 5 times powers of ten around the range, or powers alone where it is wide, at most `most` (three
    or more). Raises ValueError for what is not above zero."""
    low, high = _checked(low, high)
    if low < 1 / LARGEST:
        raise ValueError("An axis of powers of ten has nothing at zero or below.")
    fine, powers = _around(low, high, DIGITS), _around(low, high, (1,))
    if len(fine) <= most:
        return fine
    every = math.ceil((len(powers) - 1) / (most - 1))
    first = round(math.log10(powers[0]))
    return [_decimal(1, first + n) for n in range(0, len(powers) - 1 + every, every)]


def date_ticks(first: date, last: date, *, most: int = 5) -> list[date]:
    """At most `most` days between the two: each of few, else Mondays that are one, two, four … weeks apart."""
    span = (last - first).days
    step = next((step for step in WEEKS if span / step < most), 364 * math.ceil((span + 1) / 364 / most))
    to_monday = (1 - first.toordinal()) % step  # day 1 of the calendar was one
    return [first + timedelta(days=n) for n in range(to_monday, span + 1, step)]


def tick_labels(ticks: list[float]) -> list[str]:
    """All with the same decimals, as many as the finest needs."""
    decimals = max(_decimals(tick) for tick in ticks)
    if max(abs(tick) for tick in ticks) >= 1e7 or decimals > 6:
        return [f"{tick:g}" for tick in ticks]
    return [f"{tick:,.{decimals}f}" for tick in ticks]


def _steps(least: float, whole: bool) -> Iterator[tuple[int, int]]:
    """(digit, power of ten) of round numbers, rising, from about the least."""
    power = math.floor(math.log10(least))
    for exponent in count(max(power, 0) if whole else power):
        for digit in DIGITS:
            yield digit, exponent


def _decimal(digits: int, exponent: int) -> float:
    """The float nearest to that decimal number: a product of floats could be 0.30000000000000004."""
    return float(f"{digits}e{exponent}")


def _decimals(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(-int(exponent), 0)


def _checked(low: float, high: float) -> tuple[float, float]:
    if not -LARGEST < low <= high < LARGEST:
        raise ValueError(f"No axis goes from {low} to {high}.")
    return float(low), float(high)


def _widened(low: float, high: float) -> tuple[float, float]:
    """A range of one value becomes wide enough to have two ticks."""
    size = max(abs(low), abs(high))
    if size < 1 / LARGEST:
        return (-1.0 if low < 0 else 0.0), 1.0
    if high - low > NARROWEST * size:
        return low, high
    return low - 0.1 * size, high + 0.1 * size


def _around(low: float, high: float, digits: tuple[int, ...]) -> list[float]:
    """Those digits times powers of ten in the range, with the nearest on either side."""
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    ticks = [_decimal(digit, power) for power in powers for digit in digits]
    first = max(n for n, tick in enumerate(ticks) if tick <= low)
    last = min(n for n, tick in enumerate(ticks) if tick >= high and n > first)
    return ticks[first : last + 1]
