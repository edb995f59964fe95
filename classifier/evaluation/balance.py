"""Which taxon an object is given: the one that is said first, wherever a model or a refit says several.

It is the likeliest by the calibrated probabilities, whose scores are shown: so the first has the highest score. They
hold what rare taxa are underrated by (calibration.py), and nothing more is needed to be right most often. Who looks for
rare taxa can ask for more than that when a model is trained (`balance`); then alone another may have a higher score.
"""

import numpy as np


def decide(p: np.ndarray, prior: np.ndarray, balance: float = 0.0) -> np.ndarray:
    """The class that each object is given, (N,). `p` (N, C) calibrated natural posteriors, `prior` (C,) shares.

    At 0 it is the likeliest class, at 1 the one that would be likeliest were all classes equally frequent (Menon et al.
    2021, arXiv 2007.07314).
    """
    tiny = np.finfo(p.dtype).tiny
    return (np.log(np.maximum(p, tiny)) - (balance * np.log(prior)).astype(p.dtype)).argmax(1)
