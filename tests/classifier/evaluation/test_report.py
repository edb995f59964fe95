import json

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import average_precision_score

from classifier.contract.traits import Trait
from classifier.contract.tree import Tree
from classifier.evaluation.balance import decide
from classifier.evaluation.report import Held, Learnt, measure_all
from tests.classifier.evaluation.synthetic_scores import CLASSES, judged, tree

TRAITS = [
    Trait("eggs", "flag", ("yes", "no")),
    Trait("parts", "several", ("antenna", "tail")),
    Trait("length", "measure"),
]
KEYS = {
    "accuracy", "balanced_accuracy", "macro_f1", "top5_accuracy", "nll", "ece", "ece_before", "ece_by_chance",
    "classwise_ece",
    "intervals", "n_tune", "n_held_out", "balance", "guess", "per_taxon", "confusion", "precision_recall",
    "reliability", "hierarchy", "back_off", "thresholds", "conformal", "novelty", "traits", "samples", "worst",
    "suspects",
}  # fmt: skip


def trait_labels(count: int, labelled: bool = True) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(count)
    result = {
        "eggs": rng.integers(-1, 2, count),
        "parts": (rng.random((count, 2)) < 0.5).astype(np.float32),
        "length": rng.random(count),
    }
    return (
        result
        if labelled
        else {"eggs": result["eggs"] * 0 - 1}
        | {key: np.full_like(result[key], np.nan) for key in ("parts", "length")}
    )


def held_out(count: int, classes: int = 5, seed: int = 0, samples: int = 6, labelled: bool = True) -> Held:
    logits, labels = judged(count, classes, seed)
    p = softmax(logits, 1)
    rng = np.random.default_rng(seed)
    return Held(
        object_ids=np.arange(count) + 100,
        samples=np.array([f"s{k % samples}" for k in range(count)], str),
        labels=labels,
        logits=2 * logits,
        p=p,
        predicted=decide(p, np.full(classes, 1 / classes), 0.5),
        distance=rng.gamma(2, 0.1, count),
        novelty=rng.random(count),
        trait_outputs={
            "eggs": rng.normal(size=(count, 2)),
            "parts": rng.normal(size=(count, 2)),
            "length": rng.random(count),
        },
        trait_labels=trait_labels(count, labelled),
    )


def learnt(classes: list[str], traits: list[Trait] = TRAITS, of: Tree | None = None) -> Learnt:
    labels = np.arange(50) % len(classes)
    return Learnt(classes, of or tree(), labels, traits, trait_labels(50), balance=0.5)


def test_everything_that_was_promised_is_there():
    tune, test = held_out(2000, seed=1), held_out(1500, seed=2)
    result = measure_all(tune, test, learnt(CLASSES))
    assert set(result) == KEYS
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert (result["n_held_out"], result["n_tune"]) == (1500, 2000)
    for name, (low, high) in result["intervals"].items():
        assert low <= result[name] <= high
    assert result["ece"] < result["ece_before"]
    for k, entry in enumerate(result["per_taxon"]):
        assert entry["n_train"] == 10
        assert entry["average_precision"] == pytest.approx(
            average_precision_score(test.labels == k, test.p[:, k])
        )
        for name in ("precision", "recall", "f1"):
            low, high = entry[f"{name}_interval"]
            assert low <= entry[name] <= high
    assert result["confusion"]["labels"] == ["medusae", "copepoda", "calanus", "cyclopoida", "detritus"]
    assert list(result["thresholds"]) == ["0.8", "0.9", "0.95", "0.99"]
    for entry in result["conformal"]:
        assert entry["measured"] > entry["coverage"] - 0.04
    assert [entry["precision"] for entry in result["back_off"]] == [0.8, 0.9, 0.95, 0.99]
    assert result["back_off"][0]["accuracy"] > 0.78
    assert all(0 <= entry["leaf_share"] <= entry["coverage"] for entry in result["back_off"])
    assert result["guess"]["accuracy"] == pytest.approx((test.labels == 0).mean())
    assert len(result["worst"]) == 60
    assert result["worst"][0]["score"] == max(
        score for score, right in zip(test.score, test.predicted == test.labels, strict=True) if not right
    )
    assert result["suspects"]["share"] == pytest.approx(result["suspects"]["count"] / 3500)
    assert [trait["key"] for trait in result["traits"]] == ["eggs", "parts", "length"]
    assert sum(entry["count"] for entry in result["samples"]) == 1500
    assert len(result["novelty"]["quantiles"]) == 101


@pytest.mark.parametrize(
    ("tune", "test", "classes"),
    [
        (held_out(300), held_out(0), CLASSES),
        (held_out(0), held_out(200), CLASSES),
        (held_out(0), held_out(0), CLASSES),
        (held_out(1), held_out(1), CLASSES),
        (held_out(40, samples=1), held_out(40, samples=1, labelled=False), CLASSES),
        (held_out(60, classes=2), held_out(60, classes=2, seed=1), ["calanus", "medusae"]),
        (held_out(100, classes=12), held_out(5, classes=12), [f"t{k}" for k in range(12)]),
    ],
    ids=[
        "no test",
        "no tune",
        "neither",
        "one object",
        "one sample, no traits",
        "two taxa",
        "taxa without objects",
    ],
)
def test_what_cannot_be_had_is_null_and_never_nan(tune, test, classes):
    result = measure_all(tune, test, learnt(classes))
    assert set(json.loads(json.dumps(result, allow_nan=False))) == KEYS
    if not len(test):
        assert result["accuracy"] is result["ece"] is result["macro_f1"] is None
        assert result["worst"] == result["samples"] == []
    if not len(tune):
        assert set(result["thresholds"]["0.9"].values()) == {None}
        assert result["novelty"]["quantiles"] == []
        assert all(entry["coverage"] in (0, None) for entry in result["back_off"])


def test_half_the_memory_gives_the_same_figures():
    double, single = ([held_out(400, seed=1), held_out(300, seed=2)] for _ in range(2))
    for fold in single:
        fold.logits, fold.p = fold.logits.astype(np.float32), fold.p.astype(np.float32)
        fold.distance = fold.distance.astype(np.float32)
    result, expected = (measure_all(*folds, learnt(CLASSES)) for folds in (single, double))
    json.dumps(result, allow_nan=False)
    for name in ("accuracy", "macro_f1", "nll", "ece", "ece_before", "classwise_ece"):
        assert result[name] == pytest.approx(expected[name], abs=1e-5)
    assert result["back_off"] == expected["back_off"]


def test_without_a_tree_or_traits_there_are_figures_too():
    result = measure_all(held_out(300), held_out(300, seed=1), learnt(CLASSES, [], Tree()))
    json.dumps(result, allow_nan=False)
    assert result["traits"] == []
    assert len(result["hierarchy"]["within"]) == 1
    assert result["confusion"]["labels"] == sorted(result["confusion"]["labels"])
