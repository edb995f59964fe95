"""Which values of a deep picture become black and white, so that 8 bits show what the camera saw.

The rule knows the steps in which cameras and programs count, and takes the smallest that holds the largest value:
pictures of one camera then share a window, and their brightness can be compared. It never stretches a picture to its
own contrast.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifier.contract.refusals import Unshowable

CAMERA_BITS = (8, 10, 12, 14, 16)
FULL_SCALES = (1.0, *(2.0**bits - 1 for bits in CAMERA_BITS))  # of floats: shares, or counts of a camera
LEAST_OF_SHARES = 1 / 16  # floats up to 1 are shares, unless they are all as small as this
LEAST_OF_COUNTS = 1 / 4
STEPS = (0.625, 0.75, 1.0)  # of a power of two


@dataclass(frozen=True, slots=True)
class ValueRange:
    """The smallest and largest value of a picture, or of all pictures of an acquisition."""

    low: float
    high: float
    is_float: bool = False

    def __or__(self, other: "ValueRange") -> "ValueRange":
        is_float = self.is_float or other.is_float
        return ValueRange(min(self.low, other.low), max(self.high, other.high), is_float)


@dataclass(frozen=True, slots=True)
class Window:
    """Values up to `low` are black (0), from `high` on white (255), and linear in between."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:,.6g} to {self.high:,.6g}"


def value_range(pixels: np.ndarray) -> ValueRange:
    """Of all values that are numbers. Raises Unshowable when there is none."""
    is_float = pixels.dtype.kind == "f"
    numbers = pixels[np.isfinite(pixels)] if is_float else pixels
    if not numbers.size:
        raise Unshowable("No pixel of the picture has a value: all are NaN or infinite. Save it again.")
    return ValueRange(float(numbers.min()), float(numbers.max()), is_float)


def window_of(values: ValueRange) -> Window:
    """The window of a picture or an acquisition with these values."""
    low = -_next_step(-values.low) if values.low < 0 else 0.0
    high = _scale(values) if values.high > 0 else 0.0
    return Window(low, high) if high > low else Window(low, low + 1)


def to_eight_bits(pixels: np.ndarray, window: Window) -> np.ndarray:
    """uint8 of the same shape. Infinite values are black or white; NaN gets the median of what has a value."""
    precision: type[np.floating[Any]] = np.float32 if pixels.dtype.itemsize <= 2 else np.float64
    values: np.ndarray[Any, np.dtype[np.floating[Any]]] = pixels.astype(precision)
    missing = np.isnan(values)
    if missing.any():
        values[missing] = np.median(values[~missing])
    np.clip(values, window.low, window.high, out=values)
    values -= window.low
    values *= 255
    values /= window.high - window.low
    return np.rint(values, out=values).astype(np.uint8)


def _scale(values: ValueRange) -> float:
    if not values.is_float:
        return _integer_scale(values.high)
    # what is below zero was subtracted from: it counts in nobody's full scale any more
    return _float_scale(values.high) if values.low >= 0 else _next_step(values.high)


def _integer_scale(high: float) -> float:
    bits = int(high).bit_length()
    return 2.0 ** next((camera for camera in CAMERA_BITS if camera >= bits), bits) - 1


def _float_scale(high: float) -> float:
    scale = next((scale for scale in FULL_SCALES if scale >= high), math.inf)
    least = LEAST_OF_SHARES if scale == 1 else LEAST_OF_COUNTS
    return scale if high > scale * least else _next_step(high)


def _next_step(value: float) -> float:
    """The next of …, 1, 1.25, 1.5, 2, 2.5, 3, 4, …: of pictures with slightly other maxima most get the same."""
    mantissa, exponent = math.frexp(value)
    return next(step for step in STEPS if step >= mantissa) * 2.0**exponent if mantissa > 0.5 else value
