"""Networks of timm, with tiny random weights that lie as a file: nothing is fetched."""

import json
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from classifier.contract.errors import ClassifierError
from classifier.contract.messages import TrainRequest
from classifier.contract.settings import SETTINGS, SettingError
from classifier.models.backbones import backbone
from classifier.models.timm_networks import weights_file, weights_of_timm
from classifier.training.run import train
from tests.classifier.pretraining.drawn import manifest_in

CONVOLUTIONS, TRANSFORMER = "timm:test_resnet.r160_in1k", "timm:test_vit.r160_in1k"
SIDE = 64
timm = pytest.importorskip("timm")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """Where torch keeps weights: empty, and nothing can be fetched."""
    import huggingface_hub.constants

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture
def published(cache) -> torch.nn.Module:
    """Random weights as somebody publishes them, for three colours; the network that has them."""
    torch.manual_seed(1)
    network = timm.create_model("test_resnet")
    file = weights_file(CONVOLUTIONS)
    file.parent.mkdir(parents=True)
    save_file(network.state_dict(), file)
    return network.eval()


def test_weights_of_a_file_say_of_grey_what_three_colours_said(published):
    network, width = backbone(CONVOLUTIONS, SIDE, pretrained=True)
    grey = torch.rand(2, 1, SIDE, SIDE)
    with torch.no_grad():
        colours = published.forward_head(
            published.forward_features(grey.expand(-1, 3, -1, -1)), pre_logits=True
        )
        features = network.eval()(grey)
    assert features.shape == (2, width)
    assert torch.allclose(features, colours, atol=1e-4)


@pytest.mark.parametrize("name", [CONVOLUTIONS, TRANSFORMER])
def test_a_network_learns_from_scratch_at_the_size_that_is_asked_for(name):
    network, width = backbone(name, SIDE)
    assert network(torch.rand(2, 1, SIDE, SIDE)).flatten(1).shape == (2, width)


def test_offline_it_says_which_file_to_put_where(cache):
    with pytest.raises(ClassifierError) as refusal:
        backbone(CONVOLUTIONS, SIDE, pretrained=True)
    assert "take model.safetensors from huggingface.co/timm/test_resnet.r160_in1k" in str(refusal.value)
    assert str(weights_file(CONVOLUTIONS)) in str(refusal.value)


def test_weights_that_nobody_has_published_are_not_asked_for(cache):
    with pytest.raises(ClassifierError, match="timm knows of no published weights of timm:coatnet_0_224"):
        backbone("timm:coatnet_0_224", 224, pretrained=True)


def test_a_name_that_there_is_not_is_refused():
    with pytest.raises(ClassifierError, match="timm has no network 'nothing'"):
        backbone("timm:nothing", SIDE)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(ClassifierError, match=r"pip install 'seston\[timm\]'"):
        backbone(CONVOLUTIONS, SIDE)


def test_mean_and_licence_travel_with_the_model(published, tmp_path):
    request = TrainRequest(
        str(manifest_in(tmp_path / "pictures")),
        str(tmp_path / "model"),
        method="features",
        backbone=CONVOLUTIONS,
        pretrained=True,
        image_size=SIDE,
        baseline=False,
        device="cpu",
        threads=1,
    )
    train(request)
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    assert config["weights"] == weights_of_timm(CONVOLUTIONS).as_json()
    assert config["weights"]["licence"] == "apache-2.0"
    assert config["fitted"]["extractor"]["mean"] == pytest.approx(np.mean([0.5, 0.5, 0.5]))
    assert "whose licence is apache-2.0" in (tmp_path / "model" / "README.md").read_text()


@pytest.mark.parametrize("name", ["timm:", "timm:../x", "timm:a b", "tim:x", "timm:" + 200 * "x"])
def test_what_is_no_name_is_refused_before_anything_is_looked_up(name):
    with pytest.raises(SettingError):
        SETTINGS["backbone"].check(name, "network")
    assert SETTINGS["backbone"].check(CONVOLUTIONS, "network") == CONVOLUTIONS
