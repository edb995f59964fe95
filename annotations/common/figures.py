"""Numbers as a person reads them."""

import math

DIGITS = 3  # significant ones: what is counted and sub-sampled is known no better
LEAST, MOST = -3, 6  # powers of ten between which a number is written out
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_figures(value: float | None) -> str:
    """`0.00619`, `1,235`, `6.19 × 10⁻⁵`, `10⁻⁶`; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:.{DIGITS - 1}e}".partition("e")
    power = int(exponent)
    if LEAST <= power < MOST:
        return _without_zeros(f"{value:,.{max(DIGITS - 1 - power, 0)}f}")
    of_ten = f"10{str(power).translate(SUPERSCRIPTS)}"
    times = _without_zeros(mantissa)
    return of_ten if times == "1" else f"{times} × {of_ten}"


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
