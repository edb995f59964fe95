"""How likely an object of a score is right in this project: what held-out objects say, and how far projects differ.

The log odds to be right are

    logit(score) + curve of the model (all answers) + shift of the project (its own)
                 + what pages are better or worse by + intercept of each page (answers on pages alone)

each a line with a piecewise linear wave about it, and a Gaussian prior of every coefficient. Random looks tell of what
lies there without a bias. Pages don't: they are chosen, for being sure or for being dubious, and what lies on one is
alike, which is what the last two terms are for. How far projects lie apart is itself unknown: some sizes of the shift
are weighed by how likely they make the answers. Shifts of the mix of taxa move log odds by a constant (Saerens, Latinne
& Decaestecker 2002), which is why it is log odds that are added up. What was tried stands in docs/lab-notes.md.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import logit, softmax

from classifier.statistics.answers import Answers
from classifier.statistics.logistic import AnswerCells, Posterior, fit
from classifier.statistics.quantiles import counted_quantiles

EDGE = 1e-4  # scores beyond it and 1 - it are all one
BINS = 48  # of log odds, in which answers are counted
KNOTS = np.linspace(0, 1, 6)  # quantiles of the scores at which the wave may bend
NARROWEST = 0.3  # a standard deviation of the log odds, below which a slope means nothing

# standard deviations in log odds: of the intercept, the slope (for a standard deviation of the scores), the wave
MODEL = (1.0, 0.5, 0.4)
SHIFT = (1.0, 0.6, 0.5)  # times one of the sizes
SIZES, SIZE_WEIGHTS = (0.3, 1.0, 3.0), (0.3, 0.6, 0.1)
PAGES = (3.0, 0.6, 0.4)
EACH_PAGE = 1.4


class ScoreBasis(NamedTuple):
    """Numbers of a score that log odds are linear in."""

    middle: float
    scale: float
    knots: np.ndarray  # (M,) log odds

    @classmethod
    def of(cls, scores: np.ndarray, counts: np.ndarray) -> "ScoreBasis":
        """Such that all parts of these `scores` (n,), each of as many objects as `counts` (n,) say, can bend alike."""
        if not len(scores):
            scores, counts = np.full(1, 0.5), np.ones(1)
        log_odds = as_log_odds(scores)
        knots = counted_quantiles(log_odds, counts, KNOTS)
        knots = knots[np.append(True, np.diff(knots) > 1e-6)]
        middle = np.average(log_odds, weights=counts)
        deviation = np.sqrt(np.average((log_odds - middle) ** 2, weights=counts))
        return cls(float(middle), max(float(deviation), NARROWEST), knots)

    def design(self, log_odds: np.ndarray) -> np.ndarray:
        """(n, 2 + M): one, the score in standard deviations, and the heights of M hats."""
        line = ((log_odds - self.middle) / self.scale).clip(-3, 3)
        hats = [np.interp(log_odds, self.knots, hat) for hat in np.eye(len(self.knots))]
        return np.stack([np.ones(len(log_odds)), line, *hats], 1)


def as_log_odds(scores: np.ndarray) -> np.ndarray:
    return logit(np.clip(scores, EDGE, 1 - EDGE))


def draw_log_odds(
    scores: np.ndarray,
    basis: ScoreBasis,
    held_out: Answers,
    answers: Answers,
    draws: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """(draws, K) log odds to be right at `scores` (K,) in the project, of the posterior given both kinds of answers."""
    cells = _cells(basis, held_out, answers)
    columns = cells.design.shape[1] // 3
    posteriors = [fit(cells, _deviations(columns, size), EACH_PAGE) for size in SIZES]
    weights = softmax(np.log(SIZE_WEIGHTS) + [posterior.log_evidence for posterior in posteriors])
    drawn = _draw(posteriors, weights, draws, rng)
    in_project = drawn[:, :columns] + drawn[:, columns : 2 * columns]
    at = as_log_odds(scores)
    return at + in_project @ basis.design(at).T


def _draw(
    posteriors: list[Posterior], weights: np.ndarray, draws: int, rng: np.random.Generator
) -> np.ndarray:
    counts = rng.multinomial(draws, weights)
    return np.concatenate([one.draw(count, rng) for one, count in zip(posteriors, counts, strict=True)])


def _deviations(columns: int, size: float) -> np.ndarray:
    """(3 · columns,) of the priors of the model's curve, the project's shift and what pages differ by."""
    priors = (MODEL, tuple(size * part for part in SHIFT), PAGES)
    return np.concatenate([[intercept, slope, *[wave] * (columns - 2)] for intercept, slope, wave in priors])


def _cells(basis: ScoreBasis, held_out: Answers, answers: Answers) -> AnswerCells:
    """The model's curve speaks of all answers, the shift of the project's own, the third term of those on pages."""
    looks, pages = answers.where(answers.is_look), answers.where(~answers.is_look)
    parts = [_cells_of(basis, source, terms) for terms, source in enumerate((held_out, looks, pages), 1)]
    return AnswerCells(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _cells_of(basis: ScoreBasis, source: Answers, terms: int) -> AnswerCells:
    """Answers of one page and about one score are one cell; `terms` of the three speak of them."""
    log_odds = as_log_odds(source.score)
    bins = np.digitize(log_odds, np.linspace(logit(EDGE), -logit(EDGE), BINS + 1))
    pages, page = np.unique(source.page, return_inverse=True)
    cells, cell = np.unique(page * (BINS + 2) + bins, return_inverse=True)
    total, right = np.bincount(cell), np.bincount(cell, source.right)
    middle = np.bincount(cell, log_odds) / total
    group = np.where(pages[cells // (BINS + 2)] < 0, -1, cells // (BINS + 2)) if len(cells) else cells
    design = basis.design(middle)
    columns = [design * (term < terms) for term in range(3)]
    return AnswerCells(np.concatenate(columns, 1), middle, right, total, group)
