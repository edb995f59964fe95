"""Measure and classify, from pictures to a model in a folder."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.traits import Trait
from classifier.methods.heads import fit_heads
from classifier.methods.measure import BASELINE, MeasureMethod, baseline
from classifier.methods.measured import measured
from classifier.outputs import Outputs, PictureBatch
from classifier.run_folder import RunFolder
from tests.classifier.methods.synthetic_set import never, quiet, request


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> RunFolder:
    """Measurements are made once, in processes as in earnest."""
    return RunFolder(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module", params=["forest", "boosting"])
def fitted(request, shapes, folder):
    return _fit(shapes, folder, request.param)


def _fit(shapes, folder, head: str, seed: int = 0):
    return MeasureMethod().fit(shapes, request(method="measure", head=head, seed=seed), folder, quiet, never)


def _outputs(fitted, shapes, folder) -> Outputs:
    rows = shapes.of("test")
    return fitted(shapes.batch(rows, measured(shapes, rows, folder, quiet, never)))


def test_it_names_what_it_has_not_seen(fitted, shapes, folder):
    result = _outputs(fitted, shapes, folder)
    assert (result.logits.argmax(1) == shapes.labels[shapes.of("test")]).mean() > 0.9
    assert result.logits.shape == (15, 4)
    assert np.isfinite(result.logits).all()
    assert result.embedding.dtype == np.float32
    assert result.embedding.shape == (15, 32)


def test_it_learns_the_traits_that_can_be_learnt(fitted, shapes, folder):
    traits, test = _outputs(fitted, shapes, folder).traits, shapes.of("test")
    assert list(traits) == ["round", "looks", "pixels"]
    assert (traits["round"].argmax(1) == shapes.trait_labels["round"][test]).mean() > 0.9
    labelled = np.isfinite(shapes.trait_labels["looks"][test][:, 0])
    looks = shapes.trait_labels["looks"][test][labelled] > 0
    assert ((traits["looks"][labelled] > 0) == looks).mean() > 0.9
    assert np.abs(traits["pixels"] / shapes.trait_labels["pixels"][test] - 1).mean() < 0.2
    assert fitted.warnings == [
        "The trait Rare was not learnt: fewer than 10 training objects have a value.",
        "The trait Same was not learnt: all training objects that have a value have the same.",
    ]


def test_traits_that_are_left_out_for_one_reason_are_told_together(shapes):
    traits = [Trait(key, "flag", ("yes", "no"), name) for key, name in (("egg", "Egg sac"), ("gut", "Gut"))]
    unlabelled = np.full(len(shapes.labels), np.nan)
    lacking = replace(shapes, traits=traits, trait_labels={"egg": unlabelled, "gut": unlabelled})
    x = np.zeros((len(shapes.labels), 1))
    _, warnings = fit_heads(lacking, x[shapes.train], x[shapes.of("tune")], lambda *args: None, None)
    assert warnings == [
        "2 traits were not learnt: fewer than 10 training objects have a value of Egg sac, Gut."
    ]


def test_a_folder_brings_it_back(fitted, shapes, folder):
    config = {"fitted": fitted.save(folder)}
    again = MeasureMethod().load(folder, config, torch.device("cpu"))
    before, after = _outputs(fitted, shapes, folder), _outputs(again, shapes, folder)
    assert np.array_equal(before.logits, after.logits)
    assert np.array_equal(before.embedding, after.embedding)
    assert all(np.array_equal(before.traits[key], after.traits[key]) for key in before.traits)


def test_the_same_seed_gives_the_same_weights(fitted, shapes, folder, tmp_path):
    head = fitted.heads.as_json()["taxa"]
    weights = []
    for name in "ab":
        out = RunFolder(tmp_path / name)
        _fit(shapes, folder, head, seed=7).save(out)
        weights.append(load_file(out / "model.safetensors"))
    assert weights[0].keys() == weights[1].keys()
    assert all(np.array_equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_a_picture_that_cannot_be_measured_is_named_all_the_same(fitted, shapes):
    gaps = np.full((2, len(fitted.filling.medians) - 3), np.nan, np.float32)
    assert np.isfinite(fitted(shapes.batch(np.arange(2), gaps)).logits).all()
    with pytest.raises(ValueError, match="measurements"):
        fitted(shapes.batch(np.arange(2)))


def test_an_empty_batch_has_shapes(fitted):
    columns = len(fitted.filling.medians) - 3
    empty = PictureBatch(
        np.zeros((0, 32, 32), np.uint8), np.zeros((0, 3), np.float32), np.zeros((0, columns))
    )
    result = fitted(empty)
    assert result.logits.shape == (0, 4)
    assert result.traits["looks"].shape == (0, 2)


def test_it_can_be_stopped_while_it_grows(shapes, folder):
    steps = []
    with pytest.raises(Cancelled):
        MeasureMethod().fit(
            shapes,
            request(head="forest"),
            folder,
            steps.append,
            lambda: bool(steps) and steps[-1]["done"] > 0,
        )
    assert steps[-1] == {"stage": "train", "done": 10, "total": 20, "message": "Growing trees 10 of 20"}


def test_a_head_that_there_is_not(shapes, folder):
    with pytest.raises(ClassifierError, match="Choose forest or boosting"):
        _fit(shapes, folder, "linear")


def test_the_baseline_is_measured_on_the_fold_test(shapes, folder):
    result = baseline(shapes, folder, 0, quiet, never)
    assert result["name"] == BASELINE
    assert result["macro_f1"] > 0.9
    assert result["minutes"] > 0
    assert result.keys() == {"name", "accuracy", "balanced_accuracy", "macro_f1", "minutes"}


def test_there_is_no_baseline_without_test_objects(shapes, folder):
    from dataclasses import replace

    assert baseline(replace(shapes, folds=np.full(90, "train")), folder, 0, quiet, never) is None
