"""Whether intervals of random looks hold whenever one stops, and how many looks a decision takes: `python -m
benchmarks.looks`.

Of each size of a set and each true precision: how many of 100 sets ever leave their interval (at most 5 may), beside
those that leave an interval for a fixed number of looks (Wilson) if one stops when one likes; the looks until it is
certain whether the precision is 95 %, by prior, and until the interval is ± 3 %.
"""

import argparse
from itertools import product

import numpy as np

from classifier.statistics.bounds import Z
from classifier.statistics.looks import PRIOR, confidence_sequence

SIZES = (200, 2_000, 100_000)
PRECISIONS = (0.8, 0.9, 0.97, 0.99, 1.0)
PRIORS = ((1.0, 1.0), (0.5, 0.5), (4.0, 0.5), (10.0, 0.5), (10.0, 1.0))
LONGEST = 1_000  # looks at one set
LEAST, HALF_WIDTH = 0.95, 0.03


def draw_looks(rng: np.random.Generator, objects: int, precision: float) -> tuple[np.ndarray, float]:
    """(n,) bool in the order of looking, and the set's own precision."""
    right = np.arange(objects) < round(objects * precision)
    return rng.permutation(right)[:LONGEST], float(right.mean())


def wilson_ever_fails(right: np.ndarray, truth: float) -> bool:
    looks = np.arange(1, len(right) + 1)
    share = np.cumsum(right) / looks
    middle, scale = share + Z**2 / (2 * looks), 1 + Z**2 / looks
    half = Z * np.sqrt(share * (1 - share) / looks + Z**2 / (4 * looks**2))
    return bool((abs(middle - truth * scale) > half + 1e-12)[9:].any())


def first(is_so: np.ndarray) -> int:
    """The number of looks at which it first is so; the longest where it never is."""
    return int(is_so.argmax()) + 1 if is_so.any() else len(is_so)


def simulate(
    draws: int, objects: int, precision: float, prior: tuple[float, float] = PRIOR
) -> tuple[float, float, float, float]:
    """Shares of sets that ever leave the interval and Wilson's; mean looks until 95 % is decided, and until ± 3 %."""
    rng, rows = np.random.default_rng(0), []
    for _ in range(draws):
        right, truth = draw_looks(rng, objects, precision)
        low, high = confidence_sequence(right, objects, prior=prior).T
        fails = ((low > truth + 1e-12) | (high < truth - 1e-12)).any()
        decided = first((low >= LEAST) | (high < LEAST))
        rows.append((fails, wilson_ever_fails(right, truth), decided, first(high - low <= 2 * HALF_WIDTH)))
    return tuple(np.mean(rows, axis=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=400)
    draws = parser.parse_args().draws
    print("objects  precision   fails  Wilson's   looks to ± 3 %   looks until 95 % is decided, by prior")
    print(" " * 64 + "  ".join(f"{right:g}, {wrong:g}".rjust(7) for right, wrong in PRIORS))
    for objects, precision in product(SIZES, PRECISIONS):
        fails, wilsons, _, narrow = simulate(draws, objects, precision)
        decided = [simulate(draws // 4, objects, precision, prior)[2] for prior in PRIORS]
        print(
            f"{objects:7,}  {precision:9.0%} {fails:7.1%} {wilsons:9.1%} {narrow:16.0f}"
            + " " * 10
            + "  ".join(f"{each:7.0f}" for each in decided),
            flush=True,
        )


if __name__ == "__main__":
    main()
