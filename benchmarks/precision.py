"""Whether the precision that a slider states is true, and how narrowly it is stated: `python -m benchmarks.precision`.

Each draw is a project whose objects a model, calibrated on another mix of taxa, calls one taxon: true ones and those of
a neighbour, in another ratio; scores too bold or too timid; sometimes a taxon that the model never learnt. People look
at random ones, or name whole pages of objects that are alike, the surest first. Then the truth about what is left is
compared with the curve: at thresholds anywhere, and at that which a person would choose, where 95 % are expected.
"""

import argparse
import time
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from benchmarks.timing import Figures
from classifier.statistics.answers import LOOK, Answers
from classifier.statistics.bootstrap import exact
from classifier.statistics.precision import PrecisionCurve, precision_curve

ANSWERS = (
    (0, 0),
    (30, 0),
    (100, 0),
    (300, 0),
    (0, 30),
    (0, 100),
    (0, 300),
    (30, 300),
    (100, 100),
)  # looks, on pages
HELD_OUT = (10, 30, 100, 500)
PAGE = 25
PLACES = (0.05, 0.25, 0.6, 1.0)  # thresholds that are looked at, as shares of the objects above
CHOSEN = 0.95  # the precision that a person asks for


class World(NamedTuple):
    """A model: how far two taxa lie apart, in standard deviations; the ratio of both; its temperature; its bias."""

    apart: float
    odds: float
    sharpness: float
    novel_at: float


class Objects(NamedTuple):
    score: np.ndarray
    right: np.ndarray
    similarity: np.ndarray  # a coordinate that the score doesn't show, by which pages are made


def draw_world(rng: np.random.Generator) -> World:
    return World(rng.uniform(1.5, 4), rng.normal(0, 1), rng.lognormal(0, 0.15), rng.uniform(0, 1))


def draw_objects(
    rng: np.random.Generator, world: World, count: int, shift: float = 0.0, novel: float = 0.0
) -> Objects:
    """So many that the model calls the taxon, `shift` its log odds moved by, `novel` the share of never learnt ones."""
    size = 30 * count
    right = rng.random(size) < expit(world.odds + shift)
    is_novel = rng.random(size) < novel
    right &= ~is_novel
    place = np.where(
        is_novel, world.novel_at * world.apart - world.apart / 2, np.where(right, 0.5, -0.5) * world.apart
    )
    log_odds = world.apart * (place + rng.standard_normal(size)) + world.odds
    score = expit(world.sharpness * log_odds)
    similarity = np.where(right, 0.0, 1.5) + is_novel + rng.standard_normal(size)
    predicted = np.flatnonzero(score > 0.5)[:count]
    return Objects(score[predicted], right[predicted], similarity[predicted])


def draw_project(rng: np.random.Generator, world: World) -> Objects:
    drifted = world._replace(apart=world.apart * rng.uniform(0.85, 1.05))
    novel = rng.uniform(0, 0.15) if rng.random() < 0.3 else 0.0
    return draw_objects(rng, drifted, int(rng.integers(600, 6000)), rng.normal(0, 1), novel)


def look(rng: np.random.Generator, objects: Objects, count: int) -> np.ndarray:
    """Places of so many, each object above some score as likely."""
    above = np.flatnonzero(objects.score >= np.quantile(objects.score, rng.uniform(0, 0.5)))
    return rng.permutation(above)[:count]


def name_pages(rng: np.random.Generator, objects: Objects, count: int) -> np.ndarray:
    """Places of so many, page by page: objects above some score that are alike, of the surest pages."""
    above = np.flatnonzero(objects.score >= np.quantile(objects.score, rng.uniform(0, 0.5)))
    alike = above[np.argsort(objects.similarity[above])]
    pages = [alike[start : start + PAGE] for start in range(0, len(alike), PAGE)]
    sure = sorted(pages, key=lambda page: -objects.score[page].mean())[: 2 * count // PAGE + 1]
    return np.concatenate([sure[i] for i in rng.permutation(len(sure))])[:count]


def ask(rng: np.random.Generator, objects: Objects, looks: int, on_pages: int) -> tuple[Answers, Objects]:
    """So many answers from looks, then from pages; and the objects that are left."""
    parts = []
    for pick, count in ((look, looks), (name_pages, on_pages)):
        picked = pick(rng, objects, count) if count else np.zeros(0, int)
        page = np.arange(len(picked)) // PAGE if pick is name_pages else np.full(len(picked), LOOK)
        parts.append(Answers.of(objects.score[picked], objects.right[picked], page))
        left = np.setdiff1d(np.arange(len(objects.score)), picked)
        objects = Objects(*(part[left] for part in objects))
    return Answers(*(np.concatenate(part) for part in zip(*parts, strict=True))), objects


def compare(curve: PrecisionCurve, left: Objects) -> list[tuple[bool, float, float, float]]:
    """Inside or not, width, expected and true precision: at PLACES, then at the threshold that a person chooses."""
    order = np.argsort(-left.score, kind="stable")
    truth = (np.cumsum(left.right[order]) / np.arange(1, len(order) + 1))[curve.above - 1]
    chosen = curve.lowest(CHOSEN)
    places = [int(np.searchsorted(curve.above, share * curve.above[-1])) for share in PLACES]
    rows = [*places, 0 if chosen is None else chosen]
    inside = (curve.low - 1e-12 <= truth) & (truth <= curve.high + 1e-12)
    return [(inside[k], curve.high[k] - curve.low[k], curve.expected[k], truth[k]) for k in rows]


def simulate(projects: int, looks: int, on_pages: int, seed: int = 0) -> np.ndarray:
    """(projects, places and the chosen one, 4), see `compare`."""
    rows = []
    for number in range(projects):
        rng = np.random.default_rng([seed, number])
        world = draw_world(rng)
        held_out = draw_objects(rng, world, int(rng.choice(HELD_OUT)))
        answers, left = ask(rng, draw_project(rng, world), looks, on_pages)
        curve = precision_curve(left.score, Answers.of(held_out.score, held_out.right), answers)
        rows.append(compare(curve, left))
    return np.array(rows, float)


def held_out_alone(projects: int, seed: int = 0) -> float:
    """Of how many projects the precision above the median is within the exact interval of 500 held-out objects."""
    inside = []
    for number in range(projects):
        rng = np.random.default_rng([seed, number])
        world = draw_world(rng)
        held_out, project = draw_objects(rng, world, 500), draw_project(rng, world)
        least = np.median(project.score)
        right = held_out.right[held_out.score >= least]
        low, high = exact(right.sum(), np.array(len(right)))
        inside.append(low <= project.right[project.score >= least].mean() <= high)
    return float(np.mean(inside))


def curve_of_a_million(figures: Figures) -> None:
    rng = np.random.default_rng(0)
    scores, right = rng.beta(8, 1, 1_000_000), rng.random(1_300) < 0.9
    answers = Answers.of(
        rng.beta(8, 1, 1_300), right, np.append(np.full(300, LOOK), np.arange(1_000) // PAGE)
    )
    held_out = Answers.of(rng.beta(8, 1, 10_000), rng.random(10_000) < 0.9)
    started = time.perf_counter()
    precision_curve(scores, held_out, answers)
    figures.add("precision above 500 thresholds of 1,000,000 scores", time.perf_counter() - started, "s")


def line(name: str, rows: np.ndarray) -> str:
    inside, width, _, truth = rows.mean(0).T
    each = "  ".join(f"{100 * share:4.0f} {of:.3f}" for share, of in zip(inside, width, strict=True))
    return f"{name:24} {inside.mean():6.1%}  {each}  {truth[-1]:10.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    curve_of_a_million(Figures())
    print(f"interval of 500 held-out objects alone: {held_out_alone(options.projects):.1%} inside")
    places = "  ".join(f"{f'best {share:.0%}':>10}" for share in PLACES)
    print(f"{'answers':24} inside  {places}  chosen at 95 %, its truth      (each: % inside, mean width)")
    for looks, on_pages in ANSWERS:
        rows = simulate(options.projects, looks, on_pages, options.seed)
        print(line(f"{looks} looks, {on_pages} on pages", rows), flush=True)


if __name__ == "__main__":
    main()
