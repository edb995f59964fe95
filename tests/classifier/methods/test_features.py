"""Features and classify, from pictures to a model in a folder."""

from urllib.error import URLError

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from safetensors.torch import save_file

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.methods import frozen
from classifier.methods.features import FeaturesMethod
from classifier.models.network import Architecture, Network
from classifier.run_folder import RunFolder
from tests.classifier.methods.synthetic_set import SIDE, never, quiet, request


def _fit(shapes, folder, **more):
    return FeaturesMethod().fit(shapes, request(method="features", **more), folder, quiet, never)


@pytest.fixture(scope="module", params=["linear", "forest"])
def fitted(request, shapes, tmp_path_factory):
    return _fit(shapes, RunFolder(tmp_path_factory.mktemp("run")), head=request.param)


@pytest.fixture(scope="module")
def network(tmp_path_factory) -> RunFolder:
    """A fine-tuned network's folder, as far as its features go."""
    folder = RunFolder(tmp_path_factory.mktemp("network"))
    torch.manual_seed(0)
    created = Network(Architecture.suited("mobilenet_v3_small", SIDE, classes=3))
    save_file(created.state_dict(), folder / "model.safetensors")
    shape = created.shape.as_json()
    folder.write_json(
        "config.json",
        {"method": "network", "fitted": {"network": shape, "preprocessing": {"mean": 0.8, "std": 0.2}}},
    )
    return folder


def test_it_names_what_it_has_not_seen(fitted, shapes):
    test = shapes.of("test")
    result = fitted(shapes.batch(test))
    assert (result.logits.argmax(1) == shapes.labels[test]).mean() > 0.9
    assert np.isfinite(result.logits).all()
    assert result.embedding.dtype == np.float32
    assert result.embedding.shape == (15, 59), "no more components than 60 objects have"


def test_it_learns_the_traits_that_can_be_learnt(fitted, shapes):
    test = shapes.of("test")
    traits = fitted(shapes.batch(test)).traits
    assert list(traits) == ["round", "looks", "pixels"]
    assert (traits["round"].argmax(1) == shapes.trait_labels["round"][test]).mean() > 0.9
    assert np.abs(traits["pixels"] / shapes.trait_labels["pixels"][test] - 1).mean() < 0.3
    assert [warning[:14] for warning in fitted.warnings] == ["The trait Rare", "The trait Same"]


def test_a_folder_brings_it_back(fitted, shapes, tmp_path):
    folder = RunFolder(tmp_path)
    again = FeaturesMethod().load(folder, {"fitted": fitted.save(folder)}, torch.device("cpu"))
    batch = shapes.batch(shapes.of("test"))
    before, after = fitted(batch), again(batch)
    assert np.array_equal(before.logits, after.logits)
    assert np.array_equal(before.embedding, after.embedding)
    assert all(np.array_equal(before.traits[key], after.traits[key]) for key in before.traits)


def test_the_same_seed_gives_the_same_weights(fitted, shapes, tmp_path):
    head = fitted.heads.as_json()["taxa"]
    weights = []
    for name in "ab":
        folder = RunFolder(tmp_path / name)
        _fit(shapes, folder, head=head, seed=7).save(folder)
        weights.append(load_file(folder / "model.safetensors"))
    assert weights[0].keys() == weights[1].keys()
    assert all(np.array_equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_true_sizes_are_left_out_where_they_are_not_wanted(shapes, tmp_path):
    fitted = _fit(shapes, RunFolder(tmp_path), head="linear", use_size=False)
    batch = shapes.batch(np.arange(3))
    before = fitted(batch).logits
    batch.sizes = batch.sizes + 5
    assert np.array_equal(fitted(batch).logits, before)


def test_an_empty_batch_has_shapes(fitted, shapes):
    result = fitted(shapes.batch(np.arange(0)))
    assert result.logits.shape == (0, 4)


def test_features_of_an_earlier_network(shapes, network, tmp_path):
    fitted = _fit(shapes, RunFolder(tmp_path), head="linear", start_from=str(network.path))
    again = FeaturesMethod().load(
        RunFolder(tmp_path), {"fitted": fitted.save(RunFolder(tmp_path))}, torch.device("cpu")
    )
    pixels = shapes.pictures.at(np.arange(4))
    theirs = Network(Architecture.suited("mobilenet_v3_small", SIDE, classes=3))
    theirs.load_state_dict(load_torch(network))
    grey = (torch.from_numpy(pixels)[:, None].float() / 255 - 0.8) / 0.2
    with torch.inference_mode():
        expected = theirs.eval().features(grey).flatten(1)
    assert np.allclose(fitted.extractor(pixels), expected, atol=1e-4)
    assert np.array_equal(again.extractor(pixels), fitted.extractor(pixels))
    assert fitted(shapes.batch(np.arange(0))).logits.shape == (0, 4)


def load_torch(folder: RunFolder) -> dict:
    return {name: torch.from_numpy(value) for name, value in load_file(folder / "model.safetensors").items()}


def test_a_folder_that_holds_no_network(shapes, tmp_path):
    with pytest.raises(ClassifierError, match=r"no model: config\.json is missing"):
        _fit(shapes, RunFolder(tmp_path), head="linear", start_from=str(tmp_path))


def test_without_a_connection_it_says_what_can_be_done(shapes, tmp_path, monkeypatch):
    def offline(*arguments, **more):
        raise URLError("no route")

    monkeypatch.setattr(frozen, "backbone", offline)
    with pytest.raises(ClassifierError, match="learnt from the images themselves"):
        _fit(shapes, RunFolder(tmp_path), head="linear", pretrained=True, backbone="resnet18")
    with pytest.raises(ClassifierError, match="compact_resnet has no pretrained weights"):
        _fit(shapes, RunFolder(tmp_path), head="linear", pretrained=True)


def test_it_can_be_stopped_while_it_looks(shapes, tmp_path):
    with pytest.raises(Cancelled):
        FeaturesMethod().fit(shapes, request(head="linear"), RunFolder(tmp_path), quiet, lambda: True)


def test_a_head_that_there_is_not(shapes, tmp_path):
    with pytest.raises(ClassifierError, match="Choose linear or forest"):
        _fit(shapes, RunFolder(tmp_path), head="boosting")
