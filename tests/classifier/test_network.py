"""Backbones, heads and losses of the network, by themselves."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from classifier.contract.errors import ClassifierError
from classifier.contract.traits import Trait
from classifier.methods.network import NetworkMethod
from classifier.models.backbones import BACKBONES, OF_TORCHVISION, backbone, is_depthwise, torchvision
from classifier.models.network import Architecture, Network
from classifier.models.trait_heads import (
    NumberScale,
    head_width,
    log_probabilities,
    read,
    summed_loss,
    targets,
)
from classifier.models.views import views_of
from classifier.outputs import PictureBatch
from classifier.run_folder import RunFolder
from tests.classifier.drawn import SIDE, TRAITS, drawn, small_request
from tests.classifier.tiny import tiny_network

VisionTransformer = torchvision.models.VisionTransformer
# the smallest of each family that torchvision has
FAMILIES = {
    "alexnet": "alexnet",
    "convnext": "convnext_tiny",
    "densenet": "densenet121",
    "efficientnet_b": "efficientnet_b0",
    "efficientnet_v2": "efficientnet_v2_s",
    "googlenet": "googlenet",
    "inception": "inception_v3",
    "maxvit": "maxvit_t",
    "mnasnet": "mnasnet0_5",
    "mobilenet_v2": "mobilenet_v2",
    "mobilenet_v3": "mobilenet_v3_small",
    "regnet": "regnet_y_400mf",
    "resnet": "resnet18",
    "resnext": "resnext50_32x4d",
    "shufflenet": "shufflenet_v2_x0_5",
    "squeezenet": "squeezenet1_1",
    "swin_v2": "swin_v2_t",
    "swin": "swin_t",
    "vgg": "vgg11",
    "vit": "vit_b_32",
    "wide_resnet": "wide_resnet50_2",
}
SMALL = ["compact_resnet", "mobilenet_v3_small", "shufflenet_v2_x0_5", "squeezenet1_1"]


def test_no_family_of_torchvision_is_left_out():
    assert [name for name in OF_TORCHVISION if not name.startswith(tuple(FAMILIES))] == []
    assert set(FAMILIES.values()) <= set(BACKBONES)


@pytest.mark.parametrize("name", FAMILIES.values())
def test_a_backbone_gives_the_features_that_it_says(name):
    # without memory or arithmetic; the RegNets compute their own widths, which needs both
    with torch.device("cpu" if name.startswith("regnet") else "meta"), torch.no_grad():
        network, width = backbone(name, 224)
        features = network.eval()(torch.zeros(2, 1, 224, 224))
    assert features.flatten(1).shape == (2, width)


@pytest.mark.parametrize("name", SMALL)
def test_every_weight_learns(name):
    network = Network(Architecture.suited(name, 32, classes=3, traits=tuple(TRAITS)))
    answer = network(torch.randn(4, 1, 32, 32), torch.randn(4, 3))
    (answer.logits.sum() + sum(output.sum() for output in answer.traits)).backward()
    assert answer.embedding.shape == (4, 256)
    assert [output.shape[1] for output in answer.traits] == [2, 2, 2, 1]
    assert all(weight.grad is not None for weight in network.parameters())


def test_what_torchvision_does_not_have_is_refused():
    with pytest.raises(ClassifierError, match="no backbone 'mobilenet_v9'"):
        backbone("mobilenet_v9", 96)


@pytest.mark.parametrize(("name", "side"), [("vit_b_32", 40), ("squeezenet1_1", 8), ("maxvit_t", 96)])
def test_a_size_that_a_network_cannot_take_is_refused(name, side):
    with pytest.raises(ClassifierError, match=f"{name} cannot take pictures of {side} pixels"):
        Network(Architecture.suited(name, side, classes=2))


def test_one_channel_says_of_grey_what_three_said():
    torch.manual_seed(3)
    colour = torchvision.models.shufflenet_v2_x0_5().eval()
    colour.fc = torch.nn.Identity()
    torch.manual_seed(3)
    grey, _ = backbone("shufflenet_v2_x0_5", 32)
    picture = torch.rand(2, 1, 32, 32)
    with torch.no_grad():
        assert torch.allclose(grey.eval()(picture), colour(picture.expand(-1, 3, -1, -1)), atol=1e-4)


def test_pretrained_positions_are_drawn_out_to_the_size_of_the_picture(monkeypatch):
    def tiny(name: str, image_size: int = 224) -> VisionTransformer:
        return VisionTransformer(image_size, 32, num_layers=1, num_heads=1, hidden_dim=8, mlp_dim=8)

    monkeypatch.setattr(torchvision.models, "get_model", tiny)
    published = tiny("vit_b_32").state_dict()
    monkeypatch.setattr(torchvision.models.WeightsEnum, "get_state_dict", lambda self, **_: dict(published))
    network, _ = backbone("vit_b_32", 64, pretrained=True)
    assert network.encoder.pos_embedding.shape == (1, 1 + 4, 8)
    assert torch.equal(network.encoder.ln.weight, published["encoder.ln.weight"])


def test_small_pictures_are_not_halved_at_once():
    full = Network(Architecture.suited("mobilenet_v3_small", 32, classes=2)).features
    halved = Network(Architecture.suited("mobilenet_v3_small", 64, classes=2)).features
    assert full.features[0][0].stride == (1, 1)
    assert halved.features[0][0].stride == (2, 2)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("resnet18", (7, 2, 16), (7, 1, 64)),
        ("densenet121", (7, 2, 16), (7, 1, 64)),
        ("mobilenet_v3_small", (3, 2, 32), (3, 1, 64)),
        ("convnext_tiny", (4, 4, 16), (4, 2, 32)),
        ("swin_t", (4, 4, 16), (4, 2, 32)),
        ("compact_resnet", (5, 2, 32), (5, 1, 64)),
    ],
)
def test_an_open_stem_looks_at_more_of_a_small_picture(name, before, after):
    for stem, (kernel, stride, side) in {"original": before, "open": after}.items():
        network = Network(Architecture.suited(name, 64, stem, classes=2)).features.eval()
        first = next(layer for layer in network.modules() if isinstance(layer, torch.nn.Conv2d))
        assert (first.kernel_size[0], first.stride[0]) == (kernel, stride)
        assert _side_after_the_stem(network) == side


def _side_after_the_stem(network: torch.nn.Module) -> int:
    """Of what comes to the second convolution that is no shortcut, from 64 pixels."""
    sides: list[int] = []
    layers = [layer for layer in network.modules() if isinstance(layer, torch.nn.Conv2d | torch.nn.LayerNorm)]
    layers[1].register_forward_pre_hook(lambda layer, inputs: sides.append(inputs[0].shape[2]))
    with torch.no_grad():
        network(torch.zeros(1, 1, 64, 64))
    return sides[0]


def test_what_is_built_for_one_size_keeps_its_first_layer():
    assert not Architecture.suited("vit_b_32", 64, "open", classes=2).open_stem


def test_an_open_stem_comes_back_from_the_folder(tmp_path):
    learning_set, folder = drawn(36), RunFolder(tmp_path / "parent")
    request = small_request(folder.path, epochs=1, backbone="compact_resnet", stem="open")
    fitted = NetworkMethod().fit(learning_set, request, folder, lambda step: None, lambda: False)
    batch = learning_set.batch(learning_set.of("test"))
    stored = fitted.save(folder)
    loaded = NetworkMethod().load(folder, {"fitted": stored}, torch.device("cpu"))
    assert loaded.networks[0].features.stem[0].stride == (1, 1)
    assert np.array_equal(loaded(batch).logits, fitted(batch).logits)


def test_what_has_its_first_layers_already_is_not_given_others(tmp_path):
    request = small_request(tmp_path, backbone="resnet18", stem="open", pretrained=True)
    with pytest.raises(ClassifierError, match="`stem` is for networks that learn from scratch"):
        NetworkMethod().fit(drawn(36), request, RunFolder(tmp_path), lambda step: None, lambda: False)


def test_what_has_no_pretrained_weights_says_so():
    with pytest.raises(OSError, match="no pretrained weights of compact_resnet"):
        backbone("compact_resnet", 64, pretrained=True)


def test_the_size_can_be_left_out():
    network = Network(Architecture.suited("squeezenet1_1", 32, classes=2, use_size=False)).eval()
    picture = torch.rand(1, 1, 32, 32)
    with torch.no_grad():
        near, far = (network(picture, torch.full((1, 3), size)).logits for size in (0.0, 4.0))
    assert torch.equal(near, far)


def test_depthwise_networks_are_known():
    assert is_depthwise(backbone("mobilenet_v3_small", 32)[0])
    assert not is_depthwise(backbone("resnet18", 32)[0])


# --- Traits -----------------------------------------------------------------------------------------------------------

ORDINAL = Trait("stage", "ordinal", ("egg", "nauplius", "copepodite", "adult"))


def test_an_ordinal_trait_climbs_step_by_step():
    outputs = torch.randn(5, head_width(ORDINAL))
    result = log_probabilities(ORDINAL, outputs).exp().numpy()
    higher = torch.sigmoid(outputs).numpy()
    for row in range(5):
        reached = 1.0
        for choice in range(4):
            stays = 1 - higher[row, choice] if choice < 3 else 1.0
            assert result[row, choice] == pytest.approx(reached * stays, abs=1e-5)
            reached *= 1 - stays
    assert result.sum(1) == pytest.approx(np.ones(5), abs=1e-5)


@pytest.mark.parametrize("trait", [*TRAITS, Trait("stage", "one", ("a", "b", "c"))], ids=lambda t: t.kind)
def test_objects_without_a_label_teach_nothing(trait):
    labels = {
        "flag": np.array([0, -1, 1]),
        "one": np.array([2, -1, 1]),
        "ordinal": np.array([2, -1, 0]),
        "several": np.array([[1, 0], [np.nan, np.nan], [1, 1]], np.float32),
        "measure": np.array([3.0, np.nan, 40.0]),
    }[trait.kind]
    expected = targets(trait, labels, NumberScale.of(trait, labels))
    outputs = torch.randn(3, head_width(trait), requires_grad=True)
    loss = summed_loss(trait, outputs, expected)
    loss.backward()
    assert loss > 0
    assert (outputs.grad[1] == 0).all()
    assert (outputs.grad[[0, 2]] != 0).any(1).all()
    assert summed_loss(trait, outputs[1:2], expected[1:2]) == 0


def test_numbers_are_read_back_as_they_were():
    trait, values = Trait("eggs", "count"), np.array([0.0, 3, 250, -7])
    scale = NumberScale.of(trait, values)
    outputs = targets(trait, values, scale)[:, None]
    assert read(trait, outputs, scale) == pytest.approx(values, rel=1e-4, abs=1e-4)


# --- The method -------------------------------------------------------------------------------------------------------


def test_an_ensemble_is_the_geometric_mean_and_comes_back_from_its_folder(tmp_path):
    learning_set, folder = drawn(36), RunFolder(tmp_path)
    request = small_request(tmp_path, epochs=1, members=2, backbone="squeezenet1_1")
    fitted = NetworkMethod().fit(learning_set, request, folder, lambda step: None, lambda: False)
    batch = learning_set.batch(learning_set.of("test"))
    together = fitted(batch)
    alone = []
    for network in fitted.networks:
        single = replace(fitted, networks=[network])
        alone.append(single(batch))
    assert not np.allclose(alone[0].logits, alone[1].logits)
    assert np.allclose(together.logits, (alone[0].logits + alone[1].logits) / 2)
    assert np.array_equal(together.embedding, alone[0].embedding)
    assert {key: each.shape for key, each in together.traits.items()} == {
        "round": (len(batch), 2),
        "rank": (len(batch), 3),
        "has": (len(batch), 2),
        "length": (len(batch),),
    }
    assert [(line["member"], line["epoch"]) for line in folder.read_history()] == [(1, 1), (2, 1)]
    loaded = NetworkMethod().load(folder, {"fitted": fitted.save(folder)}, torch.device("cpu"))
    again = loaded(batch)
    assert np.array_equal(again.logits, together.logits)
    assert all(np.array_equal(again.traits[key], together.traits[key]) for key in together.traits)


def test_what_is_turned_or_mirrored_is_told_the_same_where_all_views_are_averaged(tmp_path):
    learning_set, folder = drawn(36), RunFolder(tmp_path)
    request = small_request(tmp_path, epochs=1, backbone="compact_resnet", views=8)
    fitted = NetworkMethod().fit(learning_set, request, folder, lambda step: None, lambda: False)
    batch = learning_set.batch(learning_set.of("test"))
    for turned in (np.rot90(batch.pixels, 1, (1, 2)), batch.pixels[:, :, ::-1]):
        other = fitted(PictureBatch(np.ascontiguousarray(turned), batch.sizes))
        assert np.allclose(
            other.logits, fitted(batch).logits, atol=0.05
        )  # bfloat16 on processors that have it
        assert np.allclose(other.embedding, fitted(batch).embedding, atol=0.05)
    alone = replace(fitted, views=1)
    assert not np.allclose(alone(batch).logits, fitted(batch).logits, atol=1e-4)
    loaded = NetworkMethod().load(folder, {"fitted": fitted.save(folder)}, torch.device("cpu"))
    assert np.array_equal(loaded(batch).logits, fitted(batch).logits)


def test_what_says_nothing_of_views_has_one(tmp_path):
    stored = tiny_network().save(RunFolder(tmp_path))
    del stored["views"]
    assert NetworkMethod().load(RunFolder(tmp_path), {"fitted": stored}, torch.device("cpu")).views == 1


def test_the_eight_views_are_all_there_are():
    picture = torch.arange(9.0).reshape(1, 1, 3, 3)
    views = views_of(picture, 8)
    assert len({tuple(view.flatten().tolist()) for view in views}) == 8
    assert torch.equal(views_of(picture, 1)[0], picture)
    assert torch.equal(views_of(picture, 2)[1], picture.flip(2, 3)), "half a turn comes first"


def test_logits_are_under_the_natural_frequencies(tmp_path):
    fitted = NetworkMethod().fit(
        drawn(36),
        small_request(tmp_path, epochs=1, backbone="squeezenet1_1", logit_adjustment=1.0),
        RunFolder(tmp_path),
        lambda step: None,
        lambda: False,
    )
    batch = PictureBatch(np.full((1, SIDE, SIDE), 200, np.uint8), np.ones((1, 3), np.float32))
    before = fitted(batch).logits
    fitted.adjustment = fitted.adjustment + np.array([0.0, 0.0, 1.0])
    moved = fitted(batch).logits - before
    assert moved[0, 2] - moved[0, 0] == pytest.approx(1)


def test_a_folder_without_weights_is_no_model(tmp_path):
    with pytest.raises(ClassifierError, match=r"model\.safetensors is missing"):
        NetworkMethod().load(RunFolder(tmp_path), {"fitted": {"members": 1}}, torch.device("cpu"))
