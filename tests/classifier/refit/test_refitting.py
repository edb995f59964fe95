"""Which head is fitted when, how sure it is, and what it leaves of an earlier model."""

import numpy as np
import pytest

from classifier.refit.calibrating import fit_temperature, kept_back
from classifier.refit.earlier import log_probabilities
from classifier.refit.head import Scaling
from classifier.refit.imitating import imitate
from classifier.refit.logistic import Unlabelled
from classifier.refit.refitting import HOLDS, LabelledObjects, method_for, refit
from classifier.refit.strangeness import Strangeness
from tests.classifier.refit.drawn import Drawn, draw_classes


def labelled_of(drawn: Drawn, rows: np.ndarray, earlier: np.ndarray | None = None) -> LabelledObjects:
    groups = rows % 5
    some = None if earlier is None else earlier[rows]
    return LabelledObjects(drawn.x[rows], drawn.y[rows], groups, 8, some)


@pytest.mark.parametrize(("count", "method"), [(20, "discriminant"), (79, "discriminant"), (80, "logistic")])
def test_few_labels_take_a_discriminant(count, method):
    assert method_for(labelled_of(draw_classes(100), np.arange(count))) == method


def test_few_labels_a_class_take_a_discriminant():
    x, y = np.zeros((60, 2)), np.arange(60) // 2
    assert method_for(LabelledObjects(x, y, y, 30)) == "discriminant"


def test_what_is_said_is_the_three_surest_and_adds_up():
    drawn = draw_classes(500, distance=0.6)
    scores = refit(labelled_of(drawn, np.arange(200)), Scaling.of(drawn.x)).score(drawn.x)
    assert (scores.best[:, 0] == drawn.y)[200:].mean() > 0.6
    assert (np.diff(scores.scores, axis=1) <= 0).all()
    assert (scores.scores.sum(axis=1) <= 1 + 1e-5).all()
    assert np.allclose(scores.margin, scores.scores[:, 0] - scores.scores[:, 1])
    assert (scores.entropy >= 0).all() and (scores.entropy <= 1 + 1e-5).all()


def test_of_two_classes_the_third_place_is_empty():
    drawn = draw_classes(60, classes=2)
    scores = refit(LabelledObjects(drawn.x, drawn.y, np.zeros(60), 2), Scaling.of(drawn.x)).score(drawn.x)
    assert (scores.best[:, 2] == -1).all()
    assert np.allclose(scores.scores[:, :2].sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("count", [2, 20, 100])
def test_the_first_labels_never_make_it_worse_than_the_model_was(count):
    drawn = draw_classes(3000, distance=0.6)
    surest = np.argsort(-drawn.p, axis=1)[:, :3]
    earlier = log_probabilities(surest, np.take_along_axis(drawn.p, surest, 1), 8)
    one_class = np.flatnonzero(drawn.y == 3)[:count]  # a page of one kind: what is most lopsided
    unlabelled = Unlabelled(drawn.x[-500:], earlier[-500:], HOLDS)
    scores = refit(labelled_of(drawn, one_class, earlier), Scaling.of(drawn.x), unlabelled).score(
        drawn.x, earlier
    )
    model = (drawn.p.argmax(axis=1) == drawn.y).mean()
    assert (scores.best[:, 0] == drawn.y).mean() > model - 0.015


def test_many_labels_correct_a_model_that_is_wrong():
    drawn = draw_classes(3000, distance=1.0)
    mistaken = np.roll(drawn.p, 1, axis=1)
    surest = np.argsort(-mistaken, axis=1)[:, :3]
    earlier = log_probabilities(surest, np.take_along_axis(mistaken, surest, 1), 8)
    scores = refit(labelled_of(drawn, np.arange(1000), earlier), Scaling.of(drawn.x)).score(drawn.x, earlier)
    assert (mistaken.argmax(axis=1) == drawn.y).mean() < 0.2
    assert (scores.best[1000:, 0] == drawn.y[1000:]).mean() > 0.85


def test_scores_are_as_often_right_as_they_say():
    drawn = draw_classes(6000, distance=0.5)
    scores = refit(labelled_of(drawn, np.arange(300)), Scaling.of(drawn.x)).score(drawn.x[300:])
    assert abs(scores.scores[:, 0].mean() - (scores.best[:, 0] == drawn.y[300:]).mean()) < 0.05


def test_what_a_model_has_not_named_shares_the_rest():
    p = np.exp(
        log_probabilities(np.array([[1, 0, -1], [-1, -1, -1]]), np.array([[0.7, 0.2, 0], [0, 0, 0]]), 4)
    )
    assert np.allclose(p, [[0.2, 0.7, 0.05, 0.05], [0.25] * 4], atol=1e-4)


def test_of_what_a_model_has_not_named_an_imitation_says_more():
    """Of eight classes the model's two best are stored: which comes third is seen of other objects."""
    drawn = draw_classes(2000, distance=0.6)
    surest = np.argsort(-drawn.p, axis=1)[:, :2]
    scores = np.take_along_axis(drawn.p, surest, 1)
    earlier = log_probabilities(surest, scores, 8)
    imitation = imitate(drawn.x, earlier, Scaling.of(drawn.x))
    filled = log_probabilities(surest, scores, 8, imitation.shares(drawn.x))
    third = np.argsort(-filled, axis=1)[:, 2]
    assert (np.argsort(-filled, axis=1)[:, :2] == surest).mean() > 0.99, "what is stored stands"
    assert np.allclose(np.exp(filled).sum(axis=1), 1, atol=1e-4)
    assert (third == np.argsort(-drawn.p, axis=1)[:, 2]).mean() > 0.7
    again = imitate(drawn.x, earlier, Scaling.of(drawn.x), imitation.head)
    assert np.abs(again.shares(drawn.x) - imitation.shares(drawn.x)).max() < 0.02


def test_logits_that_are_too_sure_are_cooled():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 3)) * 2
    y = np.array([rng.choice(3, p=np.exp(row) / np.exp(row).sum()) for row in logits])
    assert fit_temperature(logits, y) == pytest.approx(1, abs=0.1)
    assert fit_temperature(logits * 5, y) == pytest.approx(5, abs=0.5)


def test_a_sample_lies_on_one_side():
    groups, sides = np.repeat(np.arange(6), 10), []

    def logits_of(fit, check):
        sides.append((set(groups[fit]), set(groups[check])))
        return np.zeros((len(check), 2))

    kept_back(logits_of, np.arange(60) % 2, groups)
    assert len(sides) == 3
    assert all(not fitted & checked for fitted, checked in sides)
    assert set.union(*(checked for _, checked in sides)) == set(range(6))


def test_what_lies_far_from_all_labelled_is_novel():
    rng = np.random.default_rng(0)
    usual = np.array([1.0, 0, 0]) + rng.normal(size=(400, 3)) * 0.1
    strangeness = Strangeness.of(usual[:200], np.zeros(200, int), np.arange(200) % 4)
    assert strangeness(usual[200:]).mean() == pytest.approx(0.5, abs=0.15)
    assert (strangeness(np.array([[-1.0, 0, 0]])) == 1).all()
