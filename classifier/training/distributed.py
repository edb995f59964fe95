"""Several processes on one training, as torchrun starts them; with a single process all of this does nothing.

    with distributed.group():
        learning_set = distributed.share_learning_set(lambda: load_learning_set(request, folder, on_done), folder)
        fitted = NetworkMethod().fit(learning_set, request, folder, on_progress, should_stop)  # in every process
        if distributed.is_main():
            …  # calibrate, measure, write

Every process holds the whole network and takes its part of each batch; DistributedDataParallel joins the gradients
(`gradients.py`). Objects without a trait's label weigh as if there were one process.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.data.learning_set import LearningSet
from classifier.run_folder import RunFolder

T = TypeVar("T")
PATIENCE = timedelta(hours=12)  # the others wait while the main process decodes


@contextmanager
def group() -> Iterator[int]:
    """Joins the processes that torchrun has started. Gives this one's number, 0 where it is alone."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield 0
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    dist.init_process_group(backend, timeout=PATIENCE)
    try:
        yield dist.get_rank()
    finally:
        dist.destroy_process_group()


def world() -> int:
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    return dist.get_rank() if dist.is_initialized() else 0


def is_main() -> bool:
    """Whether this process writes, measures and reports."""
    return rank() == 0


def barrier() -> None:
    if world() > 1:
        dist.barrier()


def on_main(work: Callable[[], None]) -> None:
    """The main process works, the others wait for it."""
    if is_main():
        work()
    barrier()


def from_main(make: Callable[[], T]) -> T:
    """What the main process makes, in all of them; its refusals are raised in all of them too."""
    if world() == 1:
        return make()
    sent: list = [None, None]
    if is_main():
        try:
            sent = [make(), None]
        except (ClassifierError, Cancelled) as error:
            sent = [None, error]
    dist.broadcast_object_list(sent)
    if sent[1] is not None:
        raise sent[1]
    return sent[0]


def share_learning_set(load: Callable[[], LearningSet], folder: RunFolder) -> LearningSet:
    """The main process loads, which decodes; the others open the file that it has written."""
    if world() == 1:
        return load()
    loaded: list[LearningSet] = []

    def light() -> tuple[LearningSet, tuple[int, ...]]:
        loaded.append(load())
        pictures = loaded[0].pictures
        return replace(loaded[0], pictures=replace(pictures, pixels=np.empty(0))), pictures.pixels.shape

    learning_set, shape = from_main(light)
    if loaded:
        return loaded[0]
    learning_set.pictures.pixels = np.memmap(folder / "decoded.cache", np.uint8, "r", shape=shape)
    return learning_set


def any_of(flag: bool, device: torch.device) -> bool:
    """Whether it is so in one of the processes."""
    if world() == 1:
        return flag
    flags = torch.tensor(float(flag), device=device)
    dist.all_reduce(flags, dist.ReduceOp.MAX)
    return bool(flags)


def part(n: int) -> slice:
    """This process's share of a batch of n."""
    return slice(n * rank() // world(), n * (rank() + 1) // world())


def data_parallel(network: nn.Module, may_skip_heads: bool) -> nn.Module:
    """The network under DistributedDataParallel, or itself where there is one process. It takes in the parameters that
    require a gradient now; `may_skip_heads` where a batch may have no labels for one of the heads.

    In its forward passes the running statistics of batch norms stay each process's own: training does not read them,
    and `Average.settle` takes those that are kept anew. SyncBatchNorm would need a GPU, and talk in every layer.
    """
    if world() == 1:
        return network
    return DistributedDataParallel(network, forward_sync_buffers=False, find_unused_parameters=may_skip_heads)


def alone(network: nn.Module) -> AbstractContextManager[None]:
    """Forward and backward passes whose gradients stay in this process and add up there, until one outside."""
    return network.no_sync() if isinstance(network, DistributedDataParallel) else nullcontext()


def sums(*values: torch.Tensor) -> list[float]:
    """Numbers that each process has counted, added up."""
    stacked = torch.stack([value.detach().double() for value in values])
    if world() > 1:
        dist.all_reduce(stacked)
    return stacked.tolist()


def gathered(mine: torch.Tensor, place: slice, count: int) -> torch.Tensor:
    """Of a whole batch, (count, D), of which this process has made the rows `place`: only through these a gradient
    flows."""
    if world() == 1:
        return mine
    whole = mine.new_zeros(count, mine.shape[1])
    whole[place] = mine.detach()
    dist.all_reduce(whole)
    return torch.cat([whole[: place.start], mine, whole[place.stop :]])
