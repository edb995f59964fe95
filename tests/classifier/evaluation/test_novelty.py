import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from classifier.evaluation import novelty as module
from classifier.evaluation.appearance import Looks
from classifier.evaluation.novelty import (
    NoveltyBank,
    fit_novelty,
    make_bank,
    nearer,
    quantiles,
    rows_to_keep,
    unit,
)


def vectors(count: int, seed: int, centre: float = 1.0) -> np.ndarray:
    return (np.random.default_rng(seed).normal(0, 1, (count, 16)) + centre * np.eye(16)[0] * 4).astype(
        np.float32
    )


def bank(count: int = 300, k: int = 20) -> NoveltyBank:
    return NoveltyBank(unit(vectors(count, 0)).astype(np.float16), np.arange(count), k)


def test_the_distance_is_that_of_scikit_learn(monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 7)  # a last chunk that is not full
    result, queries = bank(), vectors(50, 1)
    exact = NearestNeighbors(n_neighbors=20, metric="cosine").fit(result.vectors.astype(np.float32))
    assert result.distance(queries) == pytest.approx(exact.kneighbors(queries)[0][:, -1], abs=1e-3)


def test_a_bank_smaller_than_k_takes_the_farthest():
    assert bank(5).distance(vectors(3, 1)) == pytest.approx(bank(5, k=5).distance(vectors(3, 1)))


def test_empty_and_zero_embeddings_have_figures():
    assert bank().distance(np.zeros((0, 16), np.float32)).shape == (0,)
    assert bank().distance(np.zeros((1, 16), np.float32)) == pytest.approx([1])


def test_what_is_elsewhere_is_told_apart():
    near, far = bank().distance(vectors(200, 2)), bank().distance(vectors(200, 3, centre=-1))
    assert roc_auc_score(np.repeat([0, 1], 200), np.append(near, far)) > 0.99


def test_rare_taxa_are_kept_whole_and_frequent_ones_cut_alike():
    labels = np.repeat([0, 1, 2, 4], [500, 300, 20, 1])
    result = rows_to_keep(labels, most=200, seed=1)
    assert np.bincount(labels[result], minlength=5).tolist() == [89, 89, 20, 0, 1]
    assert np.array_equal(result, rows_to_keep(labels, most=200, seed=1))


def test_a_small_learning_set_is_kept_whole():
    assert rows_to_keep(np.repeat([0, 2], [4, 5])).tolist() == list(range(9))


def test_more_taxa_than_places_still_fit():
    assert len(rows_to_keep(np.arange(50), most=10)) == 10


def test_a_bank_keeps_directions():
    result = make_bank(vectors(20, 4), np.arange(20) + 1000)
    assert np.linalg.norm(result.vectors.astype(float), axis=1) == pytest.approx(1, abs=1e-3)
    assert (result.object_ids[3], result.vectors[3]) == (
        1003,
        pytest.approx(unit(vectors(20, 4))[3], abs=1e-3),
    )


def test_novelty_is_the_share_of_known_objects_that_lie_nearer():
    distances = np.random.default_rng(0).gamma(2, 0.1, 5000)
    queries = np.array([0, distances.min(), np.median(distances), distances.max(), 9])
    slow = [(distances < distance).mean() for distance in queries]
    assert nearer(queries, quantiles(distances)) == pytest.approx(slow, abs=0.005)
    assert nearer(np.array([0.1, 5]), quantiles(distances[:0])).tolist() == [0, 0]


def looks(count: int, seed: int, contrast: float = 0) -> np.ndarray:
    return np.column_stack([np.random.default_rng(seed).normal(contrast, 1, (count, 6)), np.zeros(count)])


def fitted(count: int = 500):
    return fit_novelty(bank(), Looks(looks(300, 0)), vectors(count, 5), looks(count, 5))


def test_what_is_strange_in_one_way_is_strange():
    embeddings, how = vectors(200, 6), looks(200, 6)
    _, usual = fitted()(embeddings, how)
    _, elsewhere = fitted()(vectors(200, 7, centre=-1), how)
    _, dim = fitted()(embeddings, looks(200, 7, contrast=-5))
    assert (usual > 0.95).mean() < 0.15 and np.median(usual) == pytest.approx(0.5, abs=0.1)
    assert (elsewhere > 0.95).all() and (dim > 0.95).all()


def test_the_distance_is_that_of_the_embedding():
    distances, _ = fitted()(vectors(9, 6), looks(9, 6))
    assert distances == pytest.approx(bank().distance(vectors(9, 6)))


def test_without_held_out_objects_nothing_is_new():
    _, result = fitted(0)(vectors(9, 6, centre=-1), looks(9, 6, contrast=9))
    assert result.tolist() == [0] * 9
