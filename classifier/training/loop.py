"""Trains one network: AdamW, one cycle of the rate, a moving average of the weights, the best of which is kept.

All randomness comes from (seed, epoch, step), so what was interrupted ends in the same weights.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.messages import TrainRequest
from classifier.data.ahead import ahead
from classifier.models.network import SIZES, Network, NetworkOutput
from classifier.models.preprocessing import unit_grey
from classifier.models.trait_heads import summed_loss
from classifier.run_folder import RunFolder
from classifier.training import checkpoint, distributed, recipe
from classifier.training.augment import Chances, augment
from classifier.training.average import Average
from classifier.training.examples import Examples
from classifier.training.memory import is_out_of_memory
from classifier.training.precision import predicts_in_bfloat16, trains_in_bfloat16
from classifier.training.validation import figures

SIZE_NOISE = 0.1  # so that the network does not lean on the size alone
LEAST_BATCH = 4  # a process: statistics over fewer pictures are none
LEAST_PART = 4  # of a batch, when memory is short: `_slices` then makes none of a single picture
SETTLED_ON = 1024  # training pictures that the statistics of the averaged weights are taken from
MEASURED_AT_ONCE = 2  # micro-batches: without gradients they need less memory
ASKED_EVERY = 10  # steps between reports, and between questions to the other processes whether to stop
OnProgress = Callable[[dict], None]
ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class Run:
    """What is asked for, where it goes, and who listens."""

    request: TrainRequest
    folder: RunFolder
    device: torch.device
    on_progress: OnProgress
    should_stop: ShouldStop


class Trainer:
    """`network` lies on its device already; `fine_tuned` where its body has learnt elsewhere. `member` is its number in
    the ensemble, `earlier` the history of those before."""

    def __init__(
        self,
        run: "Run",
        examples: Examples,
        network: Network,
        member: int,
        fine_tuned: bool,
        earlier: list[dict],
    ):
        request = run.request
        self.run, self.request, self.examples, self.network = run, request, examples, network
        self.member, self.earlier, self.device = member, earlier, run.device
        self.seed, self.fine_tuned = request.seed + member, fine_tuned
        self.batch_size = max(request.batch_size, LEAST_BATCH * distributed.world())
        self.rows = _enough(examples.train, LEAST_BATCH * distributed.world())
        self.epochs = request.epochs or recipe.automatic_epochs(len(self.rows), fine_tuned)
        self.steps = math.ceil(len(self.rows) / self.batch_size)
        network.in_bfloat16 = trains_in_bfloat16(network.features, self.device)
        self.average = Average(network)
        self.average.network.in_bfloat16 = predicts_in_bfloat16(self.device)
        groups = recipe.parameter_groups(network, network.features, fine_tuned)
        self.optimiser = torch.optim.AdamW(groups)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser,
            [group["lr"] for group in groups],
            total_steps=self.epochs * self.steps,
            pct_start=recipe.WARM_UP,
        )
        adjustment = request.logit_adjustment * np.log(examples.prior)
        self.adjustment = torch.tensor(adjustment, dtype=torch.float32, device=self.device)
        self.micro_batch = self.batch_size
        shuffled = np.random.default_rng(self.seed).permutation(self.rows)
        self.settled_on = shuffled[:SETTLED_ON]
        self.history: list[dict] = []
        self.best: dict = {"epoch": 0, "macro_f1": -1.0, "weights": {}}
        self.warnings: list[str] = []

    def train(self) -> dict[str, Tensor]:
        """The averaged weights of the best epoch."""
        for epoch in range(self._resume(), self.epochs):
            if self._is_past_its_best(epoch):
                break
            started = time.monotonic()
            learnt = self.learn_epoch(epoch)
            entry: dict = {"epoch": epoch + 1, "member": self.member + 1} | learnt
            self.average.settle(self._as_inputs(self.settled_on))
            entry |= distributed.from_main(self._measured)
            entry |= {"lr": self.schedule.get_last_lr()[-1], "seconds": time.monotonic() - started}
            self.history.append(entry)
            self._keep_best(entry)
            if distributed.is_main():
                self._save_checkpoint(epoch + 1)
            distributed.barrier()
            self._report(epoch + 1, 0)
        return self.best["weights"]

    # --- One epoch ----------------------------------------------------------------------------------------------------

    def learn_epoch(self, epoch: int) -> dict[str, float]:
        self._thaw(epoch)
        loss = torch.zeros((), device=self.device)
        right = torch.zeros((), device=self.device)
        for step, part in enumerate(ahead(self._batches(epoch))):
            if (distributed.world() == 1 or step % ASKED_EVERY == 0) and self._is_stopped():
                raise Cancelled
            lost, hit = self._step(part, epoch * self.steps + step)
            loss, right = loss + lost, right + hit
            if step % ASKED_EVERY == 0:
                self._report(epoch, step + 1)
        summed, hits = distributed.sums(loss, right)
        return {"train_loss": summed / len(self.rows), "train_accuracy": hits / len(self.rows)}

    def _thaw(self, epoch: int) -> None:
        frozen = self.fine_tuned and epoch < recipe.FROZEN_EPOCHS
        self.network.train()
        self.network.features.requires_grad_(not frozen)

    def _batches(self, epoch: int) -> Iterator["Part"]:
        order = np.random.default_rng([self.seed, epoch]).permutation(self.rows)
        for batch in np.array_split(order, self.steps):
            mine = distributed.part(len(batch))
            yield Part(batch, mine, self.examples.pictures.read(batch[mine]))

    def _is_stopped(self) -> bool:
        return distributed.any_of(self.run.should_stop(), self.device)

    def _step(self, part: "Part", number: int) -> tuple[Tensor, Tensor]:
        """Sum of the taxon's losses, and how many were right."""
        while (loss_and_hits := self._gradients(part, number)) is None:
            self._halve(len(part.batch[part.mine]))
        distributed.agree(self.network)
        nn.utils.clip_grad_norm_(self.network.parameters(), recipe.CLIP)
        self.optimiser.step()
        self.schedule.step()
        self.average.follow(self.network, number)
        return loss_and_hits

    def _gradients(self, part: "Part", number: int) -> tuple[Tensor, Tensor] | None:
        """Leaves the gradients of the batch's mean loss; None when the memory of a process did not suffice."""
        self.optimiser.zero_grad(set_to_none=True)
        try:
            loss_and_hits = self._forward_and_backward(part, number)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            loss_and_hits = None
        return None if distributed.any_of(loss_and_hits is None, self.device) else loss_and_hits

    def _forward_and_backward(self, part: "Part", number: int) -> tuple[Tensor, Tensor]:
        seed = self.seed * 1_000_003 + number
        torch.manual_seed(seed * distributed.world() + distributed.rank())  # dropout
        generator = torch.Generator(self.device).manual_seed(seed)
        chances = Chances.drawn(len(part.batch), self.request.image_size, generator)
        size_noise = SIZE_NOISE * torch.randn(len(part.batch), SIZES, generator=generator, device=self.device)
        pixels = self.examples.pictures.on_device(part.read)
        loss, right = torch.zeros((), device=self.device), torch.zeros((), device=self.device)
        for some in _slices(len(pixels), self.micro_batch):
            place = slice(part.mine.start + some.start, part.mine.start + some.stop)
            rows = torch.from_numpy(part.batch[place]).to(self.device)
            pictures = augment(unit_grey(pixels[some]), chances.at(place))
            answer = self.network(
                self.examples.preprocessing.pictures(pictures), self.examples.sizes[rows] + size_noise[place]
            )
            labels = self.examples.labels[rows]
            # Menon et al. 2021, arXiv 2007.07314
            lost = F.cross_entropy(answer.logits + self.adjustment, labels, reduction="sum")
            self._mean_loss(lost, answer, rows, part.batch).backward()
            loss, right = loss + lost.detach(), right + (answer.logits.argmax(1) == labels).sum()
        return loss, right

    def _mean_loss(self, lost: Tensor, answer: NetworkOutput, rows: Tensor, batch: np.ndarray) -> Tensor:
        """The share that these rows have in the loss of the whole batch: over its objects for the taxon, over those
        that have a label for each trait."""
        examples = self.examples
        labelled = [int(has[batch].sum()) for has in examples.known]
        taught = [k for k, count in enumerate(labelled) if count]
        total = lost / len(batch)
        for k in taught:
            summed = summed_loss(examples.traits[k], answer.traits[k], examples.targets[k][rows])
            total = total + recipe.TRAITS_WEIGH * summed / labelled[k] / len(taught)
        return total

    def _halve(self, now: int) -> None:
        """The same batches in smaller parts: the steps of the cycle stay what they were."""
        now = min(now, self.micro_batch)
        if now <= LEAST_PART:
            raise ClassifierError(
                f"The memory of {self.device} is too small even for a few pictures of {self.request.image_size} "
                "pixels. Choose smaller pictures or a smaller network."
            )
        self.micro_batch = max(now // 2, LEAST_PART)
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        self.warnings = [
            f"The memory of {self.device} was too small for {self.batch_size} pictures at a time: "
            f"they went through it {self.micro_batch} at a time, which takes longer and learns the same."
        ]

    # --- Measuring ----------------------------------------------------------------------------------------------------

    def tune_logits(self) -> np.ndarray:
        """Of the fold `tune`, by the averaged weights, under the natural frequencies, (N, classes)."""
        with torch.inference_mode():
            logits = [
                (self.average.network(pictures, sizes).logits + self.adjustment).cpu()
                for pictures, sizes in self._as_inputs(self.examples.tune)
            ]
        return torch.cat(logits).double().numpy()

    def _as_inputs(self, rows: np.ndarray) -> Iterator[tuple[Tensor, Tensor]]:
        """Pictures and sizes as a network takes them, not augmented, in chunks."""
        source, preprocessing = self.examples.pictures, self.examples.preprocessing
        chunks = [rows[some] for some in _slices(len(rows), MEASURED_AT_ONCE * self.micro_batch)]
        for chunk, read in ahead((chunk, source.read(chunk)) for chunk in chunks):
            pictures = preprocessing.pictures(unit_grey(source.on_device(read)))
            yield pictures, self.examples.sizes[torch.from_numpy(chunk).to(self.device)]

    def _measured(self) -> dict[str, float | None]:
        if not len(self.examples.tune):
            return {"val_loss": None, "val_accuracy": None, "val_macro_f1": None}
        return figures(self.tune_logits(), self.examples.labels.cpu().numpy()[self.examples.tune])

    def _keep_best(self, entry: dict) -> None:
        """Of two that are as good, and where nothing can be measured, the later: it has learnt for longer."""
        score = entry["val_macro_f1"]
        if score is None or score >= self.best["macro_f1"]:
            self.best = {"epoch": entry["epoch"], "macro_f1": score or 0.0, "weights": self.average.copied()}

    def _is_past_its_best(self, epochs_done: int) -> bool:
        patience = self.request.patience or recipe.patience(self.epochs)
        return epochs_done - self.best["epoch"] >= patience

    def _report(self, epoch: int, step: int) -> None:
        message = f"Epoch {min(epoch + 1, self.epochs)} of {self.epochs}"
        if self.request.members > 1:
            message += f", network {self.member + 1} of {self.request.members}"
        if self.history and self.history[-1]["val_accuracy"] is not None:
            message += f", held-out accuracy {self.history[-1]['val_accuracy']:.1%}"
        done = (self.member * self.epochs + epoch) * self.steps + step
        total = self.request.members * self.epochs * self.steps
        step_done = {"stage": "train", "done": done, "total": total, "message": message}
        self.run.on_progress(step_done | {"history": self.earlier + self.history})

    # --- Checkpoints --------------------------------------------------------------------------------------------------

    @property
    def _key(self) -> dict:
        return checkpoint.key(self.request, self.examples.fingerprint, self.member)

    def _save_checkpoint(self, epochs_done: int) -> None:
        state = {
            "key": self._key,
            "epochs_done": epochs_done,
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "best": self.best,
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "micro_batch": self.micro_batch,
            "history": self.history,
            "warnings": self.warnings,
        }
        checkpoint.write(self.run.folder, state)
        self.run.folder.write_history(self.earlier + self.history)

    def _resume(self) -> int:
        """How many epochs an interrupted run of the same request has done."""
        state = checkpoint.read(self.run.folder, self._key, self.device)
        if state is None:
            return 0
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.best, self.micro_batch = state["best"], state["micro_batch"]
        self.history, self.warnings = state["history"], state["warnings"]
        return state["epochs_done"]


@dataclass(frozen=True)
class Part:
    """Row numbers of a whole batch, where this process's part of them lies, and the pictures of that part."""

    batch: np.ndarray
    mine: slice
    read: Tensor


def _slices(n: int, most: int) -> list[slice]:
    """Parts of nearly the same size, of at most `most`."""
    edges = np.linspace(0, n, math.ceil(n / most) + 1).astype(int)
    return [slice(int(low), int(high)) for low, high in pairwise(edges)]


def _enough(rows: np.ndarray, least: int) -> np.ndarray:
    """Fewer objects than make a batch are seen several times."""
    return rows if len(rows) >= least else np.resize(rows, least)
