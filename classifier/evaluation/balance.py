"""How far rare taxa get the benefit of the doubt: logits adjusted after training (Menon 2021, arXiv 2007.07314)."""

import numpy as np

from classifier.evaluation.confusion import macro_f1

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)


def decide(p: np.ndarray, prior: np.ndarray, balance: float) -> np.ndarray:
    """The class that each object is given, (N,). `p` (N, C) calibrated natural posteriors, `prior` (C,) shares.

    At 0 it is the likeliest class, at 1 the one that would be likeliest were all classes equally frequent.
    """
    tiny = np.finfo(p.dtype).tiny
    return (np.log(np.maximum(p, tiny)) - (balance * np.log(prior)).astype(p.dtype)).argmax(1)


def choose_balance(p: np.ndarray, labels: np.ndarray, prior: np.ndarray) -> float:
    """The strength with the best macro-F1; the smallest of equals, and 0 without objects."""
    reached = [macro_f1(labels, decide(p, prior, strength), p.shape[1]) for strength in STRENGTHS]
    return STRENGTHS[int(np.argmax(reached))] if len(labels) else 0.0
