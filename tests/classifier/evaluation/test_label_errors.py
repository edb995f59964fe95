import numpy as np
from scipy.special import softmax

from classifier.evaluation.label_errors import CLEARLY, normalised_margin, suspects
from tests.classifier.evaluation.synthetic_scores import judged


def slow_suspects(p, labels) -> list[bool]:
    """The confident joint by loops, as the paper has it, of what is clearly something else."""
    means = [p[labels == k, k].mean() if (labels == k).any() else np.inf for k in range(p.shape[1])]
    result = []
    for row, label in zip(p, labels, strict=True):
        likely = [k for k in range(len(row)) if row[k] >= means[k]]
        best = max(likely, key=lambda k: row[k]) if likely else label
        result.append(bool(best != label and row[label] - np.delete(row, label).max() <= -CLEARLY))
    return result


def test_it_agrees_with_the_paper_by_loops():
    logits, labels = judged(400)
    p = softmax(logits, 1)
    labels[labels == 4] = 3  # a class without labels
    assert suspects(p, labels).tolist() == slow_suspects(p, labels)


def test_wrong_labels_are_found():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 2000)
    p = softmax(4 * np.eye(4)[truth] + rng.normal(0, 0.7, (2000, 4)), 1)
    is_wrong = rng.random(2000) < 0.05
    labels = np.where(is_wrong, (truth + 1) % 4, truth)
    result = suspects(p, labels)
    assert result[is_wrong].mean() > 0.6
    assert not result[is_wrong].all(), "an error that the model does not see is not made up"
    assert result[~is_wrong].mean() < 0.01
    worst = np.argsort(normalised_margin(p, labels))[: is_wrong.sum()]
    assert is_wrong[worst].mean() > 0.9


def test_no_objects_no_suspects():
    assert suspects(np.zeros((0, 3)), np.zeros(0, int)).shape == (0,)
