import numpy as np
import pytest

from classifier.pretraining.probe import knn_accuracy, probed

SUPPORT = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], np.float32)
LABELS = np.array([3, 3, 7, 7])


def test_the_nearest_neighbours_vote_by_how_near_they_are():
    query = np.array([[2, 0.1], [0.1, 5], [1, 0.2], [0, 1]], np.float32)
    assert knn_accuracy(SUPPORT, LABELS, query, np.array([3, 7, 3, 3])) == pytest.approx(0.75)


def test_the_length_of_a_vector_does_not_count():
    query = np.array([[0.001, 0]], np.float32)
    assert knn_accuracy(1000 * SUPPORT, LABELS, query, np.array([3])) == 1


def test_features_that_part_the_classes_are_told_from_those_that_do_not():
    rng = np.random.default_rng(0)
    labels, query_labels = rng.integers(0, 3, 300), rng.integers(0, 3, 200)

    def features(of: np.ndarray, strength: float) -> np.ndarray:
        return (strength * np.eye(3)[of] + rng.normal(size=(len(of), 3))).astype(np.float32)

    good = probed(features(labels, 8), labels, features(query_labels, 8), query_labels)
    bad = probed(features(labels, 0), labels, features(query_labels, 0), query_labels)
    assert min(good.values()) > 0.95
    assert max(bad.values()) < 0.5
