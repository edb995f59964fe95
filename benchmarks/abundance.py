"""How far counts per taxon and sample are off, and how often their intervals hold: `python -m benchmarks.abundance`.

Each draw is a project: samples whose mix of taxa is another than that with which a model (linear discriminants,
calibrated) learnt. Taxa look a bit different in every sample, in held-out ones as well; in a second run those of the
whole project look different besides, which held-out samples can't tell. Of each sample some objects are validated by
chance. Ways to count: predicted taxa; sums of probabilities; adjusted counts; Saerens' EM, by the three best taxa as
they are kept, and by all; validated objects alone, raised to the sample; prediction-powered inference with λ = 1,
tuned, and on EM's probabilities; half of the samples without any validated object, whose errors are borrowed.
`--timing`: of 1,000,000 objects, 100 taxa and 200 samples.
"""

import argparse
import time
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from benchmarks.timing import Figures
from classifier.statistics.abundance import Abundance, EstimateBasis, estimate_abundance
from classifier.statistics.confusion import HeldOutConfusion
from classifier.statistics.expectation_maximisation import NamedScores, SampleSpread, counts_by_em
from classifier.statistics.quantification import Counts, adjusted_counts
from classifier.statistics.sample_sums import NOT_VALIDATED, ROWS, ObjectChunk, in_chunks, sum_up

TAXA, DIMENSIONS, SAMPLES = 10, 4, 30
VALIDATED = (15, 40, 120)  # of each sample
HELD_OUT, HELD_OUT_SAMPLES = 2_000, 20
BEST = 3  # taxa of an object that are kept
OF_A_SAMPLE, OF_A_PROJECT = 0.15, 0.15  # standard deviation of a taxon's middle, in those of its objects


class World(NamedTuple):
    means: np.ndarray  # (K, D)
    shares: np.ndarray  # (K,) with which the model learnt

    def draw(
        self, rng: np.random.Generator, taxon: np.ndarray, sample: np.ndarray, of_project: float = 0.0
    ) -> np.ndarray:
        """(n, K) probabilities that the model gives objects of such taxa and samples."""
        middles = self.means + of_project * rng.standard_normal(self.means.shape)
        moved = OF_A_SAMPLE * rng.standard_normal((int(sample.max()) + 1, *self.means.shape))
        at = middles[taxon] + moved[sample, taxon] + rng.standard_normal((len(taxon), DIMENSIONS))
        log_likelihood = at @ self.means.T - (self.means**2).sum(1) / 2
        return softmax(log_likelihood + np.log(self.shares), axis=1)


class Project(NamedTuple):
    probabilities: np.ndarray
    sample: np.ndarray
    taxon: np.ndarray  # true
    held_out: HeldOutConfusion


def draw_project(rng: np.random.Generator, of_project: float) -> tuple[World, Project]:
    world = World(
        1.6 * rng.standard_normal((TAXA, DIMENSIONS)), rng.dirichlet(np.full(TAXA, 1.5)) * 0.9 + 0.1 / TAXA
    )
    base = rng.dirichlet(np.full(TAXA, 0.7))  # of this cruise
    sizes = rng.lognormal(6.3, 0.7, SAMPLES).astype(int) + 150
    taxon = np.concatenate([rng.choice(TAXA, size, p=rng.dirichlet(20 * base + 0.05)) for size in sizes])
    sample = np.repeat(np.arange(SAMPLES), sizes)
    return world, Project(world.draw(rng, taxon, sample, of_project), sample, taxon, hold_out(rng, world))


def hold_out(rng: np.random.Generator, world: World) -> HeldOutConfusion:
    taxon = rng.choice(TAXA, HELD_OUT, p=world.shares)
    sample = rng.integers(0, HELD_OUT_SAMPLES, HELD_OUT)
    predicted = world.draw(rng, taxon, sample).argmax(1)
    return HeldOutConfusion(sample, taxon, predicted, np.ones(HELD_OUT), TAXA)


def validate(rng: np.random.Generator, project: Project, count: int) -> np.ndarray:
    """(N,) the taxa of so many random objects of each sample, NOT_VALIDATED of the others."""
    order = np.lexsort((rng.random(len(project.sample)), project.sample))
    starts = np.searchsorted(project.sample[order], project.sample[order])
    validated = order[np.arange(len(order)) - starts < count]
    taxon = np.full(len(project.taxon), NOT_VALIDATED)
    taxon[validated] = project.taxon[validated]
    return taxon


def by_sample(sample: np.ndarray, taxon: np.ndarray) -> np.ndarray:
    """(S, K) objects."""
    return np.bincount(sample * TAXA + taxon, minlength=SAMPLES * TAXA).reshape(SAMPLES, TAXA).astype(float)


def interval_of(estimate: Abundance) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return estimate.count, estimate.low, estimate.high


def with_shares(chunks: list[ObjectChunk], counts: np.ndarray, prior: np.ndarray) -> list[ObjectChunk]:
    """The chunks with the probabilities that they had, were each sample's `counts` (S, K) the prior.

    Prediction-powered inference on these errs far less than on what the model said, and holds all the same.
    """
    factor = counts / counts.sum(1, keepdims=True) / prior
    posteriors = [chunk.probabilities * factor[chunk.sample] for chunk in chunks]
    return [
        chunk._replace(probabilities=p / np.maximum(p.sum(1, keepdims=True), 1e-30))
        for chunk, p in zip(chunks, posteriors, strict=True)
    ]


def named_scores(p: np.ndarray, sample: np.ndarray, best: int) -> NamedScores:
    """The `best` taxa of each object."""
    taxa = np.argsort(-p, axis=1)[:, :best]
    return NamedScores(sample, taxa, np.take_along_axis(p, taxa, axis=1))


def from_answers_alone(world: World, project: Project, taxon: np.ndarray) -> dict[str, Counts]:
    """By what the model says, beside which validated objects count as they are."""
    is_left = taxon == NOT_VALIDATED
    p, sample = project.probabilities[is_left], project.sample[is_left]
    settled = by_sample(project.sample[~is_left], taxon[~is_left])
    spread = SampleSpread.of(project.held_out)
    adjusted = adjusted_counts(by_sample(sample, p.argmax(1)), project.held_out)
    return {
        "adjusted counts": Counts(*(settled + part for part in adjusted)),
        **{
            name: counts_by_em(named_scores(p, sample, best), settled, world.shares, spread)
            for name, best in (("Saerens' EM, three best", BEST), ("Saerens' EM, all taxa", TAXA))
        },
    }


def ways(rng: np.random.Generator, count: int, of_project: float) -> tuple[np.ndarray, dict[str, tuple]]:
    """The true counts, and {way: (count, low, high)}, (S, K) each; no interval where a way has none."""
    world, project = draw_project(rng, of_project)
    taxon = validate(rng, project, count)
    chunks = list(in_chunks(project.probabilities, project.sample, taxon))
    sums = sum_up(chunks, SAMPLES, TAXA)
    estimates: dict[str, tuple] = {
        "predicted taxa counted": (by_sample(project.sample, project.probabilities.argmax(1)), None, None),
        "probabilities summed": (sums.p + sums.counted, None, None),
        **from_answers_alone(world, project, taxon),
    }
    for name, reliance in (("validated ones raised", 0.0), ("λ = 1", 1.0), ("prediction-powered", None)):
        estimates[name] = interval_of(estimate_abundance(sums, reliance=reliance))
    chunks = with_shares(chunks, estimates["Saerens' EM, all taxa"][0], world.shares)
    estimates["prediction-powered on EM"] = interval_of(estimate_abundance(sum_up(chunks, SAMPLES, TAXA)))
    estimates["prediction-powered on EM, lent"] = interval_of(
        estimate_abundance(sum_up(chunks, SAMPLES, TAXA), lend=True)
    )
    estimates["borrowed, on EM"] = borrowed(chunks)
    return by_sample(project.sample, project.taxon), estimates


def borrowed(chunks: list[ObjectChunk]) -> tuple[np.ndarray, ...]:
    """Of the samples whose validated objects are hidden; NaN of the others."""
    even = [chunk._replace(taxon=np.where(chunk.sample % 2, NOT_VALIDATED, chunk.taxon)) for chunk in chunks]
    estimate = estimate_abundance(sum_up(even, SAMPLES, TAXA))
    rows = (estimate.basis == EstimateBasis.BORROWED)[:, None]
    return tuple(np.where(rows, part, np.nan) for part in interval_of(estimate))


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


def simulate(draws: int, count: int, seed: int = 0, of_project: float = 0.0) -> dict[str, Result]:
    results: dict[str, list] = {}
    for number in range(draws):
        truth, estimates = ways(np.random.default_rng([seed, number]), count, of_project)
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
    sample = np.arange(objects) * samples // objects
    named = NamedScores(
        sample,
        np.tile(np.argsort(-p, axis=1)[:, :BEST], (objects // ROWS, 1)),
        np.tile(-np.sort(-p, axis=1)[:, :BEST], (objects // ROWS, 1)),
    )
    started = time.perf_counter()
    counts_by_em(named, np.zeros((samples, taxa)), np.full(taxa, 1 / taxa), SampleSpread(0.01, 20))
    figures.add("Saerens' EM of them with intervals", time.perf_counter() - started, "s")


def report(draws: int, count: int, of_project: float) -> None:
    print(f"{count} of each sample validated" + " " * 12 + "error   rare   inside   worst   width")
    for name, result in simulate(draws, count, of_project=of_project).items():
        print(
            f"  {name:32} {result.error:9.1%} {result.bias_of_rare:6.2f} {result.inside:8.1%} "
            f"{result.inside_worst:7.1%} {result.width:7.3f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200, help="projects")
    parser.add_argument("--timing", action="store_true")
    options = parser.parse_args()
    timing(Figures())
    if options.timing:
        return
    for of_project, words in (
        (0.0, "Taxa look as they do in held-out samples, give or take"),
        (OF_A_PROJECT, "Those of the whole project look different besides: no held-out sample tells"),
    ):
        print(f"{words} ({options.draws} projects)")
        for count in VALIDATED:
            report(options.draws, count, of_project)


if __name__ == "__main__":
    main()
