"""Agreement figures against worked examples of the papers and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from sklearn.metrics import cohen_kappa_score

from classifier.statistics.agreement import (
    MISSING,
    Estimate,
    cohens_kappa,
    fleiss_kappa,
    interval_alpha,
    krippendorffs_alpha,
    ordinal_alpha,
    percent_agreement,
    with_intervals,
)

# Krippendorff (2011), section C: twelve units, four observers, with gaps; nominal alpha 0.743
GAPS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, -1, -1, -1],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, -1, 3],
        [-1, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, -1],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, -1],
    ]
).T
# The example of Fleiss' kappa that textbooks share: ten subjects, fourteen raters, five categories; kappa 0.210
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def ones(names: np.ndarray) -> np.ndarray:
    return np.ones(len(names))


def test_alpha_as_in_the_paper():
    assert krippendorffs_alpha(GAPS, ones(GAPS)) == pytest.approx(0.743, abs=0.0005)


def test_alpha_of_an_order_and_of_numbers_as_in_the_paper():
    """Section D, of the same table: ordinal 0.815, interval 0.849."""
    assert ordinal_alpha(GAPS, ones(GAPS)) == pytest.approx(0.815, abs=0.0005)
    assert interval_alpha(np.arange(6))(GAPS, ones(GAPS)) == pytest.approx(0.849, abs=0.0005)


def by_definition(names: np.ndarray, squared_difference) -> float:
    """Krippendorff's alpha, pair by pair: slow, and as the paper says it."""
    pairable = [row[row != MISSING] for row in names if (row != MISSING).sum() > 1]
    values = np.concatenate([*pairable, []])
    expected = sum(squared_difference(a, b, values) for a in values for b in values)
    observed = sum(
        squared_difference(a, b, values) / (len(row) - 1) for row in pairable for a in row for b in row
    )
    return 1 - (len(values) - 1) * observed / expected if expected else np.nan


def ordinal_difference(a: int, b: int, values: np.ndarray) -> float:
    low, high = min(a, b), max(a, b)
    between = ((values >= low) & (values <= high)).sum()
    return float(between - ((values == a).sum() + (values == b).sum()) / 2) ** 2


def test_fleiss_kappa_as_in_the_textbooks():
    names = np.array([np.repeat(np.arange(5), counts) for counts in FLEISS])
    assert fleiss_kappa(names, ones(names)) == pytest.approx(0.210, abs=0.0005)


def test_cohens_kappa_by_hand():
    """Fifty proposals: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no. Observed 0.7, by chance 0.5: kappa 0.4."""
    names = np.array([[1, 1]] * 20 + [[1, 0]] * 5 + [[0, 1]] * 10 + [[0, 0]] * 15)
    assert cohens_kappa(names, ones(names)) == pytest.approx(0.4)
    assert percent_agreement(names, ones(names)) == pytest.approx(0.7)


PAIRS = arrays(np.int64, some.tuples(some.integers(2, 60), some.just(2)), elements=some.integers(0, 4))
TABLES = arrays(
    np.int64, some.tuples(some.integers(2, 40), some.integers(2, 5)), elements=some.integers(MISSING, 4)
)
EVERY = [
    krippendorffs_alpha,
    percent_agreement,
    fleiss_kappa,
    ordinal_alpha,
    interval_alpha(np.arange(5) ** 2.0),
]


@given(PAIRS)
def test_cohens_kappa_is_that_of_scikit_learn(names):
    ours = cohens_kappa(names, ones(names))
    if np.isnan(ours):
        assert len(np.unique(names)) == 1
    else:
        assert ours == pytest.approx(cohen_kappa_score(names[:, 0], names[:, 1]))


@settings(deadline=None)  # its definition goes through all pairs of pairs
@given(
    arrays(
        np.int64, some.tuples(some.integers(2, 9), some.integers(2, 4)), elements=some.integers(MISSING, 4)
    )
)
def test_alpha_of_an_order_and_of_numbers_is_that_of_its_definition(names):
    values = np.array([-3.5, 0.0, 0.25, 7.0, 1000.0])
    assert ordinal_alpha(names, ones(names)) == pytest.approx(
        by_definition(names, ordinal_difference), nan_ok=True
    )
    assert interval_alpha(values)(names, ones(names)) == pytest.approx(
        by_definition(names, lambda a, b, _: (values[int(a)] - values[int(b)]) ** 2), nan_ok=True
    )


@given(TABLES, some.randoms())
def test_the_order_of_readers_objects_and_taxa_makes_no_difference(names, random):
    columns = random.sample(range(names.shape[1]), names.shape[1])
    rows = random.sample(range(len(names)), len(names))
    renamed = np.array([*random.sample(range(5), 5), MISSING])[names[rows][:, columns]]
    for statistic in (krippendorffs_alpha, percent_agreement, fleiss_kappa):
        one, other = statistic(names, ones(names)), statistic(renamed, ones(names))
        assert one == pytest.approx(other, nan_ok=True)


@given(some.lists(some.integers(0, 3), min_size=2, max_size=30), some.integers(2, 4))
def test_readers_who_say_the_same_agree_fully(choices, readers):
    names = np.repeat(np.array(choices)[:, None], readers, axis=1)
    assert percent_agreement(names, ones(names)) == 1
    for statistic in (krippendorffs_alpha, fleiss_kappa):
        value = statistic(names, ones(names))
        assert np.isnan(value) if len(set(choices)) == 1 else value == pytest.approx(1)


@given(TABLES, some.randoms())
def test_a_weight_counts_as_that_many_objects(names, random):
    weights = np.array([random.randint(0, 3) for _ in names])
    repeated = np.repeat(names, weights, axis=0)
    for statistic in EVERY:
        weighted = statistic(names, weights.astype(float))
        assert weighted == pytest.approx(statistic(repeated, ones(repeated)), nan_ok=True)


@given(TABLES, some.randoms())
def test_many_draws_at_once_are_as_one_after_the_other(names, random):
    draws = np.array([[random.randint(0, 3) for _ in names] for _ in range(5)], dtype=float)
    for statistic in EVERY:
        one_by_one = np.array([statistic(names, draw) for draw in draws])
        assert statistic(names, draws) == pytest.approx(one_by_one, nan_ok=True)
    pair = names[:, :2]
    one_by_one = np.array([cohens_kappa(pair, draw) for draw in draws])
    assert cohens_kappa(pair, draws) == pytest.approx(one_by_one, nan_ok=True)


def alpha(names: np.ndarray) -> Estimate:
    return with_intervals({"alpha": krippendorffs_alpha}, names)["alpha"]


def test_the_interval_holds_the_figure_and_is_narrower_with_more_objects():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 4, 400)
    names = np.stack(
        [np.where(rng.random(400) < 0.8, truth, rng.integers(0, 4, 400)) for _ in range(3)], axis=1
    )
    few, many = alpha(names[:60]), alpha(names)
    assert many.low < many.value < many.high
    assert many.high - many.low < few.high - few.low
    assert many == alpha(names), "the same draws every time"
    assert np.isnan(alpha(names[:0]).value)


def test_the_interval_of_a_known_table_stays_what_it_was():
    """By a statistic that was asked draw after draw, with the same seed: published figures can be had again."""
    result = with_intervals(
        {"alpha": krippendorffs_alpha, "percent": percent_agreement, "fleiss": fleiss_kappa}, GAPS
    )
    assert {name: figure.as_dict() for name, figure in result.items()} == {
        "alpha": {"value": 0.7434, "low": 0.4183, "high": 0.9402},
        "percent": {"value": 0.8182, "low": 0.6111, "high": 0.9583},
        "fleiss": {"value": 0.6415, "low": 0.1904, "high": 0.9192},
    }
    pair = with_intervals({"kappa": cohens_kappa}, GAPS[:, [1, 3]])
    assert pair["kappa"].as_dict() == {"value": 0.8701, "low": 0.5455, "high": 1.0}
