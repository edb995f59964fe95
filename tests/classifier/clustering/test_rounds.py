"""Groups that were drawn are clusters again, also from a sample, and as scikit-learn finds them."""

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN
from sklearn.metrics import adjusted_rand_score

from classifier.clustering import density
from classifier.clustering.density import NOISE, dense_groups
from classifier.clustering.rounds import Settings, cluster
from classifier.clustering.typical import order_of, typical_members

SIZES = (150, 100, 60, 40)


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Four dense groups and sixty vectors anywhere, float (n, 12); which group each is of."""
    chance = np.random.default_rng(3)
    labels = np.concatenate([np.repeat(np.arange(4), SIZES), np.full(60, NOISE)])
    middles = chance.normal(size=(4, 12)) * 3
    vectors = np.where(
        labels[:, None] >= 0,
        middles[labels] + 0.3 * chance.normal(size=(410, 12)),
        2.5 * chance.normal(size=(410, 12)),
    )
    return vectors.astype(np.float32), labels


def test_drawn_groups_are_found_again(drawn):
    vectors, labels = drawn
    clusters = cluster(vectors, Settings(32, last=16))
    of_groups = labels >= 0
    assert adjusted_rand_score(labels[of_groups], clusters.labels[of_groups]) > 0.95
    assert (clusters.labels[~of_groups] == NOISE).mean() > 0.8


def test_as_scikit_learn_finds_them(drawn):
    vectors, _ = drawn
    theirs = HDBSCAN(
        min_cluster_size=32, min_samples=density.NEIGHBOURS, cluster_selection_method="leaf", copy=True
    )
    ours, _ = dense_groups(vectors, 32)
    assert adjusted_rand_score(theirs.fit_predict(vectors), ours) > 0.9


def test_of_a_sample_the_others_join_the_nearest_core(drawn):
    vectors, labels = drawn
    clusters = cluster(vectors, Settings(32, last=32, sample=200))
    inside = clusters.labels >= 0
    assert inside.sum() > 250
    assert adjusted_rand_score(labels[inside], clusters.labels[inside]) > 0.95


def test_the_same_vectors_give_the_same_clusters(drawn):
    vectors, _ = drawn
    first, again = (cluster(vectors, Settings(32, sample=300, seed=5)) for _ in range(2))
    assert (first.labels == again.labels).all()


def test_strangers_are_farther_from_the_core_than_typical_members(drawn):
    clusters = cluster(drawn[0], Settings(32))
    for number, typical in enumerate(typical_members(clusters)):
        members = clusters.labels == number
        assert members[typical].all()
        assert clusters.distances[typical].mean() < np.median(clusters.distances[members])


def test_what_is_alike_stands_together():
    middles = np.array([[0.0, 0], [9, 9], [0.1, 0], [9, 8.9]])
    place = order_of(middles)
    assert abs(place[0] - place[2]) == abs(place[1] - place[3]) == 1


@pytest.mark.parametrize("count", [0, 1, 5])
def test_of_too_few_there_are_none(count):
    assert (cluster(np.ones((count, 3), np.float32), Settings(8)).labels == NOISE).all()
