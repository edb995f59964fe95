"""Logistic regression with a Gaussian prior of each coefficient and of each group's own intercept, by Laplace.

The posterior is taken for the Gaussian at its top, which Newton's method finds in a few steps. Groups are met in one
row of coefficients each, so they cost what they number, not its square: their block of the Hessian is diagonal, and
leaves by Schur's complement. C. M. Bishop (2006), Pattern Recognition and Machine Learning, chapter 4.5.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.sparse import csr_array
from scipy.special import expit

STEPS = 50  # of Newton at most: it takes six to ten
NEAR = 1e-8


class Cells(NamedTuple):
    """What was seen, alike objects together; one entry a cell, (C,), and their design."""

    design: np.ndarray  # (C, D)
    offset: np.ndarray  # added to the log odds
    right: np.ndarray  # how many of
    total: np.ndarray
    group: np.ndarray  # int from 0; -1 of none


class Posterior(NamedTuple):
    mean: np.ndarray  # (D,)
    factor: np.ndarray  # (D, D) lower Cholesky factor of the precision
    log_evidence: float  # of the prior, to weigh priors against each other

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """(count, D) coefficients."""
        noise = rng.standard_normal((len(self.mean), count))
        return self.mean + solve_triangular(self.factor, noise, lower=True, trans="T").T


def fit(cells: Cells, deviation: np.ndarray, group_deviation: float) -> Posterior:
    """`deviation` (D,): the standard deviations of the coefficients' prior, whose means are 0."""
    groups = int(cells.group.max(initial=-1)) + 1
    member = _membership(cells.group, groups)
    precision, group_precision = deviation**-2.0, group_deviation**-2.0
    beta, intercepts = np.zeros(len(deviation)), np.zeros(groups)

    for _ in range(STEPS):
        step, group_step, factor, log_determinant = _newton(
            cells, member, beta, intercepts, precision, group_precision
        )
        scale = min(1.0, 4.0 / max(np.abs(step).max(initial=0), np.abs(group_step).max(initial=0), NEAR))
        beta, intercepts = beta + scale * step, intercepts + scale * group_step
        if np.abs(step).max(initial=0) < NEAR:
            break
    penalty = (precision * beta**2).sum() + group_precision * (intercepts**2).sum()
    prior = np.log(precision).sum() + groups * np.log(group_precision)
    log_odds = _log_odds(cells, member, beta, intercepts)
    likelihood = (cells.right * log_odds - cells.total * np.logaddexp(0, log_odds)).sum()
    return Posterior(beta, factor, float(likelihood - (penalty - prior + log_determinant) / 2))


def _membership(group: np.ndarray, groups: int) -> csr_array:
    """(C, G), one where a cell is of a group."""
    rows = np.flatnonzero(group >= 0)
    return csr_array((np.ones(len(rows)), (rows, group[rows])), shape=(len(group), groups))


def _log_odds(cells: Cells, member: csr_array, beta: np.ndarray, intercepts: np.ndarray) -> np.ndarray:
    return cells.offset + cells.design @ beta + member @ intercepts


def _newton(
    cells: Cells,
    member: csr_array,
    beta: np.ndarray,
    intercepts: np.ndarray,
    precision: np.ndarray,
    group_precision: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """The step of both kinds, the factor of the coefficients' marginal precision, and log |Hessian|."""
    chance = expit(_log_odds(cells, member, beta, intercepts))
    weight, left = cells.total * chance * (1 - chance), cells.right - cells.total * chance
    slope = cells.design.T @ left - precision * beta
    group_slope = member.T @ left - group_precision * intercepts
    own = member.T @ weight + group_precision
    weighted = cells.design * weight[:, None]
    shared = member.T @ weighted  # (G, D)
    marginal = cells.design.T @ weighted + np.diag(precision) - shared.T @ (shared / own[:, None])
    factor = cho_factor(marginal, lower=True)
    step = cho_solve(factor, slope - shared.T @ (group_slope / own))
    group_step = (group_slope - shared @ step) / own
    lower = np.tril(factor[0])
    return step, group_step, lower, float(2 * np.log(np.diag(lower)).sum() + np.log(own).sum())
