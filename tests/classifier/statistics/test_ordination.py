"""How unlike samples are, their tree and their points: worked out by hand, and as independent programs have them."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist, squareform
from sklearn.isotonic import IsotonicRegression

from classifier.statistics.dissimilarity import TRANSFORMATIONS, bray_curtis
from classifier.statistics.linkage import Join, average_linkage, leaf_order
from classifier.statistics.ordination import principal_coordinates
from classifier.statistics.scaling import monotone, nonmetric_scaling

# six species at two sites: 16 and 22 of them, the smaller numbers sum up to 11
SITES = np.array([[7.0, 3, 0, 5, 0, 1], [2, 4, 7, 6, 0, 3]])


@pytest.fixture
def drawn() -> np.ndarray:
    """Twelve samples of nine taxa."""
    return np.random.default_rng(3).gamma(0.8, 4.0, (12, 9))


def test_two_sites_by_hand():
    assert bray_curtis(SITES)[0, 1] == pytest.approx(1 - 2 * 11 / (16 + 22))


@pytest.mark.parametrize(
    ("transformation", "dissimilarity"),
    [("none", 16 / 18), ("sqrt", 4 / 6), ("fourth", 2 / 4), ("presence", 1 / 3)],
)
def test_transformations_by_hand(transformation, dissimilarity):
    """16 of one taxon and none of another, against 1 of each: |16 − 1| + |0 − 1| of 18, |4 − 1| + 1 of 6 and so on."""
    amounts = TRANSFORMATIONS[transformation](np.array([[16.0, 0.0], [1.0, 1.0]]))
    assert bray_curtis(amounts)[0, 1] == pytest.approx(dissimilarity)


def test_dissimilarities_are_those_of_scipy(drawn):
    assert bray_curtis(drawn) == pytest.approx(squareform(pdist(drawn, "braycurtis")))


def test_average_linkage_by_hand():
    """a and b join at 2, c and d at 4, and both at the mean of 6, 10, 8 and 12."""
    between = np.array([[0.0, 2, 6, 10], [2, 0, 8, 12], [6, 8, 0, 4], [10, 12, 4, 0]])
    joins = average_linkage(between)
    assert joins == [Join(0, 1, 2.0), Join(2, 3, 4.0), Join(4, 5, 9.0)]
    assert leaf_order(joins) == [0, 1, 2, 3]


def test_average_linkage_is_that_of_scipy(drawn):
    joins = average_linkage(bray_curtis(drawn))
    theirs = linkage(pdist(drawn, "braycurtis"), "average")
    assert [(join.left, join.right, join.height) for join in joins] == [
        (*pair, pytest.approx(height)) for *pair, height, _ in theirs.tolist()
    ]
    assert sorted(leaf_order(joins)) == list(range(len(drawn)))


def test_principal_coordinates_of_a_rectangle_by_hand():
    """Corners of 4 by 2: all distances come back, the long side holds 4² of 4² + 2²."""
    corners = np.array([[0.0, 0], [4, 0], [4, 2], [0, 2]])
    between = squareform(pdist(corners))
    answer = principal_coordinates(between)
    assert squareform(pdist(answer.points)) == pytest.approx(between)
    assert answer.shares == pytest.approx([0.8, 0.2])
    assert answer.negative == pytest.approx(0)


def test_negative_eigenvalues_count_against_the_shares():
    """Three samples at 1 from each other and all at 0.5 from a fourth lie in no space: with the rows' means
    (2.25, 2.25, 2.25, 0.75) ÷ 4 of the squares the eigenvalues are 0.5, 0.5, 0 and −0.0625."""
    between = np.ones((4, 4)) - np.eye(4)
    between[3, :3] = between[:3, 3] = 0.5
    answer = principal_coordinates(between)
    assert answer.shares == pytest.approx([0.5 / 1.0625] * 2)
    assert answer.negative == pytest.approx(0.0625 / 1.0625)


def test_monotone_regression_is_that_of_scikit_learn():
    rng = np.random.default_rng(1)
    order, values = rng.permutation(200).astype(float), rng.random(200)
    assert monotone(order, values) == pytest.approx(IsotonicRegression().fit(order, values).predict(order))


def test_points_whose_order_can_be_kept_have_no_stress():
    """Squares of distances in a plane are in the same order as the distances."""
    places = np.random.default_rng(2).random((15, 2))
    scaling = nonmetric_scaling(squareform(pdist(places)) ** 2)
    assert scaling.stress < 0.01
    between, again = pdist(places), pdist(scaling.points)
    assert np.corrcoef(between, again)[0, 1] > 0.99


def test_stress_is_kruskals_first(drawn):
    between = bray_curtis(drawn)
    scaling = nonmetric_scaling(between)
    pairs = np.triu_indices(len(drawn), 1)
    distances = pdist(scaling.points)
    fitted = IsotonicRegression().fit(between[pairs], distances).predict(between[pairs])
    stress = np.sqrt(np.square(distances - fitted).sum() / np.square(distances).sum())
    assert scaling.stress == pytest.approx(stress, abs=1e-6)
    assert 0 < scaling.stress < 0.3
