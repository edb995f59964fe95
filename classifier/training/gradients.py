"""The gradients of one batch: over several processes, and in parts where memory is short.

DistributedDataParallel takes the mean over the processes during the backward pass of a process's last part. One that
ran out of memory there would leave the others waiting, so the first batch of each epoch, the largest, is rehearsed:
every process tries it by itself, and all of them take smaller parts when it was too much for one.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from classifier.contract.errors import ClassifierError
from classifier.contract.messages import TrainRequest
from classifier.models.network import SIZES, Network, NetworkOutput
from classifier.models.preprocessing import unit_grey
from classifier.training import distributed
from classifier.training.augment import Chances, augment
from classifier.training.batches import Part
from classifier.training.examples import Examples, slices
from classifier.training.memory import is_out_of_memory
from classifier.training.objective import Objective

SIZE_NOISE = 0.1  # so that the network does not lean on the size alone
LEAST_PART = 4  # of a batch, when memory is short: `slices` then makes none of a single picture


@dataclass(frozen=True)
class Draws:
    """What befalls a whole batch by chance, the same in all processes."""

    chances: Chances
    size_noise: Tensor  # (N, 3)


class Gradients:
    """`seed` is the ensemble member's, `batch_size` that of all processes together. Begin each epoch first."""

    parallel: nn.Module  # the network as all processes learn it together
    is_rehearsed: bool

    def __init__(
        self, network: Network, examples: Examples, request: TrainRequest, seed: int, batch_size: int
    ):
        self.network, self.examples, self.seed = network, examples, seed
        self.image_size, self.batch_size = request.side, batch_size
        self.device = next(network.parameters()).device
        self.objective = Objective(examples, request.logit_adjustment, self.device, request.label_smoothing)
        self.micro_batch = batch_size
        self.warnings: list[str] = []

    def begin_epoch(self, batches: list[np.ndarray]) -> None:
        """After the layers that learn have been chosen: DistributedDataParallel takes in those that do when it is made.

        Made anew each epoch, it adds up in the same order after an interruption as without one.
        """
        lacks_labels = any(
            not has_label[batch].any() for has_label in self.examples.has_label for batch in batches
        )
        self.parallel = distributed.data_parallel(self.network, may_skip_heads=lacks_labels)
        self.is_rehearsed = distributed.world() == 1

    def __call__(self, part: Part, step: int) -> tuple[Tensor, Tensor]:
        """Leaves the gradients of the whole batch's mean loss in the network. Returns of this process's part the sum of
        the taxon's losses, and how many were right."""
        while not self.is_rehearsed:
            self._rehearse(part, step)
        while (loss_and_hits := self._unless_short(part, step)) is None:
            if distributed.world() > 1:
                raise ClassifierError(
                    f"The memory of {self.device} suffices no longer: another program may have taken some of it. "
                    "Start the same training again: it goes on from its last epoch."
                )
            self._halve(part)
        return loss_and_hits

    def _rehearse(self, part: Part, step: int) -> None:
        with distributed.alone(self.parallel):
            is_short = self._unless_short(part, step) is None
        if distributed.any_of(is_short, self.device):
            self._halve(part)
        else:
            self.is_rehearsed = True

    def _unless_short(self, part: Part, step: int) -> tuple[Tensor, Tensor] | None:
        """None when the memory did not suffice."""
        self.network.zero_grad(set_to_none=True)
        try:
            return self._forward_and_backward(part, step)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            return None

    def _forward_and_backward(self, part: Part, step: int) -> tuple[Tensor, Tensor]:
        draws = self._draws(len(part.batch), step)
        pixels = self.examples.pictures.on_device(part.read)
        *earlier, last = slices(len(pixels), self.micro_batch)
        sums = []
        for some in earlier:
            with distributed.alone(self.parallel):
                sums.append(self._learn(part, pixels, some, draws))
        sums.append(self._learn(part, pixels, last, draws))
        losses, hits = zip(*sums, strict=True)
        return torch.stack(losses).sum(), torch.stack(hits).sum()

    def _draws(self, count: int, step: int) -> Draws:
        seed = self.seed * 1_000_003 + step
        torch.manual_seed(seed * distributed.world() + distributed.rank())  # dropout
        generator = torch.Generator(self.device).manual_seed(seed)
        return Draws(
            Chances.drawn(count, self.image_size, generator),
            SIZE_NOISE * torch.randn(count, SIZES, generator=generator, device=self.device),
        )

    def _learn(self, part: Part, pixels: Tensor, some: slice, draws: Draws) -> tuple[Tensor, Tensor]:
        place = slice(part.mine.start + some.start, part.mine.start + some.stop)
        rows = torch.from_numpy(part.batch[place]).to(self.device)
        pictures = augment(unit_grey(pixels[some]), draws.chances.at(place))
        sizes = self.examples.sizes[rows] + draws.size_noise[place]
        output: NetworkOutput = self.parallel(self.examples.preprocessing.pictures(pictures), sizes)
        loss = self.objective.taxon_loss(output, rows)
        # times the processes: DistributedDataParallel divides by them, and theirs are shares of one mean
        (self.objective.share(loss, output, rows, part.batch) * distributed.world()).backward()
        return loss.detach(), (output.logits.argmax(1) == self.examples.labels[rows]).sum()

    def _halve(self, part: Part) -> None:
        """The same batches in smaller parts: the steps of the cycle stay what they were."""
        now = min(-(-len(part.batch) // distributed.world()), self.micro_batch)
        if now <= LEAST_PART:
            raise ClassifierError(
                f"The memory of {self.device} is too small even for a few pictures of {self.image_size} pixels. "
                "Choose smaller pictures or a smaller network."
            )
        self.micro_batch = max(now // 2, LEAST_PART)
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        self.warnings = [
            f"The memory of {self.device} was too small for {self.batch_size} pictures at a time: "
            f"they went through it {self.micro_batch} at a time, which takes longer and learns the same."
        ]
