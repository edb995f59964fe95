"""The posterior is that of a plain logistic regression with a ridge, whichever way groups are eliminated."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logit

from classifier.statistics.logistic import AnswerCells, fit

DEVIATION, EACH_GROUP = np.array([1.5, 0.7]), 0.8


def drawn_cells(groups: int) -> AnswerCells:
    rng = np.random.default_rng(0)
    total = rng.integers(1, 20, 60)
    group = rng.integers(-1, groups, 60)
    design = np.stack([np.ones(60), rng.normal(size=60)], 1)
    return AnswerCells(design, rng.normal(size=60), rng.binomial(total, 0.7), total, group)


def minus_log_posterior(cells: AnswerCells, groups: int):
    def of(all_coefficients: np.ndarray) -> float:
        beta, intercepts = (
            all_coefficients[:2],
            np.append(all_coefficients[2:], 0.0),
        )  # the last one is of none
        log_odds = cells.offset + cells.design @ beta + intercepts[cells.group]
        likelihood = cells.right * log_odds - cells.total * np.logaddexp(0, log_odds)
        penalty = ((beta / DEVIATION) ** 2).sum() + ((intercepts / EACH_GROUP) ** 2).sum()
        return penalty / 2 - likelihood.sum()

    return minimize(of, np.zeros(2 + groups), method="BFGS", options={"gtol": 1e-7}), of


def hessian(of, at: np.ndarray, step: float = 1e-3) -> np.ndarray:
    each = np.eye(len(at)) * step
    return np.array([[
        (of(at + a + b) - of(at + a - b) - of(at - a + b) + of(at - a - b)) / (4 * step**2) for b in each
    ] for a in each])  # fmt: skip


@pytest.mark.parametrize("groups", [0, 1, 7])
def test_mean_covariance_and_evidence_are_those_of_a_general_optimiser(groups):
    cells = drawn_cells(groups)
    posterior = fit(cells, DEVIATION, EACH_GROUP)
    best, of = minus_log_posterior(cells, groups)
    curvature = hessian(of, best.x)

    assert posterior.mean == pytest.approx(best.x[:2], abs=1e-4)
    covariance = np.linalg.inv(posterior.factor @ posterior.factor.T)
    assert covariance == pytest.approx(np.linalg.inv(curvature)[:2, :2], rel=1e-3)
    prior = -2 * np.log(DEVIATION).sum() - 2 * groups * np.log(EACH_GROUP)
    evidence = -best.fun + (prior - np.linalg.slogdet(curvature)[1]) / 2
    assert posterior.log_evidence == pytest.approx(evidence, abs=1e-3)


def test_draws_scatter_as_the_posterior_says():
    posterior = fit(drawn_cells(3), DEVIATION, EACH_GROUP)
    drawn = posterior.draw(40_000, np.random.default_rng(1))
    covariance = np.linalg.inv(posterior.factor @ posterior.factor.T)
    assert drawn.mean(0) == pytest.approx(posterior.mean, abs=0.02)
    assert np.cov(drawn.T) == pytest.approx(covariance, rel=0.05, abs=1e-3)


def test_without_answers_it_is_the_prior():
    nothing = AnswerCells(np.zeros((0, 2)), *(np.zeros(0) for _ in range(3)), np.zeros(0, int))
    posterior = fit(nothing, DEVIATION, EACH_GROUP)
    assert posterior.mean.tolist() == [0, 0]
    assert np.linalg.inv(posterior.factor.T) == pytest.approx(np.diag(DEVIATION))
    assert posterior.log_evidence == pytest.approx(0)


def test_answers_that_all_agree_have_a_top_too():
    all_right = drawn_cells(2)._replace(right=drawn_cells(2).total)
    assert np.isfinite(fit(all_right, DEVIATION, EACH_GROUP).mean).all()


@pytest.mark.parametrize(("share", "surest"), [(0.2, 3), (0.5, 6), (0.9, 9)])
def test_where_answers_contradict_scores_the_top_is_found_all_the_same(share, surest):
    """The surer the model was, the more of the same share are wrong: whole steps of Newton's go to and fro for ever."""
    offset, line = np.linspace(-1, surest, 20), np.linspace(-2, 2, 20)
    total = np.full(20, 50)
    cells = AnswerCells(
        np.stack([np.ones(20), line], 1), offset, np.round(total * share), total, np.full(20, -1)
    )
    posterior = fit(cells, np.array([30.0, 30.0]), 1.0)
    expected = [logit(share) - offset.mean(), -np.diff(offset)[0] / np.diff(line)[0]]
    assert posterior.mean == pytest.approx(expected, abs=0.01)
