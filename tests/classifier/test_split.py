"""The three folds: samples apart, classes kept, duplicates never on two sides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.training.split import MOST_LOST, split, with_learnt_only


def tows(samples: int, each: int, classes: int = 2) -> tuple[np.ndarray, np.ndarray]:
    names = np.repeat([f"tow_{k}" for k in range(samples)], each)
    return names, np.arange(len(names)) % classes


def test_whole_samples_are_tested_and_tuned_on():
    samples, labels = tows(10, 20)
    result = split(samples, labels, 0.2, 0.1, seed=1)
    assert (result.kind, result.warnings) == ("sample", [])
    assert [(result.folds == fold).sum() for fold in ("train", "tune", "test")] == [140, 20, 40]
    for sample in set(samples):
        assert len(set(result.folds[samples == sample])) == 1
    assert not result.dropped.any()


def test_a_small_set_of_three_tows():
    samples, labels = np.array([f"tow_{n % 3}" for n in range(24)]), np.arange(24) % 2
    result = split(samples, labels, 0.2, 0.1, seed=0)
    assert result.kind == "sample"
    assert (result.folds == "test").sum() == 8
    assert len(set(samples[result.folds == "test"])) == 1
    assert set(labels[result.folds == "tune"]) == set(labels[result.folds == "train"]) == {0, 1}


@pytest.mark.parametrize(
    ("samples", "labels", "why"),
    [
        (np.repeat(["a", "b"], 50), np.tile([0, 1], 50), "fewer than three samples"),
        (np.repeat(["a", "b", "c"], 30), np.repeat([0, 1, 2], 30), "hold classes that no other has"),
    ],
)
def test_by_object_where_samples_are_no_good(samples, labels, why):
    result = split(samples, labels, 0.2, 0.1, seed=3)
    assert result.kind == "object"
    assert why in result.warnings[0]
    for label in set(labels):
        assert np.isclose((result.folds[labels == label] == "test").mean(), 0.2, atol=0.02)


def test_by_object_when_asked_for():
    samples, labels = tows(10, 20)
    result = split(samples, labels, 0.2, 0.1, seed=3, by="object")
    assert result.kind == "object"
    assert "as was asked" in result.warnings[0]
    assert [(result.folds == fold).sum() for fold in ("train", "tune", "test")] == [140, 20, 40]


def test_what_reaches_into_another_fold_is_dropped():
    samples, labels = tows(10, 20)
    alone = split(samples, labels, 0.2, 0.1, seed=1)
    train, test = (np.flatnonzero(alone.folds == fold) for fold in ("train", "test"))
    groups = np.arange(len(labels))
    groups[[train[5], test[0], test[1]]] = train[5]
    groups[[test[2], test[3]]] = test[2]
    result = split(samples, labels, 0.2, 0.1, seed=1, groups=groups)
    assert np.array_equal(result.folds, alone.folds)
    assert list(np.flatnonzero(result.dropped)) == [test[0], test[1]]


def test_samples_that_came_in_twice_are_parted_by_object():
    samples, labels = tows(6, 20)
    samples, labels = np.concatenate([samples, np.char.add(samples, " again")]), np.tile(labels, 2)
    groups = np.tile(np.arange(120), 2)
    result = split(samples, labels, 0.2, 0.1, seed=1, groups=groups)
    assert result.kind == "object"
    assert "the same pictures lie in several samples" in result.warnings[0]
    tested = (result.folds == "test") & ~result.dropped
    assert tested.sum() >= 40
    assert not np.isin(groups[result.folds == "train"], groups[tested]).any()


@pytest.mark.parametrize("seed", range(30))
def test_a_sample_that_came_in_twice_leaves_something_to_tune_by(seed):
    samples, labels = tows(8, 20)
    groups = np.arange(160)
    groups[140:] = groups[120:140]
    result = split(samples, labels, 0.2, 0.1, seed=seed, groups=groups)
    assert result.kind == "sample"
    for fold in ("train", "tune", "test"):
        assert ((result.folds == fold) & ~result.dropped).sum() >= 10


def test_a_class_of_one_object_is_learnt():
    labels = np.array([0] * 20 + [1])
    result = split(np.full(21, "a"), labels, 0.2, 0.1, seed=0)
    assert result.folds[20] == "train"


sets = st.integers(1, 12).flatmap(
    lambda samples: st.lists(
        st.tuples(st.integers(0, samples - 1), st.integers(0, 4), st.integers(0, 30)),
        min_size=4,
        max_size=120,
    )
)


@given(sets, st.integers(0, 2**31), st.sampled_from(["sample", "object"]))
def test_whatever_the_set(rows, seed, by):
    numbers, labels, groups = (np.array(column) for column in zip(*rows, strict=True))
    samples = np.char.add("s", numbers.astype(str))
    result = split(samples, labels, 0.2, 0.1, seed, groups=groups, by=by)
    again = split(samples, labels, 0.2, 0.1, seed, groups=groups, by=by)
    assert np.array_equal(result.folds, again.folds)
    assert np.array_equal(result.dropped, again.dropped)
    assert set(result.folds) <= {"train", "tune", "test"}
    assert (result.folds == "train").any()
    for group in set(groups):
        members = groups == group
        assert len(set(result.folds[members & ~result.dropped])) == 1
        if by == "object":
            assert not result.dropped[members].any()
    if result.kind == "sample":
        test = result.folds == "test"
        assert not set(samples[test]) & set(samples[~test])
        assert len(set(labels[test]) - set(labels[~test])) <= MOST_LOST * len(set(labels))


def test_what_is_tested_can_be_said_and_its_likes_are_dropped():
    samples = np.repeat([f"tow {n}" for n in range(8)], 10)
    labels = np.tile([0, 1], 40)
    test = samples == "tow 3"
    groups = np.arange(80)
    groups[0] = groups[30]  # nearly the same picture as one that is tested
    parted = split(samples, labels, 0.2, 0.1, seed=5, groups=groups, test=test)
    assert parted.kind == "sample"
    assert ((parted.folds == "test") == test).all()
    assert np.flatnonzero(parted.dropped).tolist() == [0]


def test_what_is_tested_can_be_single_objects():
    samples = np.repeat(["tow 0", "tow 1"], 20)
    test = np.zeros(40, bool)
    test[[3, 17, 30]] = True
    parted = split(samples, np.tile([0, 1], 20), 0.2, 0.1, seed=5, by="object", test=test)
    assert parted.kind == "object"
    assert np.flatnonzero(parted.folds == "test").tolist() == [3, 17, 30]


@given(st.integers(0, 10_000), st.sampled_from(["sample", "object"]))
def test_what_is_only_learnt_from_reaches_into_nothing_that_is_held_out(seed, by):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(20, 80))
    samples = rng.integers(0, 8, count).astype(str)
    labels, groups = rng.integers(0, 3, count), rng.integers(0, count, count)
    only = rng.random(count) < 0.3
    parted = split(samples[~only], labels[~only], 0.2, 0.1, seed, groups=groups[~only], by=by)
    whole = with_learnt_only(parted, only, samples, groups)
    assert whole.folds[~only].tolist() == parted.folds.tolist()
    assert whole.dropped[~only].tolist() == parted.dropped.tolist()
    assert set(whole.folds[only]) <= {"train"}
    held_out = ~only & ~whole.dropped & (whole.folds != "train")
    rest = only & ~whole.dropped
    assert not set(groups[rest]) & set(groups[held_out])
    if by == "sample" and parted.kind == "sample":
        assert not set(samples[rest]) & set(samples[held_out & (whole.folds == "test")])
