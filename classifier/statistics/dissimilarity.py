"""How unlike samples are in what they are made of: Bray and Curtis' percentage difference."""

from collections.abc import Callable, Mapping

import numpy as np

TRANSFORMATIONS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda amounts: amounts,
    "sqrt": np.sqrt,
    "fourth": lambda amounts: amounts**0.25,
    "presence": lambda amounts: (amounts > 0).astype(float),
}


def bray_curtis(amounts: np.ndarray) -> np.ndarray:
    """float (n, p), n samples of p taxa, none below 0 and no sample empty → float (n, n) from 0 (the same) to 1 (no
    taxon in common): Σ|a − b| ÷ Σ(a + b), D14 of Legendre & Legendre, *Numerical Ecology* (2012). Of presences it is
    Sørensen's."""
    totals = amounts.sum(axis=1)
    rows = [
        np.abs(amounts - sample).sum(axis=1) / (totals + total)
        for sample, total in zip(amounts, totals, strict=True)
    ]
    return np.array(rows).reshape(len(amounts), len(amounts))
