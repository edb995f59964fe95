"""How often a promised precision fails, and how often one is made: `python -m benchmarks.promises`.

A promise of 95 % may fail in 5 of 100 draws, whatever samples are like. Each figure is of draws of a whole fold: the
first of a taxon that errs just too often for the promise, where any promise fails; the second of one that errs a fifth
as often as it may, where none is a loss.
"""

import argparse
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from classifier.contract.tree import Nodes, Tree
from classifier.evaluation.thresholds import promise

ALIKE = (0.0, 0.05, 0.2, 0.5)
SAMPLES = (4, 6, 8, 10, 20, 50)
Sizes = Callable[[np.random.Generator, int, int], np.ndarray]


def equal(rng: np.random.Generator, samples: int, size: int) -> np.ndarray:
    return np.full(samples, size)


def uneven(rng: np.random.Generator, samples: int, size: int) -> np.ndarray:
    """Log-normal, as catches are."""
    return np.maximum(size * rng.lognormal(-0.5, 1.0, samples), 1).astype(int)


def one_heavy(rng: np.random.Generator, samples: int, size: int) -> np.ndarray:
    """One sample has half of all objects."""
    sizes = np.full(samples, max(samples * size // (2 * samples - 2), 1))
    sizes[0] = samples * size // 2
    return sizes


def shares(rng: np.random.Generator, mean: float, rho: float, shape: tuple[int, ...]) -> np.ndarray:
    """What share of each sample is right: of the mean, and such that the intra-class correlation is ρ."""
    if not rho:
        return np.full(shape, mean)
    return rng.beta(mean * (1 / rho - 1), (1 - mean) * (1 / rho - 1), shape)


def spoilt(rng: np.random.Generator, mean: float, rho: float, shape: tuple[int, ...]) -> np.ndarray:
    """Most samples without an error, some spoilt: of one mean and ρ the least that samples can show."""
    if not rho:
        return np.full(shape, mean)
    often = 1 - (1 - mean) / (rho * mean + (1 - mean))
    return np.where(rng.random(shape) < often, 1.0, 1 - (1 - mean) / (1 - often))


def draw_fold(
    rng: np.random.Generator,
    mean: float,
    rho: float,
    sizes: np.ndarray,
    taxa: int = 1,
    says: float = 0.97,
    draw_shares: Callable = shares,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(p, labels, predicted, samples) of a model that says `says` of everything; what is wrong is of one taxon more."""
    share = draw_shares(rng, mean, rho, (taxa, len(sizes)))
    sample = np.tile(np.repeat(np.arange(len(sizes)), sizes), taxa)
    predicted = np.repeat(np.arange(taxa), sizes.sum())
    is_right = rng.random(len(sample)) < share[predicted, sample]
    p = np.full((len(sample), taxa + 1), 1e-9)
    p[np.arange(len(sample)), predicted] = says + rng.uniform(-0.005, 0.005, len(sample))
    p[:, taxa] = 1 - p[np.arange(len(sample)), predicted]
    return p, np.where(is_right, predicted, taxa), predicted, sample


def is_promised(precision: float, fold: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]) -> bool:
    """Whether anything is, of any taxon."""
    p, labels, predicted, samples = fold
    names = [f"taxon {k}" for k in range(p.shape[1])]
    created = promise(p, labels, predicted, Nodes(Tree(dict.fromkeys(names)), names), precision, samples)
    return bool(np.isfinite(created.thresholds).any())


def better(precision: float) -> float:
    """Errs a fifth as often as it may."""
    return 1 - (1 - precision) / 5


def how_often(
    draws: int, precision: float, mean: float, rho: float, samples: int, size: int, sizes: Sizes, **options
) -> float:
    rng = np.random.default_rng(0)
    says = better(precision)
    created = (
        draw_fold(rng, mean, rho, sizes(rng, samples, size), says=says, **options) for _ in range(draws)
    )
    return float(np.mean([is_promised(precision, one) for one in created]))


def table(draws: int, precision: float, size: int, sizes: Sizes, **options) -> Iterator[str]:
    """A line for each intraclass correlation: of each number of samples how many of 100 promises fail, and are made."""
    for rho in ALIKE:
        cells = (
            f"{100 * how_often(draws, precision, precision - 1e-3, rho, samples, size, sizes, **options):5.1f}"
            f" {100 * how_often(draws // 3, precision, better(precision), rho, samples, size, sizes, **options):4.0f}"
            for samples in SAMPLES
        )
        yield f"  {rho:4.2f} " + " |".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=600)
    draws = parser.parse_args().draws
    print("  ρ    samples: " + "  ".join(f"{samples:10d}" for samples in SAMPLES))
    for precision, size, sizes in product((0.8, 0.95), (20, 60), (equal, uneven, one_heavy)):
        print(f"{precision:.0%} asked, {size} objects a sample, {sizes.__name__}")
        print("\n".join(table(draws, precision, size, sizes)), flush=True)
    for taxa, draw_shares in ((1, spoilt), (10, shares)):
        print(f"95 % asked, 60 objects a sample, {taxa} taxa, {draw_shares.__name__}")
        print("\n".join(table(draws, 0.95, 60, equal, taxa=taxa, draw_shares=draw_shares)), flush=True)


if __name__ == "__main__":
    main()
