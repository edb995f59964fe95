"""The losses beside plain numpy, written from the papers, one pair at a time."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from classifier.pretraining.losses import nt_xent, vicreg


def nt_xent_in_numpy(first: np.ndarray, second: np.ndarray, temperature: float) -> float:
    """Chen et al. 2020, equation 1: for each view i with twin j, -log(exp(s_ij / t) / sum over k != i)."""
    views = np.concatenate([first, second]).astype(float)
    count = len(first)
    losses = []
    for i in range(2 * count):
        j = (i + count) % (2 * count)

        def similarity(k: int, i: int = i) -> float:
            return math.exp(
                views[i] @ views[k] / np.linalg.norm(views[i]) / np.linalg.norm(views[k]) / temperature
            )

        losses.append(-math.log(similarity(j) / sum(similarity(k) for k in range(2 * count) if k != i)))
    return sum(losses) / len(losses)


def vicreg_in_numpy(first: np.ndarray, second: np.ndarray) -> float:
    """Bardes et al. 2022, algorithm 1, with its 25, 25 and 1; the variance's two halves are averaged there."""
    width = first.shape[1]

    def variance(z: np.ndarray) -> float:
        stds = np.sqrt(z.var(axis=0, ddof=1) + 1e-4)
        return np.maximum(0, 1 - stds).mean()

    def covariance(z: np.ndarray) -> float:
        c = np.cov(z.T)
        return sum(c[a, b] ** 2 for a in range(width) for b in range(width) if a != b) / width

    invariance = ((first - second) ** 2).mean()
    return (
        25 * invariance
        + 25 * (variance(first) + variance(second)) / 2
        + covariance(first)
        + covariance(second)
    )


def pair(seed: int, count: int, width: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(count, width))
    return first, first + noise * rng.normal(size=(count, width))


@given(
    st.integers(0, 10_000),
    st.integers(2, 6),
    st.integers(2, 5),
    st.floats(0.05, 2),
    st.sampled_from([0.1, 0.5, 1.0]),
)
def test_nt_xent_is_that_of_the_paper(seed, count, width, noise, temperature):
    first, second = pair(seed, count, width, noise)
    result = nt_xent(torch.tensor(first), torch.tensor(second), temperature)
    assert float(result) == pytest.approx(nt_xent_in_numpy(first, second, temperature))


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 5), st.floats(0.01, 2))
def test_vicreg_is_that_of_the_paper(seed, count, width, noise):
    first, second = pair(seed, count, width, noise)
    result = vicreg(torch.tensor(first), torch.tensor(second))
    assert float(result) == pytest.approx(vicreg_in_numpy(first, second))


def test_twins_that_are_alike_and_unlike_all_others_cost_nearly_nothing():
    views = torch.eye(4)
    assert float(nt_xent(views, views, 0.05)) < 1e-6
    assert float(nt_xent(views, views.roll(1, 0), 0.05)) > 10


def test_where_all_are_alike_both_losses_are_high_and_have_a_slope():
    """A network that gives the same for each picture must not be a good one."""
    alike = torch.ones(8, 4, requires_grad=True)
    result = vicreg(alike, alike + 0)
    result.backward()
    assert result.item() > 20
    assert alike.grad.isfinite().all()
    assert float(nt_xent(torch.ones(8, 4), torch.ones(8, 4), 0.2)) == pytest.approx(math.log(15))
