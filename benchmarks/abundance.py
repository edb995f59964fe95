"""How far counts per taxon and sample are off, and how often their intervals hold: `python -m benchmarks.abundance`.

Each draw is a set of samples whose mix of taxa is another than that with which a model (linear discriminants,
calibrated) learnt, and a bit of drift besides. Of each sample some objects are validated by chance. Ways to count:
predicted taxa; sums of probabilities; adjusted counts; Saerens' EM; validated objects alone, raised to the sample;
prediction-powered inference with λ = 1, tuned, and on EM's probabilities; half of the samples without any validated
object, whose errors are borrowed. `--timing`: of 1,000,000 objects, 100 taxa and 200 samples.
"""

import argparse
import time
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from benchmarks.timing import Figures
from classifier.statistics.abundance import Abundance, EstimateBasis, estimate_abundance
from classifier.statistics.quantification import adjusted, adjusted_counts, shares_by_em
from classifier.statistics.sample_sums import NOT_VALIDATED, ROWS, ObjectChunk, in_chunks, sum_up

TAXA, DIMENSIONS, SAMPLES = 10, 4, 30
VALIDATED = (15, 40, 120)  # of each sample
HELD_OUT = 2_000


class World(NamedTuple):
    means: np.ndarray  # (K, D)
    shares: np.ndarray  # (K,) with which the model learnt

    def draw(self, rng: np.random.Generator, taxon: np.ndarray, drift: float = 0.0) -> np.ndarray:
        """(n, K) probabilities that the model gives objects of such taxa."""
        moved = self.means + drift * rng.standard_normal(self.means.shape)
        at = moved[taxon] + rng.standard_normal((len(taxon), DIMENSIONS))
        log_likelihood = at @ self.means.T - (self.means**2).sum(1) / 2
        return softmax(log_likelihood + np.log(self.shares), axis=1)


class Project(NamedTuple):
    probabilities: np.ndarray
    sample: np.ndarray
    taxon: np.ndarray  # true
    confusion: np.ndarray


def draw_project(rng: np.random.Generator) -> tuple[World, Project]:
    world = World(
        1.6 * rng.standard_normal((TAXA, DIMENSIONS)), rng.dirichlet(np.full(TAXA, 1.5)) * 0.9 + 0.1 / TAXA
    )
    base = rng.dirichlet(np.full(TAXA, 0.7))  # of this cruise
    sizes = rng.lognormal(6.3, 0.7, SAMPLES).astype(int) + 150
    taxon = np.concatenate([rng.choice(TAXA, size, p=rng.dirichlet(20 * base + 0.05)) for size in sizes])
    learnt = rng.choice(TAXA, HELD_OUT, p=world.shares)
    confusion = np.zeros((TAXA, TAXA), int)
    np.add.at(confusion, (learnt, world.draw(rng, learnt).argmax(1)), 1)
    return world, Project(
        world.draw(rng, taxon, drift=0.15), np.repeat(np.arange(SAMPLES), sizes), taxon, confusion
    )


def validate(rng: np.random.Generator, project: Project, count: int) -> np.ndarray:
    """(N,) the taxa of so many random objects of each sample, NOT_VALIDATED of the others."""
    order = np.lexsort((rng.random(len(project.sample)), project.sample))
    starts = np.searchsorted(project.sample[order], project.sample[order])
    validated = order[np.arange(len(order)) - starts < count]
    taxon = np.full(len(project.taxon), NOT_VALIDATED)
    taxon[validated] = project.taxon[validated]
    return taxon


def by_sample(project: Project, taxon: np.ndarray) -> np.ndarray:
    """(S, K) objects."""
    return (
        np.bincount(project.sample * TAXA + taxon, minlength=SAMPLES * TAXA)
        .reshape(SAMPLES, TAXA)
        .astype(float)
    )


def interval_of(estimate: Abundance) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return estimate.count, estimate.low, estimate.high


def ways(rng: np.random.Generator, count: int) -> tuple[np.ndarray, dict]:
    """The true counts, and {way: (count, low, high)}, (S, K) each; no interval where a way has none."""
    world, project = draw_project(rng)
    taxon = validate(rng, project, count)
    sums = sum_up(in_chunks(project.probabilities, project.sample, taxon), SAMPLES, TAXA)
    predicted = by_sample(project, project.probabilities.argmax(1))
    shares = shares_by_em(
        lambda: in_chunks(project.probabilities, project.sample, taxon), SAMPLES, world.shares
    )
    estimates = {
        "predicted taxa counted": (predicted, None, None),
        "probabilities summed": (sums.p + sums.counted, None, None),
        "adjusted counts": adjusted_counts(predicted, project.confusion, draws=100),
        "Saerens' EM": (shares * sums.objects[:, None], None, None),
    }
    for name, reliance in (("validated ones raised", 0.0), ("λ = 1", 1.0), ("prediction-powered", None)):
        estimates[name] = interval_of(estimate_abundance(sums, reliance=reliance))
    chunks = list(adjusted(in_chunks(project.probabilities, project.sample, taxon), shares, world.shares))
    estimates["prediction-powered on EM"] = interval_of(estimate_abundance(sum_up(chunks, SAMPLES, TAXA)))
    estimates["prediction-powered on EM, lent"] = interval_of(
        estimate_abundance(sum_up(chunks, SAMPLES, TAXA), lend=True)
    )
    even = [chunk._replace(taxon=np.where(chunk.sample % 2, NOT_VALIDATED, chunk.taxon)) for chunk in chunks]
    borrowed = estimate_abundance(sum_up(even, SAMPLES, TAXA))
    rows = (borrowed.basis == EstimateBasis.BORROWED)[:, None]
    middle, low, high = (np.where(rows, part, np.nan) for part in interval_of(borrowed))
    estimates["borrowed, on EM"] = (middle, low, high)
    return by_sample(project, project.taxon), estimates


class Result(NamedTuple):
    error: float  # Σ |count - truth| over taxa as a share of the sample's objects, mean of samples
    bias_of_rare: float  # estimated over true objects of taxa below 2 %
    inside: float
    inside_worst: float  # of the taxa rare, middling, frequent, the one least often inside
    width: float  # mean, as a share of the sample's objects


def judge(
    truth: np.ndarray, count: np.ndarray, low: np.ndarray | None, high: np.ndarray | None
) -> np.ndarray:
    rows = np.isfinite(count[:, 0])
    truth, count = truth[rows], count[rows]
    objects = truth.sum(1, keepdims=True)
    error = (np.abs(count - truth).sum(1, keepdims=True) / objects).mean()
    rare = truth < 0.02 * objects
    bias = count[rare].sum() / max(truth[rare].sum(), 1)
    if low is None or high is None:
        return np.array([error, bias, np.nan, np.nan, np.nan])
    low, high = low[rows], high[rows]
    inside = (low <= truth + 0.5) & (truth - 0.5 <= high)
    groups = [rare, (truth >= 0.02 * objects) & (truth < 0.1 * objects), truth >= 0.1 * objects]
    worst = min(inside[group].mean() for group in groups if group.any())
    return np.array([error, bias, inside.mean(), worst, ((high - low) / objects).mean()])


def simulate(draws: int, count: int, seed: int = 0) -> dict[str, Result]:
    results: dict[str, list] = {}
    for number in range(draws):
        truth, estimates = ways(np.random.default_rng([seed, number]), count)
        for name, estimate in estimates.items():
            results.setdefault(name, []).append(judge(truth, *estimate))
    return {name: Result(*np.mean(rows, axis=0)) for name, rows in results.items()}


def timing(figures: Figures, objects: int = 1_000_000, taxa: int = 100, samples: int = 200) -> None:
    rng = np.random.default_rng(0)
    p = rng.random((ROWS, taxa), np.float32) ** 8
    p /= p.sum(1, keepdims=True)

    def chunks():
        for start in range(0, objects, ROWS):
            sample = np.arange(start, start + ROWS) * samples // objects
            yield ObjectChunk(p, sample, np.where(np.arange(ROWS) % 50 == 0, p.argmax(1), NOT_VALIDATED))

    started = time.perf_counter()
    estimate_abundance(sum_up(chunks(), samples, taxa))
    name = f"{objects:,} objects, {taxa} taxa, {samples} samples"
    figures.add(f"abundance of {name}", time.perf_counter() - started, "s")
    started = time.perf_counter()
    shares_by_em(chunks, samples, np.full(taxa, 1 / taxa), steps=5)
    figures.add("Saerens' EM of them, a step", (time.perf_counter() - started) / 5, "s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=40)
    parser.add_argument("--timing", action="store_true")
    options = parser.parse_args()
    timing(Figures())
    if options.timing:
        return
    for count in VALIDATED:
        print(f"{count} of each sample validated" + " " * 12 + "error   rare   inside   worst   width")
        for name, result in simulate(options.draws, count).items():
            print(
                f"  {name:32} {result.error:9.1%} {result.bias_of_rare:6.2f} {result.inside:8.1%} "
                f"{result.inside_worst:7.1%} {result.width:7.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
