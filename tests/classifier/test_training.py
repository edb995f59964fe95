"""The training: it learns, survives, repeats itself, and says what it did."""

import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.data.prefetching import prefetched
from classifier.methods.network import NetworkMethod
from classifier.models import backbones
from classifier.models.network import Network
from classifier.run_folder import RunFolder
from classifier.training import checkpoint, loop, recipe
from classifier.training.augment import Chances, augment
from classifier.training.average import Average
from classifier.training.examples import FromFile, OnDevice
from classifier.training.gradients import Gradients
from classifier.training.loop import Trainer
from classifier.training.memory import is_out_of_memory
from classifier.training.precision import repeatable
from seston.forking import run_apart
from tests.classifier.drawn import drawn, small_request, train_and_die

CPU = torch.device("cpu")


def fit(learning_set, request, on_progress=lambda step: None, should_stop=lambda: False):
    return NetworkMethod().fit(learning_set, request, RunFolder(request.out), on_progress, should_stop)


def weights_of(fitted, folder: Path) -> dict[str, np.ndarray]:
    fitted.save(RunFolder(folder))
    return load_file(folder / "model.safetensors")


def equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training that nothing has interrupted: (what has learnt, its folder)."""
    folder = tmp_path_factory.mktemp("whole")
    return fit(drawn(), small_request(folder)), folder


def test_it_learns_taxa_and_traits(tmp_path):
    learning_set = drawn()
    fitted = fit(learning_set, small_request(tmp_path, epochs=32, backbone="squeezenet1_1"))
    test = learning_set.of("test")
    result = fitted(learning_set.batch(test))
    labels = learning_set.labels[test]
    assert (result.logits.argmax(1) == labels).mean() > 0.9
    assert (result.traits["rank"].argmax(1) == labels).mean() > 0.7
    assert fitted.warnings == []


def test_each_epoch_is_told(whole):
    _, folder = whole
    history = RunFolder(folder).read_history()
    assert [line["epoch"] for line in history] == [1, 2, 3]
    assert {
        "train_loss",
        "train_accuracy",
        "val_loss",
        "val_accuracy",
        "val_macro_f1",
        "lr",
        "seconds",
    } <= set(history[0])
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    assert history[-1]["lr"] < history[0]["lr"]


def test_the_same_seed_gives_the_same_weights_and_another_does_not(whole, tmp_path):
    first = weights_of(whole[0], tmp_path / "first")
    again = weights_of(fit(drawn(), small_request(tmp_path / "again")), tmp_path / "again")
    other = weights_of(fit(drawn(), small_request(tmp_path / "other", seed=1, epochs=1)), tmp_path / "other")
    assert equal(first, again)
    assert not equal(first, other)


def test_after_kill_9_in_the_middle_of_an_epoch_it_ends_in_the_same_weights(whole, tmp_path):
    assert run_apart("killed", lambda: train_and_die(tmp_path, 2)) == -signal.SIGKILL
    assert len(RunFolder(tmp_path).read_history()) == 1
    steps = []
    resumed = fit(drawn(), small_request(tmp_path), steps.append)
    assert steps[0]["message"].startswith("Epoch 2 of 3"), "the first epoch is not learnt again"
    assert equal(weights_of(resumed, tmp_path / "resumed"), weights_of(whole[0], tmp_path / "whole"))


def test_what_is_cancelled_goes_on_from_the_last_epoch(whole, tmp_path):
    epochs = []
    with pytest.raises(Cancelled):
        fit(
            drawn(),
            small_request(tmp_path),
            lambda step: epochs.extend(step["history"]),
            lambda: len(epochs) > 0,
        )
    resumed = fit(drawn(), small_request(tmp_path))
    assert equal(weights_of(resumed, tmp_path / "resumed"), weights_of(whole[0], tmp_path / "whole"))


def test_a_finished_network_is_not_trained_again(whole):
    fitted, folder = whole
    steps = []
    again = fit(drawn(), small_request(folder), steps.append)
    assert steps == []
    assert equal(weights_of(again, folder / "again"), weights_of(fitted, folder / "first"))


def test_the_checkpoint_of_another_learning_set_is_left_alone(tmp_path):
    request = small_request(tmp_path, epochs=1, backbone="squeezenet1_1")
    fit(drawn(36), request)
    changed = drawn(36)
    changed.labels = np.roll(changed.labels, 1)
    steps = []
    fit(changed, request, steps.append)
    assert steps, "it is trained, not read"


def test_checkpoints_go_when_the_model_is_complete(tmp_path):
    fit(drawn(36), small_request(tmp_path, epochs=1, backbone="squeezenet1_1"))
    assert {path.name for path in tmp_path.glob("*.pt")} == {"checkpoint.pt", "member0.pt"}
    checkpoint.remove(RunFolder(tmp_path))
    assert list(tmp_path.glob("*.pt")) == []


def test_too_little_memory_halves_what_goes_through_at_once_and_says_so(monkeypatch, tmp_path):
    forward = Network.forward

    def greedy(network, pictures, sizes):
        if network.training and len(pictures) > 4:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return forward(network, pictures, sizes)

    monkeypatch.setattr(Network, "forward", greedy)
    fitted = fit(drawn(48), small_request(tmp_path, epochs=1, backbone="squeezenet1_1"))
    assert fitted.warnings == [
        "The memory of cpu was too small for 16 pictures at a time: they went through it 4 at a time, "
        "which takes longer and learns the same."
    ]


def test_memory_too_small_for_anything_is_said(monkeypatch, tmp_path):
    def hopeless(network, pictures, sizes):
        raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes.")

    monkeypatch.setattr(Network, "forward", hopeless)
    with pytest.raises(ClassifierError, match="too small even for a few pictures of 24 pixels"):
        fit(drawn(36), small_request(tmp_path, backbone="squeezenet1_1"))


def test_parts_of_a_batch_add_up_to_its_gradient(monkeypatch, tmp_path):
    """SqueezeNet has no batch norm, so without dropout parts and whole are the same, but for what bfloat16 rounds."""
    monkeypatch.setattr(loop, "trains_in_bfloat16", lambda features, device: False)
    gradients = []

    def without_dropout(learner, part, number):
        for layer in learner.network.modules():
            if isinstance(layer, torch.nn.Dropout):
                layer.p = 0.0
        for learner.micro_batch in (16, 5):
            learner.network.zero_grad()
            forward_and_backward(learner, part, number)
            gradients.append([weight.grad.clone() for weight in learner.network.parameters()])
        raise Cancelled

    forward_and_backward = Gradients._forward_and_backward
    monkeypatch.setattr(Gradients, "_forward_and_backward", without_dropout)
    with pytest.raises(Cancelled):
        fit(drawn(), small_request(tmp_path, backbone="squeezenet1_1"))
    whole, parts = gradients
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(whole, parts, strict=True))


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes."), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."), True),
        (MemoryError(), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
    ],
)
def test_what_counts_as_too_little_memory(error, is_one):
    assert is_out_of_memory(error) is is_one


@pytest.mark.parametrize(("automatic", "chosen"), [(2, 0), (8, 2)])
def test_it_stops_when_it_gets_no_better_and_keeps_the_best(monkeypatch, tmp_path, automatic, chosen):
    scores = iter([0.2, 0.9, 0.5, 0.4, 0.3, 0.2])
    monkeypatch.setattr(recipe, "patience", lambda epochs: automatic)
    monkeypatch.setattr(
        Trainer,
        "_measured",
        lambda self: {"val_loss": 1.0, "val_accuracy": 0.5, "val_macro_f1": next(scores)},
    )
    copies = []
    copied = Average.copied
    monkeypatch.setattr(Average, "copied", lambda self: copies.append(copied(self)) or copies[-1])
    fitted = fit(drawn(36), small_request(tmp_path, epochs=6, patience=chosen, backbone="squeezenet1_1"))
    assert len(RunFolder(tmp_path).read_history()) == 4
    assert len(copies) == 2
    saved = fitted.networks[0].state_dict()
    assert all(torch.equal(saved[name], copies[1][name]) for name in saved)


def test_without_a_fold_to_tune_on_the_last_weights_are_kept(tmp_path):
    learning_set = drawn(36)
    learning_set.folds[learning_set.folds == "tune"] = "test"
    fit(learning_set, small_request(tmp_path, epochs=2, backbone="squeezenet1_1"))
    assert [line["val_macro_f1"] for line in RunFolder(tmp_path).read_history()] == [None, None]


def test_a_handful_of_objects_is_seen_several_times(tmp_path):
    learning_set = drawn(36)
    learning_set.folds = np.where(np.arange(36) < 3, "train", "tune")
    fitted = fit(learning_set, small_request(tmp_path, epochs=1))
    assert np.isfinite(fitted(learning_set.batch(np.arange(36))).logits).all()


# --- Starting elsewhere -----------------------------------------------------------------------------------------------


def test_another_model_can_be_the_start_and_its_head_stays_behind(tmp_path):
    parent = fit(drawn(36), small_request(tmp_path / "parent", epochs=1, backbone="squeezenet1_1"))
    folder = RunFolder(tmp_path / "parent")
    folder.write_json("config.json", {"method": "network", "fitted": parent.save(folder)})
    learning_set = drawn(36)
    learning_set.classes, learning_set.labels = ["bar", "round"], np.minimum(learning_set.labels, 1)
    child = small_request(
        tmp_path / "child", epochs=1, backbone="squeezenet1_1", start_from=str(tmp_path / "parent")
    )
    fitted = fit(learning_set, child)
    before, after = parent.networks[0].state_dict(), fitted.networks[0].state_dict()
    body = [name for name in before if name.startswith("features.")]
    assert all(torch.equal(before[name], after[name]) for name in body), "the first epoch is the head's"
    assert after["head.weight"].shape == (2, 256)


def test_what_does_not_fit_is_no_start(tmp_path):
    with pytest.raises(ClassifierError, match=r"no model: config\.json is missing"):
        fit(drawn(36), small_request(tmp_path, start_from=str(tmp_path / "nothing")))
    folder = RunFolder(tmp_path / "forest")
    folder.write_json("config.json", {"method": "measure"})
    with pytest.raises(ClassifierError, match="holds no network"):
        fit(drawn(36), small_request(tmp_path, start_from=str(folder.path)))


def test_without_pretrained_weights_it_learns_from_scratch_and_says_so(monkeypatch, tmp_path):
    def unreachable(name):
        raise OSError("no route to host")

    monkeypatch.setattr(backbones, "fetch", unreachable)
    fitted = fit(drawn(36), small_request(tmp_path, epochs=1, backbone="squeezenet1_1", pretrained=True))
    assert fitted.warnings == ["Pretrained weights could not be fetched: trained from scratch."]


def test_fine_tuning_moves_the_body_more_slowly():
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.Linear(2, 2))
    rates = {
        (group["lr"], group["weight_decay"], len(group["params"]))
        for group in recipe.parameter_groups(network, network[0], fine_tuned=True)
    }
    assert rates == {(2e-4, 0.05, 1), (2e-4, 0.0, 1), (1e-3, 0.05, 1), (1e-3, 0.0, 1)}


# --- Parts ------------------------------------------------------------------------------------------------------------


def test_a_part_of_a_batch_fares_as_it_would_in_the_whole():
    pictures = torch.rand(6, 1, 16, 16)
    chances = Chances.drawn(6, 16, torch.Generator().manual_seed(1))
    together = augment(pictures, chances)
    assert torch.equal(augment(pictures[2:5], chances.at(slice(2, 5))), together[2:5])
    assert together.shape == pictures.shape
    assert (together >= 0).all() and (together <= 1).all()


def test_augmenting_stretches_nothing():
    disc = torch.ones(200, 1, 64, 64)
    y, x = np.mgrid[:64, :64] - 31.5
    disc[:, :, torch.from_numpy(np.hypot(x, y) < 16)] = 0
    chances = Chances.drawn(200, 64, torch.Generator().manual_seed(2))
    chances = replace(chances, hole=torch.zeros(200), level=torch.zeros(200))
    dark = augment(disc, chances)[:, 0] < 0.5
    height, width = dark.any(2).sum(1), dark.any(1).sum(1)
    assert (height - width).abs().max() <= 2
    assert float((height / 32).min()) > 0.8 and float((height / 32).max()) <= 1.25


def test_statistics_are_those_of_the_averaged_weights():
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 3, 3), torch.nn.BatchNorm2d(3))
    average = Average(network)
    pictures = torch.rand(32, 1, 8, 8) * 5 + 3
    average.network.forward = lambda pictures, sizes: torch.nn.Sequential.forward(average.network, pictures)
    average.settle((part, torch.zeros(0)) for part in pictures.split(16))
    outputs = network[0](pictures).detach()
    assert torch.allclose(average.network[1].running_mean, outputs.mean((0, 2, 3)), atol=1e-4)
    assert not average.network[1].training


def test_pictures_on_the_device_are_those_of_the_file():
    pictures = drawn(36).pictures.only(np.arange(5, 30))
    rows = np.array([3, 0, 24, 7])
    from_file, on_device = FromFile(pictures, CPU), OnDevice(pictures, CPU)
    read = [source.on_device(source.read(rows)) for source in (from_file, on_device)]
    assert torch.equal(read[0], read[1])
    assert np.array_equal(read[0].numpy(), pictures.at(rows))


def test_what_goes_wrong_ahead_is_raised_where_it_is_read():
    def items():
        yield 1
        raise ClassifierError("the file is gone")

    result = prefetched(items())
    assert next(result) == 1
    with pytest.raises(ClassifierError, match="gone"):
        next(result)
    assert list(prefetched(iter(range(20)))) == list(range(20))


def test_deterministic_kernels_are_for_the_training_only():
    with repeatable(CPU):
        assert torch.are_deterministic_algorithms_enabled()
    assert not torch.are_deterministic_algorithms_enabled()


def test_a_loss_that_is_no_number_ends_it_with_what_to_change(tmp_path, monkeypatch):
    """Its weights are lost, and more epochs would not bring them back."""
    monkeypatch.setattr(recipe, "SMALL_RATE", float("inf"))
    monkeypatch.setattr(recipe, "LARGE_RATE", float("inf"))
    with pytest.raises(ClassifierError, match=r"beyond all numbers in epoch 1\. Choose more images"):
        fit(drawn(), small_request(tmp_path))
    assert not (tmp_path / "checkpoint.pt").exists()
