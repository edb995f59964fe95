"""Trees as arrays say exactly what scikit-learn's trees say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor

from classifier.contract.errors import ClassifierError
from classifier.methods.forests import Boosting, Forest, grow_boosting, grow_forest, of_boosting, prior_of
from classifier.methods.scaling import Filling
from classifier.methods.trees import Trees, of_decision_tree

CLASSES = 6  # of which 3 has no object


def tick(done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 7)).astype(np.float32)
    x[:, 2] = x[:, 2].round(1)  # ties, where ≤ and < differ
    y = rng.integers(0, 3, 400) + 2 * (x[:, 0] > 0.5)
    return x, np.where(y == 3, 5, y), np.concatenate([x, rng.normal(size=(200, 7)).astype(np.float32)])


def test_a_forest_of_arrays_gives_scikit_learns_probabilities(data):
    x, y, queries = data
    theirs = RandomForestClassifier(30, min_samples_leaf=2, random_state=1, n_jobs=1).fit(x, y)
    trees = [of_decision_tree(tree.tree_, theirs.classes_) for tree in theirs.estimators_]
    ours = Forest("one", Trees.joined(trees), prior_of("one", y, CLASSES))
    shares = ours.shares(queries)
    assert np.array_equal(shares[:, theirs.classes_], theirs.predict_proba(queries)), "to the last bit"
    assert not shares[:, 3].any()


def test_a_forest_of_arrays_gives_scikit_learns_numbers(data):
    x, _, queries = data
    y = x[:, 0] ** 2 + x[:, 1]
    theirs = RandomForestRegressor(30, random_state=1, n_jobs=1).fit(x, y)
    trees = [of_decision_tree(tree.tree_, np.arange(1)) for tree in theirs.estimators_]
    ours = Forest("number", Trees.joined(trees), np.zeros(1))
    assert np.allclose(ours(queries)[:, 0], theirs.predict(queries), rtol=1e-12)


@pytest.mark.parametrize("classes", [2, CLASSES])
def test_boosting_of_arrays_gives_scikit_learns_probabilities(data, classes):
    x, y, queries = data
    y = y % 2 if classes == 2 else y
    theirs = HistGradientBoostingClassifier(max_iter=15, early_stopping=False).fit(x, y)
    ours = of_boosting(theirs, prior_of("one", y, classes), 15)
    result = softmax(ours.raw(queries), axis=1)
    assert np.abs(result[:, theirs.classes_] - theirs.predict_proba(queries)).max() < 1e-6
    assert np.isfinite(ours(queries)).all(), "a class that nobody has seen is rare, not impossible"


@given(
    seed=st.integers(0, 2**32 - 1),
    classes=st.integers(2, 5),
    objects=st.integers(20, 90),
    gaps=st.sampled_from([0.0, 0.2]),
    digits=st.integers(0, 6),
)
@settings(max_examples=20, deadline=None)
def test_whatever_the_data_arrays_say_what_scikit_learn_says(seed, classes, objects, gaps, digits):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(objects, 4)).round(digits)
    table[rng.random(table.shape) < gaps] = np.nan
    y = np.arange(objects) % classes
    x = Filling.of(table)(table)
    forest = RandomForestClassifier(5, random_state=0, n_jobs=1).fit(x, y)
    trees = Trees.joined([of_decision_tree(tree.tree_, forest.classes_) for tree in forest.estimators_])
    ours = Forest("one", trees, prior_of("one", y, classes))
    assert np.abs(ours.shares(x) - forest.predict_proba(x)).max() < 1e-6
    boosting = HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=3, early_stopping=False).fit(x, y)
    raw = of_boosting(boosting, prior_of("one", y, classes), 5).raw(x)
    assert np.abs(softmax(raw, axis=1) - boosting.predict_proba(x)).max() < 1e-6


@pytest.mark.parametrize("kind", [Forest, Boosting])
def test_they_are_the_same_after_a_journey_as_tensors(data, kind):
    x, y, queries = data
    if kind is Forest:
        grown = grow_forest("one", x, y, CLASSES, 0, 1, tick)
    else:
        grown = grow_boosting(x, y, CLASSES, (x[:50], y[:50]), 0, 1, tick)
    again = kind.from_tensors("one", grown.tensors())
    assert np.array_equal(again(queries), grown(queries))
    assert again(queries[:0]).shape == (0, CLASSES)


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("left", 0, 0),  # round and round
        ("right", 0, 2**30),
        ("roots", 0, -1),
        ("feature", 0, -1),
        ("columns", 0, 2**30),  # would be added to memory of others
        ("columns", 0, -1),
        ("starts", 1, 2**40),
        ("starts", 0, -1),
    ],
)
def test_a_damaged_tree_is_refused_before_it_is_followed(data, name, place, value):
    x, y, _ = data
    tensors = {
        key: array.copy() for key, array in grow_forest("one", x, y, CLASSES, 0, 1, tick).tensors().items()
    }
    tensors[name][place] = value
    with pytest.raises(ClassifierError, match="damaged"):
        Forest.from_tensors("one", tensors)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("left", lambda array: array[:-1]),
        ("roots", lambda array: array[:0]),
        ("starts", lambda array: array.astype(float)),
        ("threshold", lambda array: array[:, None]),
    ],
)
def test_arrays_that_are_no_trees_are_refused(data, name, change):
    x, y, _ = data
    tensors = grow_forest("one", x, y, CLASSES, 0, 1, tick).tensors()
    with pytest.raises(ClassifierError, match="damaged"):
        Forest.from_tensors("one", tensors | {name: change(tensors[name])})


def test_trees_that_ask_for_more_than_there_is_say_so(data):
    x, y, queries = data
    forest = grow_forest("one", x, y, CLASSES, 0, 1, tick)
    with pytest.raises(ClassifierError, match="ask for feature 7, and there are 3"):
        forest(queries[:, :3])


def test_the_seed_decides_the_forest(data):
    x, y, queries = data
    first, second, other = (grow_forest("one", x, y, CLASSES, seed, 1, tick) for seed in (3, 3, 4))
    assert np.array_equal(first.tensors()["threshold"], second.tensors()["threshold"])
    assert not np.array_equal(first(queries), other(queries))


def test_no_probability_of_a_forest_is_nought(data):
    x, y, queries = data
    logits = grow_forest("one", x, y, CLASSES, 0, 1, tick)(queries)
    assert np.isfinite(logits).all()
    assert np.allclose(np.exp(logits).sum(1), 1)


def test_choices_of_several_are_learnt_one_by_one(data):
    x, _, _ = data
    chosen = np.stack([x[:, 0] > 0, x[:, 1] > 0], 1).astype(np.float32)
    odds = grow_forest("several", x, chosen, 2, 0, 1, tick)(x)
    assert ((odds > 0) == (chosen > 0)).mean() > 0.95


def test_boosting_ends_when_it_no_longer_helps(data):
    x, y, _ = data
    rng = np.random.default_rng(1)
    steps = []
    grow_boosting(
        x, y, CLASSES, (x, rng.permutation(y)), 0, 1, lambda done, total: steps.append(done)
    )  # nothing can be learnt of labels that mean nothing
    assert steps == [0, 10]


def test_growing_can_be_stopped(data):
    x, y, _ = data

    def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        grow_forest("one", x, y, CLASSES, 0, 1, stop)


def test_weighed_down_labels_say_little():
    """Two labels of the same places: the forest and the boosting follow the heavy ones."""
    x = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    right = (x[:, 0] > 0).astype(int)
    both, y = np.concatenate([x, x, x]), np.concatenate([right, 1 - right, 1 - right])
    weights = np.concatenate([np.ones(200), np.full(400, 0.01)])
    forest = grow_forest("one", both, y, 2, 0, 1, tick, weights)
    boosting = grow_boosting(both, y, 2, (x[:0], y[:0]), 0, 1, tick, weights)
    for head in (forest, boosting):
        assert (head(x).argmax(1) == right).mean() > 0.95
    assert (grow_forest("one", both, y, 2, 0, 1, tick)(x).argmax(1) == right).mean() < 0.2
    assert forest.prior == pytest.approx(prior_of("one", y, 2, weights))
