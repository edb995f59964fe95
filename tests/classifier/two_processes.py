"""What each process of test_distributed does: it trains, is interrupted and goes on, and leaves gradients to compare.

torchrun --nproc-per-node 2 -m tests.classifier.two_processes FOLDER
"""

import sys
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from classifier.contract.errors import Cancelled
from classifier.methods.network import NetworkMethod
from classifier.models.network import Architecture, Network
from classifier.pretraining.learner import Learner
from classifier.pretraining.loop import Pretrainer, PretrainingRun
from classifier.pretraining.losses import nt_xent
from classifier.pretraining.pictures import load_pretraining_set, share_pretraining_set
from classifier.run_folder import RunFolder
from classifier.training import distributed, loop
from classifier.training.examples import Examples
from classifier.training.loop import Run, Trainer
from tests.classifier.drawn import drawn, small_request, train
from tests.classifier.pretraining.drawn import manifest_in
from tests.classifier.pretraining.drawn import small_request as pretraining_request

CPU = torch.device("cpu")
BACKBONE = "squeezenet1_1"  # it has no batch norm, so halves of a batch add up to the whole
MICRO_BATCHES = {"whole": 16, "parts": 3}


def epoch_gradients(folder: Path, micro_batch: int, epoch: int = 1) -> dict[str, np.ndarray]:
    """By "step name" of each batch of an epoch; nobody steps, so that nothing but the gradients can differ.

    The trait `length` has a label on one object, so in most batches its head learns nothing.
    """
    learning_set = drawn()
    length = learning_set.trait_labels["length"]
    length[np.delete(np.arange(len(length)), learning_set.train[5])] = np.nan
    request = small_request(folder, backbone=BACKBONE)
    run = Run(request, RunFolder(folder), CPU, lambda step: None, lambda: False)
    with mock.patch.object(loop, "trains_in_bfloat16", lambda features, device: False):
        examples = Examples.of(learning_set, CPU)
        trainer = Trainer(run, examples, _network(examples), member=0, fine_tuned=True, earlier=[])
    trainer.gradients.micro_batch = micro_batch
    gradients: dict[str, np.ndarray] = {}

    def look(number: int) -> None:
        for name, weight in trainer.network.named_parameters():
            if weight.grad is not None:
                gradients[f"{number} {name}"] = weight.grad.numpy().copy()

    def step(part, number):
        answer = trainer.gradients(part, number)
        look(number)
        return answer

    with mock.patch.object(trainer, "_step", step):
        trainer.learn_epoch(epoch)
    return gradients


def _network(examples: Examples) -> Network:
    torch.manual_seed(0)
    shape = Architecture.suited(BACKBONE, 24, classes=len(examples.prior), traits=tuple(examples.traits))
    network = Network(shape)
    for layer in network.modules():
        if isinstance(layer, torch.nn.Dropout):
            layer.p = 0.0
    return network


def _short_of_memory(forward):
    """A forward pass that process 1 alone has no memory for, but in small parts."""

    def greedy(network, pictures, sizes):
        if network.training and distributed.rank() == 1 and len(pictures) > 4:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return forward(network, pictures, sizes)

    return greedy


def _save_gradients(folder: Path, rank: int) -> None:
    for name, micro_batch in MICRO_BATCHES.items():
        np.savez(folder / f"{name}{rank}.npz", **epoch_gradients(folder, micro_batch))
    np.savez(folder / f"frozen{rank}.npz", **epoch_gradients(folder, 16, epoch=0))
    with mock.patch.object(Network, "forward", _short_of_memory(Network.forward)):
        np.savez(folder / f"short{rank}.npz", **epoch_gradients(folder, 16))


def contrastive_gradient() -> np.ndarray:
    """Of one layer, through a loss that compares all pictures of a batch, each process with its part of them."""
    torch.manual_seed(0)
    layer, views = torch.nn.Linear(5, 3), torch.randn(2, 7, 5)
    parallel, mine = distributed.data_parallel(layer, may_skip_heads=False), distributed.part(7)
    halves = parallel(torch.cat([views[0, mine], views[1, mine]])).chunk(2)
    first, second = (distributed.gathered(half, mine, 7) for half in halves)
    (nt_xent(first, second, 0.5) * distributed.world()).backward()
    assert layer.weight.grad is not None
    return layer.weight.grad.numpy()


def _pretrained(folder: Path, rank: int) -> None:
    """A backbone that both have learnt, as each of them has it."""
    request = pretraining_request(folder, epochs=2)
    run = PretrainingRun(request, RunFolder(folder), CPU, lambda step: None, lambda: False)
    learning = share_pretraining_set(
        lambda: load_pretraining_set(request, run.folder, lambda *done: None), run.folder
    )
    torch.manual_seed(0)
    pretrainer = Pretrainer(
        run, learning, Learner(Architecture.suited("compact_resnet", 32, classes=0), "simclr")
    )
    weights = pretrainer.train().state_dict()
    np.savez(folder / f"weights{rank}.npz", **{name: value.numpy() for name, value in weights.items()})


def _interrupted(folder: Path, rank: int) -> None:
    """Stopped after the first epoch, and started again."""
    run, history = RunFolder(folder), []
    request = small_request(folder)
    try:
        NetworkMethod().fit(
            drawn(), request, run, lambda step: history.extend(step["history"]), lambda: bool(history)
        )
    except Cancelled:
        fitted = NetworkMethod().fit(drawn(), request, run, lambda step: None, lambda: False)
        fitted.save(RunFolder(folder / f"process{rank}"))


if __name__ == "__main__":
    root = Path(sys.argv[1])
    with distributed.group() as rank:
        train(root / "together", rank)
        _save_gradients(root, rank)
        _interrupted(root / "interrupted", rank)
        np.save(root / f"contrastive{rank}.npy", contrastive_gradient())
        if distributed.is_main():
            manifest_in(root / "pretrained" / "pictures")
        distributed.barrier()
        _pretrained(root / "pretrained", rank)
