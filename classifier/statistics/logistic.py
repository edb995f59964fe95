"""Logistic regression with a Gaussian prior of each coefficient and of each group's own intercept, by Laplace.

The posterior is taken for the Gaussian at its top, which Newton's method finds in a few steps. A group has no more than
one coefficient, so the groups' block of the Hessian is diagonal and leaves by Schur's complement: a thousand groups
cost a thousand numbers, not their square. C. M. Bishop (2006), Pattern Recognition and Machine Learning, chapter 4.5.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, solve_triangular
from scipy.sparse import csr_array
from scipy.special import expit

STEPS = 100  # of Newton at most: it takes six to ten
NEAR = 1e-7  # a step in log odds that makes no difference


class AnswerCells(NamedTuple):
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


def fit(cells: AnswerCells, deviation: np.ndarray, group_deviation: float) -> Posterior:
    """`deviation` (D,): the standard deviations of the coefficients' prior, whose means are 0.

    RuntimeError where Newton's steps don't end; the log posterior is concave, so they do.
    """
    groups = int(cells.group.max(initial=-1)) + 1
    model = _Model(cells, _membership(cells.group, groups), deviation**-2.0, group_deviation**-2.0)
    beta, intercepts = np.zeros(len(deviation)), np.zeros(groups)
    for _ in range(STEPS):
        step, group_step, factor, log_determinant = model.newton(beta, intercepts)
        if max(np.abs(step).max(initial=0), np.abs(group_step).max(initial=0)) < NEAR:
            prior = np.log(model.precision).sum() + groups * np.log(model.group_precision)
            evidence = model.log_posterior(beta, intercepts) + (prior - log_determinant) / 2
            return Posterior(beta, factor, float(evidence))
        scale = model.rising(beta, intercepts, step, group_step)
        beta, intercepts = beta + scale * step, intercepts + scale * group_step
    raise RuntimeError(f"No top after {STEPS} steps.")


class _Model(NamedTuple):
    cells: AnswerCells
    member: csr_array  # (C, G), one where a cell is of a group
    precision: np.ndarray  # (D,)
    group_precision: float

    def log_odds(self, beta: np.ndarray, intercepts: np.ndarray) -> np.ndarray:
        return self.cells.offset + self.cells.design @ beta + self.member @ intercepts

    def log_posterior(self, beta: np.ndarray, intercepts: np.ndarray) -> float:
        """Up to a constant."""
        log_odds = self.log_odds(beta, intercepts)
        likelihood = (self.cells.right * log_odds - self.cells.total * np.logaddexp(0, log_odds)).sum()
        penalty = (self.precision * beta**2).sum() + self.group_precision * (intercepts**2).sum()
        return float(likelihood - penalty / 2)

    def rising(
        self, beta: np.ndarray, intercepts: np.ndarray, step: np.ndarray, group_step: np.ndarray
    ) -> float:
        """The part of a step, all of it if possible, that leads upwards: far from the top whole ones lead beyond."""
        start, scale = self.log_posterior(beta, intercepts), 1.0
        while scale > NEAR:
            if self.log_posterior(beta + scale * step, intercepts + scale * group_step) >= start:
                return scale
            scale /= 2
        return 1.0  # as near as rounding lets it be told

    def newton(
        self, beta: np.ndarray, intercepts: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
        """The step of both kinds, the factor of the coefficients' marginal precision, and log |Hessian|."""
        cells, chance = self.cells, expit(self.log_odds(beta, intercepts))
        weight, residuals = cells.total * chance * (1 - chance), cells.right - cells.total * chance
        slope = cells.design.T @ residuals - self.precision * beta
        group_slope = self.member.T @ residuals - self.group_precision * intercepts
        own = self.member.T @ weight + self.group_precision
        weighted = cells.design * weight[:, None]
        shared = self.member.T @ weighted  # (G, D)
        marginal = cells.design.T @ weighted + np.diag(self.precision) - shared.T @ (shared / own[:, None])
        factor = np.linalg.cholesky(marginal)
        step = cho_solve((factor, True), slope - shared.T @ (group_slope / own))
        group_step = (group_slope - shared @ step) / own
        return step, group_step, factor, float(2 * np.log(np.diag(factor)).sum() + np.log(own).sum())


def _membership(group: np.ndarray, groups: int) -> csr_array:
    rows = np.flatnonzero(group >= 0)
    return csr_array((np.ones(len(rows)), (rows, group[rows])), shape=(len(group), groups))
