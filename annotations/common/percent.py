"""Shares in the words of a page."""


def percent(share: float) -> str:
    """`95 %`, `99.5 %`: a share of 0 to 1, with a digit more where there is one; 100 only when all are, 0 when none."""
    rounded = round(100 * share, 1)
    return f"{min(max(rounded, 0.1), 99.9) if 0 < share < 1 else rounded:g} %"
