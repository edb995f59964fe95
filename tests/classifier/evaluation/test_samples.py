import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import f1_score

from classifier.evaluation.metrics import expected_calibration_error
from classifier.evaluation.samples import per_sample
from tests.classifier.evaluation.synthetic_scores import judged


def test_each_sample_has_its_own_figures_the_worst_first():
    logits, labels = judged(900)
    p = softmax(logits, 1)
    predicted, names = p.argmax(1), np.array(["tow 1", "tow 2", "odd"])[np.repeat([0, 1, 2], [400, 400, 100])]
    labels[800:] = (predicted[800:] + 1) % 5
    novelty = np.where(names == "odd", 0.99, 0.5)
    result = per_sample(names, labels, predicted, p.max(1), novelty)
    assert result[0]["sample"] == "odd"
    assert (result[0]["accuracy"], result[0]["novel_share"], result[0]["count"]) == (0, 1, 100)
    for entry in result[1:]:
        mine = names == entry["sample"]
        assert entry["accuracy"] == pytest.approx((labels == predicted)[mine].mean())
        assert entry["macro_f1"] == pytest.approx(
            f1_score(labels[mine], predicted[mine], average="macro", labels=np.unique(labels[mine]))
        )
        assert entry["ece"] == pytest.approx(expected_calibration_error(labels[mine], p[mine]))
        assert entry["mean_score"] == pytest.approx(p[mine].max(1).mean())
        assert entry["novel_share"] == 0


def test_a_sample_of_one_object_has_figures():
    (result,) = per_sample(np.array(["a"]), np.array([3]), np.array([3]), np.array([0.8]), np.array([0.1]))
    assert (result["accuracy"], result["macro_f1"], result["ece"]) == (1, 1, pytest.approx(0.2))
    assert per_sample(*(np.zeros(0, int) for _ in range(5))) == []
